using System.Text.Json;
using System.Text.RegularExpressions;

namespace SelfInstruct.Tests.Tasks;

/// <summary>The promises of data/README.md about the seed tasks, and the paper's counts of prompt demonstrations (appendix A).</summary>
public sealed partial class SeedTasksFileTests
{
    static readonly string RepositoryRoot = FindRepositoryRoot();

    [Fact]
    public void There_are_175_seed_tasks_of_which_25_are_classification()
    {
        var tasks = ReadTasks();

        Assert.Equal(175, tasks.Count);
        Assert.Equal(25, tasks.Count(task => task.GetProperty("is_classification").GetBoolean()));
    }

    [Fact]
    public void Every_line_has_the_fields_of_the_original_in_its_order()
    {
        Assert.All(ReadTasks(), task =>
        {
            Assert.Equal(["id", "name", "instruction", "instances", "is_classification"], FieldNames(task));
            var instances = task.GetProperty("instances").EnumerateArray().ToList();
            Assert.NotEmpty(instances);
            Assert.All(instances, instance =>
            {
                Assert.Equal(["input", "output"], FieldNames(instance));
                Assert.NotEmpty(Text(instance, "output").Trim());
            });
        });
    }

    [Fact]
    public void Ids_count_up_and_names_are_unique()
    {
        var tasks = ReadTasks();

        Assert.Equal(Enumerable.Range(0, 175).Select(i => $"seed_task_{i}"), tasks.Select(task => Text(task, "id")));
        Assert.Distinct(tasks.Select(task => Text(task, "name")));
    }

    [Fact]
    public void About_fifty_tasks_need_no_input()
    {
        var withoutInput = ReadTasks().Where(task => Inputs(task).All(input => input.Length == 0)).ToList();

        Assert.InRange(withoutInput.Count, 45, 55);
        Assert.All(withoutInput, task => Assert.Single(Inputs(task)));
    }

    [Fact]
    public void Only_tasks_without_any_input_have_an_empty_one() =>
        Assert.All(ReadTasks(), task => Assert.Single(Inputs(task).Select(input => input.Length == 0).Distinct()));

