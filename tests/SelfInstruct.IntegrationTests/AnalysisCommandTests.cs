using System.Text.Json;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests;

/// <summary>`analyze` and `select` as a user runs them.</summary>
public sealed class AnalysisCommandTests : IDisposable
{
    static readonly string[] Fields = ["out", "instructions", "instances", "classification", "empty_input", "mean_instruction_words", "mean_input_words", "mean_output_words", "verb_noun_pairs"];

    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 120_000)]
    public async Task A_run_is_analysed_into_its_report_folder()
    {
        var folder = await RunStarterAsync();
        var run = await CommandLine.RunAsync("analyze", folder, "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Subset(run.Json.EnumerateObject().Select(static field => field.Name).ToHashSet(), Fields.ToHashSet());
        Assert.Equal(Path.Combine(folder, "report"), run.Json.GetProperty("out").GetString());
        var state = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "run.json"))).RootElement.GetProperty("counts");
        Assert.Equal(
            (state.GetProperty("accepted").GetInt32(), state.GetProperty("instances").GetInt32(), state.GetProperty("classification").GetInt32()),
            (run.Json.GetProperty("instructions").GetInt32(), run.Json.GetProperty("instances").GetInt32(), run.Json.GetProperty("classification").GetInt32()));
        var statistics = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "report", "statistics.json"))).RootElement;
        Assert.Equal(run.Json.GetProperty("verb_noun_pairs").GetInt32(), statistics.GetProperty("verb_nouns").GetProperty("pairs").GetInt32());
        Assert.Equal(
            state.GetProperty("rejected").EnumerateObject().Sum(static rule => rule.Value.GetInt32()),
            statistics.GetProperty("acceptance").GetProperty("rejected").EnumerateObject().SelectMany(static stage => stage.Value.EnumerateObject()).Sum(static rule => rule.Value.GetInt32()));
        foreach (var name in new[] { "report.html", "report.md", "verbs-and-nouns.svg", "rules-instructions.svg", "labels.svg" })
        {
            Assert.True(File.Exists(Path.Combine(folder, "report", name)), name);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task The_report_opens_offline_and_asks_nobody()
    {
        var file = _folder.Write("data.json", "[{\"instruction\":\"Write <img src='http://127.0.0.1:9/x.png'> a poem.\",\"input\":\"\",\"output\":\"<script>throw 1</script>\"},{\"instruction\":\"Name a tree.\",\"input\":\"in a park\",\"output\":\"oak\"}]");
        var run = await CommandLine.RunAsync("analyze", file, "--json");
        Assert.Equal((0, _folder.In("data-report")), (run.ExitCode, run.Json.GetProperty("out").GetString()));
        Assert.Equal(JsonValueKind.Null, run.Json.GetProperty("classification").ValueKind);
        foreach (var (width, dark) in new[] { (1000, false), (1000, true), (390, false) })
        {
            var seen = await BrowserPage.OpenAsync(Path.Combine(_folder.In("data-report"), "report.html"), width, dark);
            Assert.Empty(seen.Requests);
            Assert.Empty(seen.Console);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_and_its_form_in_lines_give_the_same_statistics()
    {
        string[] rows = [.. Enumerable.Range(0, 30).Select(static i => $"{{\"instruction\":\"Count to {i} in French.\",\"input\":\"{(i % 3 == 0 ? "" : "slowly")}\",\"output\":\"un deux {i}\"}}")];
        var (array, lines) = (_folder.Write("a.json", $"[{string.Join(',', rows)}]"), _folder.Write("b.jsonl", string.Join('\n', rows)));
        string[] written = [.. await Task.WhenAll(new[] { array, lines }.Select(async file =>
        {
            var run = await CommandLine.RunAsync("analyze", file, "--out", file + "-out", "--json");
            Assert.Equal((0, 10), (run.ExitCode, run.Json.GetProperty("empty_input").GetInt32()));
            return (await File.ReadAllTextAsync(Path.Combine(file + "-out", "statistics.json"))).Replace(Path.GetFileName(file), "", StringComparison.Ordinal);
        }))];
        Assert.Equal(written[0], written[1]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("{\"instruction\":\"a\",\"output\":\"b\"}\n{\"instruction\":\"a\"", "x.jsonl(2): not a valid JSON object")]
    [InlineData("{\"instruction\":\"a\",\"output\":\"b\"}\n{\"text\":\"a\"}\n", "x.jsonl(2): has the fields text")]
    [InlineData("", "x.jsonl: holds no row")]
    [InlineData("[{\"instruction\":\"a\",\"output\":\"b\"},{\"prompt\":\"a\",\"completion\":\"b\"}]", "x.jsonl[1]: holds rows already laid out")]
    public async Task A_bad_row_is_named_and_nothing_is_written(string text, string message)
    {
        var run = await CommandLine.RunAsync("analyze", _folder.Write("x.jsonl", text), "--out", _folder.In("report"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.In("report")));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_not_there_is_named()
    {
        Assert.Equal(2, (await CommandLine.RunAsync("analyze", _folder.In("none"))).ExitCode);
        var seeds = await CommandLine.RunAsync("analyze", _folder.Write("a.jsonl", "{\"instruction\":\"a\"}"), "--seed-tasks", _folder.In("none.jsonl"));
        Assert.Equal(2, seeds.ExitCode);
        Assert.Contains("none.jsonl: no such file", seeds.Errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_subset_is_selected_the_same_every_time_balanced_and_as_the_rows_stand()
    {
        var folder = await RunStarterAsync();
        var (first, second) = (_folder.In("first.jsonl"), _folder.In("second.jsonl"));
        var run = await CommandLine.RunAsync("select", folder, "--count", "20", "--out", first, "--json");
        Assert.Equal((0, 20), (run.ExitCode, run.Json.GetProperty("selected").GetInt32()));
        Assert.Equal("""{"classification":10,"other":10}""", run.Json.GetProperty("by_class").GetRawText());
        await CommandLine.RunAsync("select", folder, "--count", "12", "--out", second);
        var (selected, instances) = (await File.ReadAllLinesAsync(first), await File.ReadAllLinesAsync(Path.Combine(folder, "all_generated_instances.jsonl")));
        Assert.Subset(instances.ToHashSet(), selected.ToHashSet());
        Assert.Equal(selected[..12], await File.ReadAllLinesAsync(second));
        Assert.Equal(20, selected.Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("instruction").GetString()).Distinct().Count());
        Assert.Equal(2, (await CommandLine.RunAsync("select", folder, "--count", "0", "--out", second)).ExitCode);
    }

    public void Dispose() => _folder.Dispose();

    async Task<string> RunStarterAsync()
    {
        var folder = _folder.In("run");
        Assert.Equal(0, (await CommandLine.RunAsync("run", "--out", folder, "--instructions", "40")).ExitCode);
        return folder;
    }
}
