using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SelfInstruct.Analysis;
using SelfInstruct.Novelty;
using SelfInstruct.Reports;

namespace SelfInstruct.Tests.Analysis;

public sealed partial class DatasetAnalysisTests : IDisposable
{
    /// <summary>Counted by hand: 3 instructions of 4, 6 and 2 words; 5 instances, 2 without input, inputs of 1, 2 and 3 words, outputs of 1, 1, 1, 3 and 4 words.</summary>
    const string Rows =
        """
        {"instruction":"Name the odd animal.","input":"cat","output":"Cat","is_classification":true}
        {"instruction":"Name the odd animal.","input":"dog\u00a0dog","output":" cat ","is_classification":true}
        {"instruction":"Name the odd animal.","input":"","output":"dog","is_classification":true}
        {"instruction":"Write a story about a dog.","input":" ","output":"a b c","is_classification":false}
        {"instruction":"Sort numbers!","input":"3 1 2","output":"\n1 2 3 <b>","is_classification":false}
        """;

    readonly TemporaryFolder _folder = new();

    [Fact]
    public void Every_number_is_that_of_counting_by_hand()
    {
        var s = Measure(Read(Rows)).Statistics;
        Assert.Equal((3, 1, 2, 5, 2), (s.Instructions, s.Classification, s.NonClassification, s.Instances, s.EmptyInput));
        Assert.Equal((4 + 6 + 2) / 3.0, s.MeanInstructionWords);
        Assert.Equal((1 + 2 + 3) / 3.0, s.MeanInputWords);
        Assert.Equal((1 + 1 + 1 + 3 + 4) / 5.0, s.MeanOutputWords);
        Assert.Equal((3, 3, 3), (s.VerbNouns.WithVerb, s.VerbNouns.Pairs, s.VerbNouns.DistinctPairs));
        Assert.Equal(["name animal 1", "sort number 1", "write story 1"], s.VerbNouns.Top.Select(static verb => $"{verb.Verb} {verb.Nouns[0].Word} {verb.Nouns[0].Count}"));
        Assert.Equal(1, s.VerbNouns.TopShare);
    }

    /// <summary>By hand: cat twice and dog once, so an entropy of (2/3)·ln(3/2) + (1/3)·ln 3, by ln 2.</summary>
    [Fact]
    public void Labels_are_outputs_of_classification_tasks_without_case_and_space()
    {
        var labels = Measure(Read(Rows)).Statistics.Labels!;
        Assert.Equal((1, 3, 2, 1, 0), (labels.Tasks, labels.Instances, labels.Distinct, labels.TasksWithSeveral, labels.OneLabelOnly));
        Assert.Equal([new WordCount("cat", 2), new WordCount("dog", 1)], labels.Top);
        Assert.Equal(((2 / 3.0 * Math.Log(1.5)) + (1 / 3.0 * Math.Log(3))) / Math.Log(2), labels.MeanBalance!.Value, 12);
    }

    /// <summary>By hand: LCS "name the", F = 2·2/(4+4) = 0.5 to the seed; the nearest others by the scorer.</summary>
    [Fact]
    public void Similarity_is_rouge_l_to_the_nearest()
    {
        var analysis = Measure(Read(Rows), "Name the even number.");
        Assert.Equal(new Neighbour(0, 0.5), analysis.NearestSeeds[0]);
        Assert.Equal(new Neighbour(-1, 0), analysis.NearestSeeds[1]);
        Assert.Equal(20, analysis.Statistics.NearestSeed!.Bins.Length);
        Assert.Equal((2, 1), (analysis.Statistics.NearestSeed.Bins[0], analysis.Statistics.NearestSeed.Bins[10]));
        Assert.Equal(Neighbour.None, analysis.NearestInstructions[2]);
    }

    [Fact]
    public void A_score_on_the_edge_of_a_bin_belongs_above_it()
    {
        // LCS 3 of 20 and 20 words: 0.15 in decimals, a little less in binary when multiplied by 20.
        var one = string.Join(' ', Enumerable.Range(0, 20).Select(static i => i < 3 ? $"s{i}" : $"a{i}"));
        var two = string.Join(' ', Enumerable.Range(0, 20).Select(static i => i < 3 ? $"s{i}" : $"b{i}"));
        var bins = Measure(Read($"{{\"instruction\":\"{one}\"}}\n{{\"instruction\":\"{two}\"}}")).Statistics.NearestInstruction.Bins;
        Assert.Equal(2, bins[3]);
    }

