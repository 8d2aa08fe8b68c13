using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SelfInstruct.Novelty;

namespace SelfInstruct.Tests.Tasks;

/// <summary>The promises of data/README.md about the user-oriented tasks, which play the part of the paper's 252 (section 4.4).</summary>
public sealed partial class UserOrientedTasksFileTests
{
    static readonly string TasksPath = Repository.In("data", "user_oriented_tasks.jsonl");
    static readonly List<UserTask> Tasks = [.. File.ReadLines(TasksPath).Select(Read)];

    [Fact]
    public void There_are_252_tasks_and_their_ids_count_up() =>
        Assert.Equal(Enumerable.Range(0, 252).Select(i => $"user_oriented_task_{i}"), Tasks.Select(task => task.Id));

    [Fact]
    public void Every_line_has_the_fields_of_the_original_in_its_order() =>
        Assert.All(File.ReadLines(TasksPath), line =>
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            Assert.Equal(["id", "motivation_app", "instruction", "instances"], FieldNames(root));
            Assert.Equal(["input", "output"], FieldNames(Assert.Single(root.GetProperty("instances").EnumerateArray())));
        });

    [Fact]
    public void Lines_are_clean_UTF8()
    {
        var bytes = File.ReadAllBytes(TasksPath);
        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);

        Assert.Equal((byte)'{', bytes[0]);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        Assert.All(Tasks.SelectMany(Texts), field =>
        {
            Assert.Equal(field.Trim(), field);
            Assert.DoesNotContain('\t', field);
            Assert.DoesNotContain(" \n", field, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void They_come_from_at_least_60_applications_and_from_none_more_than_8()
    {
        var sizes = Tasks.CountBy(task => task.Application).ToList();

        Assert.InRange(sizes.Count, 60, 252);
        Assert.All(sizes, size => Assert.InRange(size.Value, 1, 8));
    }

    [Fact]
    public void The_first_50_are_a_fair_sample()
    {
        var first = Tasks.Take(50).ToList();

        Assert.InRange(first.DistinctBy(task => task.Application).Count(), 40, 50);
        Assert.InRange(first.Count(task => task.Input.Length == 0), 15, 25);
        Assert.InRange(first.Count(IsLabel), 4, 12);
    }

    [Fact]
    public void No_instruction_and_no_input_occurs_twice()
    {
        Assert.Distinct(Tasks.Select(task => task.Instruction), StringComparer.OrdinalIgnoreCase);
        Assert.Distinct(Tasks.Select(task => task.Input).Where(input => input.Length > 0), StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public void Between_a_third_and_a_half_need_no_input() =>
        Assert.InRange(Tasks.Count(task => task.Input.Length == 0), 84, 126);

    [Fact]
    public void Instructions_are_one_line_of_3_to_70_words()
    {
        var lengths = Tasks.Select(task => WordCount(task.Instruction)).ToList();

        Assert.Equal(3, lengths.Min());
        Assert.InRange(lengths.Max(), 60, 70);
        Assert.All(Tasks, task => Assert.DoesNotContain('\n', task.Instruction));
    }

    [Fact]
    public void Inputs_are_short_and_long()
    {
        var lengths = Tasks.Where(task => task.Input.Length > 0).Select(task => WordCount(task.Input)).ToList();

        Assert.InRange(lengths.Count(words => words <= 20), 30, 80);
        Assert.InRange(lengths.Count(words => words >= 200), 12, 40);
        Assert.InRange(lengths.Max(), 250, 400);
    }

    [Fact]
    public void Outputs_are_one_word_to_a_page()
    {
        var lengths = Tasks.Select(task => WordCount(task.Output)).ToList();

        Assert.Equal(1, lengths.Min());
        Assert.InRange(lengths.Count(words => words >= 150), 30, 90);
        Assert.InRange(lengths.Max(), 400, 600);
    }

    [Fact]
    public void A_very_short_output_is_a_label_that_the_instruction_names()
    {
        var labels = Tasks.Where(IsLabel).ToList();

        Assert.InRange(labels.Count, 30, 45);
        Assert.All(labels, task => Assert.Contains(task.Output, task.Instruction, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void No_instruction_resembles_a_seed_instruction_or_another_one()
    {
        var index = Index(File.ReadLines(Repository.In("data", "seed_tasks.jsonl")).Select(Instruction));

        foreach (var task in Tasks)
        {
            AssertNovel(index, task);
            index.Add(task.Instruction);
        }
    }

    [Theory]
    [InlineData("user_oriented_instructions.jsonl")]
    [InlineData("seed_tasks.jsonl")]
    public void No_instruction_resembles_one_of_the_original(string file)
    {
        var index = Index(File.ReadLines(Repository.ConformanceFile("original", file)).Select(Instruction));

        Assert.All(Tasks, task => AssertNovel(index, task));
    }

    [Fact]
    public void Code_blocks_are_closed()
    {
        Assert.All(Tasks.SelectMany(Texts), text => Assert.Equal(0, Fence.Count(text) % 2));
        Assert.InRange(Tasks.Count(task => Fence.IsMatch(task.Output)), 25, 60);
    }

    [Fact]
    public void JSON_can_be_parsed()
    {
        var blocks = Tasks.SelectMany(task => JsonBlock.Matches(task.Output).Select(block => block.Value));
        var outputs = Tasks.Select(task => task.Output).Where(output => output[0] is '{' or '[');
        List<string> all = [.. blocks, .. outputs];

        Assert.InRange(all.Count, 4, 20);
        Assert.All(all, json => JsonDocument.Parse(json).Dispose());
    }

    [Fact]
    public void Tables_are_rectangular()
    {
        var tables = Tasks.SelectMany(Texts).SelectMany(TableRows).ToList();

        Assert.InRange(tables.Count, 25, 60);
        Assert.All(tables, rows =>
        {
            Assert.InRange(rows.Count, 3, 30);
            Assert.Matches(TableRule, rows[1]);
            Assert.Single(rows.Select(row => row.Count(c => c == '|')).Distinct());
        });
    }

    [Fact]
    public void There_is_no_web_address_and_mail_goes_to_example_domains() =>
        Assert.All(Tasks.SelectMany(Texts), text =>
        {
            Assert.DoesNotMatch(WebAddress, text);
            Assert.All(MailDomain.Matches(text), mail => Assert.Matches(ExampleDomain, mail.Value));
        });

    static bool IsLabel(UserTask task) => WordCount(task.Output) <= 3;

    static int WordCount(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    static NoveltyIndex Index(IEnumerable<string> instructions)
    {
        var index = new NoveltyIndex(new NoveltyOptions { Threshold = 0.6 });
        foreach (var instruction in instructions)
        {
            index.Add(instruction);
        }

        Assert.InRange(index.Count, 175, 252);
        return index;
    }

    static void AssertNovel(NoveltyIndex index, UserTask task)
    {
        var near = index.FindAbove(task.Instruction);
        Assert.True(near is null, $"{task.Id}: ROUGE-L {near?.Score:0.000} with {near?.Text}");
    }

    /// <summary>The tables of a text: runs of lines that begin with a bar.</summary>
    static List<List<string>> TableRows(string text)
    {
        List<List<string>> tables = [];
        var inside = false;
        foreach (var line in text.Split('\n'))
        {
            var row = line.StartsWith('|');
            if (row && !inside)
            {
                tables.Add([]);
            }

            if (row)
            {
                tables[^1].Add(line);
            }

            inside = row;
        }

        return tables;
    }

    static string[] Texts(UserTask task) => [task.Application, task.Instruction, task.Input, task.Output];

    static UserTask Read(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        var instance = root.GetProperty("instances")[0];
        return new UserTask(
            Text(root, "id"), Text(root, "motivation_app"), Text(root, "instruction"), Text(instance, "input"), Text(instance, "output"));
    }

    static string Instruction(string line)
    {
        using var document = JsonDocument.Parse(line);
        return Text(document.RootElement, "instruction");
    }

    static IEnumerable<string> FieldNames(JsonElement element) => [.. element.EnumerateObject().Select(field => field.Name)];

    static string Text(JsonElement element, string field) =>
        element.GetProperty(field).GetString() ?? throw new InvalidDataException($"{field} is null");

    sealed record UserTask(string Id, string Application, string Instruction, string Input, string Output);

    [GeneratedRegex("```")]
    private static partial Regex Fence { get; }

    [GeneratedRegex("(?<=```json\n).*?(?=```)", RegexOptions.Singleline)]
    private static partial Regex JsonBlock { get; }

    [GeneratedRegex(@"\A\|(:?-+:?\|)+\z", RegexOptions.ExplicitCapture)]
    private static partial Regex TableRule { get; }

    [GeneratedRegex(@"https?:|www\.", RegexOptions.IgnoreCase)]
    private static partial Regex WebAddress { get; }

    [GeneratedRegex(@"(?<=\w@)[\w-]+(\.[\w-]+)*", RegexOptions.ExplicitCapture)]
    private static partial Regex MailDomain { get; }

    [GeneratedRegex(@"(\A|\.)example\.(com|org)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex ExampleDomain { get; }
}