    [Fact]
    public void A_classification_output_is_a_label_that_the_instruction_names()
    {
        var classification = ReadTasks().Where(task => task.GetProperty("is_classification").GetBoolean());

        Assert.All(classification, task => Assert.All(
            task.GetProperty("instances").EnumerateArray(),
            instance => Assert.Contains(Text(instance, "output"), Text(task, "instruction"), StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void No_two_seed_instructions_are_alike()
    {
        var instructions = ReadTasks().Select(InstructionWords).ToList();

        for (var i = 0; i < instructions.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                AssertAtMost(0.5, instructions[i], instructions[j]);
            }
        }
    }

    [Fact]
    public void No_seed_instruction_resembles_one_of_the_original()
    {
        var path = Path.Combine(RepositoryRoot, "..", "shared", "conformance", "original", "seed_tasks.jsonl");
        Assert.SkipUnless(File.Exists(path), "the original's seed_tasks.jsonl is not here");
        var originals = ReadTasks(path).Select(InstructionWords).ToList();

        foreach (var words in ReadTasks().Select(InstructionWords))
        {
            Assert.All(originals, original => AssertAtMost(0.6, words, original));
        }
    }

    [Fact]
    public void No_prompt_demonstration_resembles_a_seed_instruction()
    {
        var seeds = ReadTasks().Select(InstructionWords).ToList();
        string[] prompts = ["classification.txt", "input-first.txt", "output-first.txt"];

        foreach (var demonstration in prompts.SelectMany(Blocks))
        {
            var words = Words(demonstration.Split('\n')[0]["Task: ".Length..]);
            Assert.All(seeds, seed => AssertAtMost(0.6, words, seed));
        }
    }

    [Fact]
    public void The_classification_prompt_shows_12_yes_and_19_no()
    {
        var blocks = Blocks("classification.txt");

        Assert.Equal(31, blocks.Count);
        Assert.Equal(12, blocks.Count(block => block.EndsWith("\nIs it classification? Yes", StringComparison.Ordinal)));
        Assert.Equal(19, blocks.Count(block => block.EndsWith("\nIs it classification? No", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_input_first_prompt_shows_11_tasks()
    {
        var blocks = Blocks("input-first.txt");

        Assert.Equal(11, blocks.Count);
        Assert.All(blocks, block => Assert.True(HasOutputOrNumberedExamples(block), block));
    }

    [Fact]
    public void The_output_first_prompt_shows_34_labels_of_16_tasks()
    {
        var blocks = Blocks("output-first.txt");

        Assert.Equal(16, blocks.Count);
        Assert.Equal(34, blocks.Sum(LabelsFollowedByInput));
    }

    [Fact]
    public void Prompts_end_without_a_line_break_and_have_unix_line_ends()
    {
        Assert.Equal("Write a list of varied tasks:", ReadPrompt("instructions.txt"));
        foreach (var name in new[] { "classification.txt", "input-first.txt", "output-first.txt" })
        {
            var prompt = ReadPrompt(name);
            Assert.False(prompt.EndsWith('\n'), name);
            Assert.DoesNotContain('\r', prompt);
        }
    }

    [Theory]
    [InlineData("a b c d", "a c d e", 0.75)]
    [InlineData("Sort the list!", "sort THE list", 1.0)]
    [InlineData("one two", "three", 0.0)]
    public void The_overlap_of_this_test_is_the_f_measure_of_the_longest_common_subsequence(string a, string b, double expected) =>
        Assert.Equal(expected, RougeL(Words(a), Words(b)), 12);

    static void AssertAtMost(double limit, string[] words, string[] other)
    {
        var overlap = RougeL(words, other);
        Assert.True(overlap <= limit, $"ROUGE-L {overlap:0.000} > {limit}: {string.Join(' ', words)} | {string.Join(' ', other)}");
    }

    static double RougeL(string[] a, string[] b)
    {
        var common = LongestCommonSubsequence(a, b);
        if (common == 0)
        {
            return 0;
        }

        var precision = (double)common / a.Length;
        var recall = (double)common / b.Length;
        return 2 * precision * recall / (precision + recall);
    }

    static int LongestCommonSubsequence(string[] a, string[] b)
    {
        var lengths = new int[a.Length + 1, b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                lengths[i, j] = a[i - 1] == b[j - 1]
                    ? lengths[i - 1, j - 1] + 1
                    : Math.Max(lengths[i - 1, j], lengths[i, j - 1]);
            }
        }

        return lengths[a.Length, b.Length];
    }

    static string[] InstructionWords(JsonElement task) => Words(Text(task, "instruction"));

    static string[] Words(string text) =>
        NoWord.Replace(text.ToLowerInvariant(), " ").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    static List<string> Inputs(JsonElement task) =>
        [.. task.GetProperty("instances").EnumerateArray().Select(instance => Text(instance, "input"))];

    static IEnumerable<string> FieldNames(JsonElement element) => element.EnumerateObject().Select(field => field.Name);

    static string Text(JsonElement element, string field) =>
        element.GetProperty(field).GetString() ?? throw new InvalidDataException($"{field} is null");

    static List<JsonElement> ReadTasks() => ReadTasks(Path.Combine(RepositoryRoot, "data", "seed_tasks.jsonl"));

    static List<JsonElement> ReadTasks(string path) => [.. File.ReadLines(path).Select(ParseLine)];

    static JsonElement ParseLine(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }

    /// <summary>The demonstrations of a prompt, without its header.</summary>
    static List<string> Blocks(string name)
    {
        var blocks = ReadPrompt(name).Split("\n\n");
        Assert.All(blocks.Skip(1), block => Assert.StartsWith("Task: ", block, StringComparison.Ordinal));
        return [.. blocks.Skip(1)];
    }

    static bool HasOutputOrNumberedExamples(string block)
    {
        var starts = block.Split('\n').Skip(1).Select(FieldName).Where(field => field.Length > 0);
        var shape = string.Join(' ', starts);
        return shape is "Output"
            or "Example 1 Input Output"
            or "Example 1 Input Output Example 2 Input Output"
            or "Example 1 Input Output Example 2 Input Output Example 3 Input Output";
    }

    static string FieldName(string line) => line switch
    {
        _ when line.StartsWith("Input: ", StringComparison.Ordinal) => "Input",
        _ when line.StartsWith("Output: ", StringComparison.Ordinal) => "Output",
        _ when line.StartsWith("Example ", StringComparison.Ordinal) => line,
        _ => "",
    };

    static int LabelsFollowedByInput(string block)
    {
        var lines = block.Split('\n');
        return lines.Zip(lines.Skip(1)).Count(pair =>
            pair.First.StartsWith("Class label: ", StringComparison.Ordinal)
            && pair.Second.StartsWith("Input: ", StringComparison.Ordinal));
    }

    static string ReadPrompt(string name) =>
        File.ReadAllText(Path.Combine(RepositoryRoot, "src", "SelfInstruct", "Prompts", "paper", name));

    static string FindRepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SelfInstruct.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"no SelfInstruct.slnx above {AppContext.BaseDirectory}");
        }

        return folder.FullName;
    }

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex NoWord { get; }
}