    [Theory]
    [InlineData("""{"id":"a","instruction":"Do it.","instances":[{"input":"x","output":"y"},{"input":"","output":"z"}],"is_classification":true}""", 1, 2)]
    [InlineData("""{"messages":[{"role":"system","content":"s"},{"role":"user","content":"Do it."},{"role":"assistant","content":"y"},{"role":"user","content":"More."},{"role":"assistant","content":"z"}]}""", 1, 1)]
    [InlineData("""{"conversations":[{"from":"human","value":"Do it."},{"from":"gpt","value":"y"}]}""", 1, 1)]
    [InlineData("""{"instruction":"Do it.","request_idx":3}""", 1, 0)]
    [InlineData("""{"instruction":"Do it.","output":"y"}""", 1, 1)]
    public void Rows_of_each_known_form_are_read(string row, int instructions, int instances)
    {
        var data = Read(row);
        Assert.Equal((instructions, instances), (data.Instructions.Length, data.Instances.Length));
        Assert.Equal("Do it.", data.Instructions[0].Text);
        _ = HtmlPage.Write(AnalysisReport.Of(Measure(data)));
    }

    [Fact]
    public void Turns_that_are_left_out_are_said() =>
        Assert.Contains("2 later turns", string.Join(' ', Read("""{"messages":[{"role":"user","content":"Do it."},{"role":"assistant","content":"y"},{"role":"user","content":"More."},{"role":"assistant","content":"z"}]}""").Notes), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"prompt":"p","completion":"c"}""", "x(1): holds rows already laid out")]
    [InlineData("""{"instruction":"a","raw_instances":"c"}""", "x(1): holds instances that are not parsed")]
    [InlineData("""{"instruction":7,"output":"c"}""", "x(1): instruction is not a text")]
    [InlineData("""{"text":"a"}""", "x(1): has the fields text.")]
    [InlineData("""{"instruction":"a","instances":[1]}""", "x(1): instances[0] is not an object")]
    [InlineData("""{"instruction":"a","instruction":"b","output":"c"}""", "x(1): ")]
    public void A_row_of_another_kind_is_refused_with_its_place(string row, string message) =>
        Assert.StartsWith(message, Assert.Throws<InvalidDataException>(() => new AnalysedRows().Add(JsonNode.Parse(row)!.AsObject(), "x(1)")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_run_folder_is_read_with_what_its_rules_left_out()
    {
        var data = ReadRun();
        Assert.Equal([true, false, null], data.Instructions.Select(static instruction => instruction.IsClassification));
        Assert.Equal((1, "x", "y"), (data.Instances[0].Instruction, data.Instances[0].Input, data.Instances[0].Output));
        Assert.Equal([new RoundAcceptance(0, 2, 1, 1), new RoundAcceptance(1, 1, 1, 0)], data.Acceptance!.Rounds);
        Assert.Equal(2, data.Acceptance.Rejected["instructions"].Values.Sum());
        Assert.Equal(1, data.Acceptance.Rejected["instances"]["empty_output"]);
    }

    [Fact]
    public void The_originals_name_for_classification_answers_is_known()
    {
        _folder.Write("machine_generated_instructions.jsonl", "{\"instruction\":\"Is it an animal?\",\"request_idx\":0}\n");
        _folder.Write("is_clf_or_not_davinci_template_1.jsonl", "{\"instruction\":\"Is it an animal?\",\"is_classification\":\" Yes\"}\n");
        Assert.True(RunDataset.Read(RunFolder.Look(_folder.FolderPath)).Instructions[0].IsClassification);
    }

    [Fact]
    public void A_folder_with_neither_instructions_nor_instances_is_refused() =>
        Assert.Contains("Give a run folder", Assert.Throws<InvalidDataException>(() => RunDataset.Read(RunFolder.Look(_folder.FolderPath))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_page_asks_for_nothing_from_elsewhere_and_hostile_text_stays_text()
    {
        var analysis = Measure(Read("{\"instruction\":\"Write <script src=http://x.example/a.js></script> a 'story'.\",\"output\":\"<img src=x onerror=alert(1)>\",\"is_classification\":true}\n" + Rows), "Write <b>a</b> thing");
        var html = HtmlPage.Write(AnalysisReport.Of(analysis));
        Assert.DoesNotMatch(Loading(), html);
        Assert.Contains("&lt;script src=http://x.example", html, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_of_a_run_shows_each_rule_and_the_rounds()
    {
        var report = AnalysisReport.Of(Measure(ReadRun()));
        var names = report.Figures.Select(static figure => figure.Name).ToList();
        string[] expected = ["verbs-and-nouns", "nearest-seed", "nearest-instruction", "instruction-words", "output-words", "rules-instructions", "rules-instances", "acceptance", "labels"];
        Assert.Subset(names.ToHashSet(), expected.ToHashSet());
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.Contains("too_short", HtmlPage.Write(report), StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_are_written_in_snake_case_and_say_null_where_nothing_is_known()
    {
        var json = JsonDocument.Parse(JsonSerializer.Serialize(Measure(Read("{\"instruction\":\"Do it.\",\"output\":\"y\"}")).Statistics, AnalysisJson.Format.DatasetStatistics)).RootElement;
        Assert.False(json.TryGetProperty("classification", out _));
        Assert.Equal(1, json.GetProperty("verb_nouns").GetProperty("with_verb").GetInt32());
    }

    /// <summary>Counted beside: json.load and str.split in Python gave 52,002 rows, 31,323 empty inputs and these means.</summary>
    [Fact]
    public void Alpacas_rows_are_counted_as_python_counts_them()
    {
        var rows = new AnalysedRows();
        foreach (var row in JsonNode.Parse(File.ReadAllText(Repository.ConformanceFile("alpaca", "alpaca_data.json")))!.AsArray())
        {
            rows.Add(row!.AsObject(), "alpaca");
        }

        var s = Measure(rows.ToData("alpaca")).Statistics;
        Assert.Equal((52_002, 52_002, 31_323), (s.Instructions, s.Instances, s.EmptyInput));
        Assert.Equal((10.0636, 9.8970, 44.1829), (Math.Round(s.MeanInstructionWords, 4), Math.Round(s.MeanInputWords, 4), Math.Round(s.MeanOutputWords, 4)));
        Assert.Equal(52_002, s.NearestInstruction.Bins.Sum());
        Assert.Equal(0, s.NearestInstruction.Bins[15..].Sum());
    }

    public void Dispose() => _folder.Dispose();

    static DatasetAnalysis Measure(AnalysedData data, params string[] seeds) =>
        DatasetAnalysis.Measure(data, new AnalysisOptions(1, seeds.Length > 0 ? [.. seeds] : ["Name the animal."], "seeds"), progress: null, CancellationToken.None);

    static AnalysedData Read(string lines)
    {
        var rows = new AnalysedRows();
        foreach (var (line, i) in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static (line, i) => (line, i)))
        {
            rows.Add(JsonNode.Parse(line)!.AsObject(), $"x({i + 1})");
        }

        return rows.ToData("x");
    }

    AnalysedData ReadRun()
    {
        _folder.Write("machine_generated_instructions.jsonl", "{\"instruction\":\"Is it an animal?\",\"id\":\"i0\",\"round\":0}\n{\"instruction\":\"Write a poem.\",\"id\":\"i1\",\"round\":0}\n{\"instruction\":\"Sort it.\",\"id\":\"i2\",\"round\":1}\n");
        _folder.Write("is_clf_or_not.jsonl", "{\"instruction\":\"Is it an animal?\",\"is_classification\":\" Yes\"}\n{\"instruction\":\"Write a poem.\",\"is_classification\":\" hmm\"}\n");
        _folder.Write("all_generated_instances.jsonl", "{\"instruction\":\"Write a poem.\",\"input\":\"x\",\"output\":\"y\",\"is_classification\":false}\n{\"instruction\":\"Is it an animal?\",\"input\":\"cat\",\"output\":\"yes\",\"is_classification\":true}\n");
        _folder.Write("rejected.jsonl", "{\"stage\":\"instructions\",\"text\":\"a\",\"rule\":\"not_novel\",\"round\":0}\n{\"stage\":\"instructions\",\"text\":\"b\",\"rule\":\"too_short\",\"round\":1}\n{\"stage\":\"instances\",\"text\":\"c\",\"rule\":\"empty_output\",\"round\":0}\n{\"torn");
        return RunDataset.Read(RunFolder.Look(_folder.FolderPath));
    }

    [GeneratedRegex("<script|<link|<img|<iframe|<object|<embed|\\bsrc=\"|\\bhref=\"|url\\(|@import", RegexOptions.IgnoreCase)]
    private static partial Regex Loading();
}
