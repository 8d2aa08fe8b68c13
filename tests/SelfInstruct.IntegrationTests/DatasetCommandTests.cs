using System.Text.Json;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests;

/// <summary>`lint`, `export` and `import` on the files of a run, as a user calls them.</summary>
public sealed class DatasetCommandTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 120_000)]
    public async Task A_run_is_exported_in_every_format_and_imported_as_it_was()
    {
        using var server = new ScriptedServer();
        Assert.Equal(0, (await CommandLine.RunAsync("run", "--out", _folder.In("run"), "--model", "openai-completions:m", "--endpoint", server.Address.AbsoluteUri, "--instructions", "10")).ExitCode);
        var rows = File.ReadLines(Path.Combine(_folder.In("run"), "finetuning", "alpaca.jsonl")).Select(Fields).ToList();
        foreach (var format in new[] { "openai_completions", "openai_chat", "alpaca", "sharegpt", "messages", "llama-factory", "csv" })
        {
            var export = await CommandLine.RunAsync("export", _folder.In("run"), "--format", format, "--validation", "0.1", "--json");
            Assert.True(export.ExitCode == 0, export.Errors);
            Assert.Equal((rows.Count, format), (export.Json.GetProperty("rows").GetInt32(), export.Json.GetProperty("format").GetString()));
            var import = await CommandLine.RunAsync("import", export.Json.GetProperty("out").GetString()!, "--out", _folder.In("back-" + format), "--json");
            Assert.True(import.ExitCode == 0, import.Errors);
            Assert.Equal(rows, File.ReadLines(Path.Combine(_folder.In("back-" + format), "all_generated_instances.jsonl")).Select(Fields));
        }

        // What was imported can be exported again.
        Assert.Equal(0, (await CommandLine.RunAsync("export", _folder.In("back-csv"), "--format", "messages", "--out", _folder.In("again.jsonl"))).ExitCode);
        Assert.Equal(rows.Count, File.ReadLines(_folder.In("again.jsonl")).Count());
        var csv = await CommandLine.RunAsync("import", Path.Combine(_folder.In("run"), "export", "csv", "data", "train-00000-of-00001.csv"), "--out", _folder.In("csv"), "--json");
        Assert.Equal("instances", csv.Json.GetProperty("kind").GetString());
        File.Copy(Path.Combine(_folder.In("run"), "export", "csv", "data", "train-00000-of-00001.csv"), _folder.In("DATA.CSV"));
        Assert.Equal("instances", (await CommandLine.RunAsync("import", _folder.In("DATA.CSV"), "--out", _folder.In("capitals"), "--json")).Json.GetProperty("kind").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task Lint_counts_and_shows_what_is_wrong_and_changes_nothing()
    {
        var input = _folder.Write("in.jsonl", Rows);
        var run = await CommandLine.RunAsync("lint", input, "--report", _folder.In("report.jsonl"), "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal((6, 5), (run.Json.GetProperty("rows").GetInt32(), run.Json.GetProperty("faulty").GetInt32()));
        var faults = run.Json.GetProperty("faults");
        Assert.Equal((1, 1, 1, 1, 1, 0), (Count("empty"), Count("refusal"), Count("merged_instances"), Count("white_space"), Count("duplicate"), Count("echo")));
        Assert.DoesNotContain('\u001B', run.Output);
        Assert.Contains("in.jsonl(2) output, declines: I'm sorry, but I can't help with that.\uFFFD[31m", run.Output, StringComparison.Ordinal);
        Assert.Equal(5, File.ReadLines(_folder.In("report.jsonl")).Count());
        Assert.Equal(Rows, File.ReadAllText(input));

        int Count(string rule) => faults.GetProperty(rule).GetInt32();
    }

    [Fact(Timeout = 60_000)]
    public async Task Lint_mends_a_copy_and_lists_what_changed_and_what_was_left_out()
    {
        var input = _folder.Write("in.jsonl", Rows);
        var run = await CommandLine.RunAsync("lint", input, "--fix", "--drop", "refusal", "--out", _folder.In("out.jsonl"), "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            ["""{"instruction":"Name a bird.","input":"","output":"wren","id":"a","more":[1]}""", """{"instruction":"Is it a bird?","input":"pike","output":"no"}""", """{"instruction":"Name a tree.","input":"","output":"elm"}"""],
            File.ReadLines(_folder.In("out.jsonl")));
        Assert.Equal(["duplicate", "empty", "refusal"], Lines("out.rejected.jsonl").Select(static line => line.GetProperty("rule").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(["merged_instances", "white_space"], Lines("out.fixes.jsonl").Select(static line => line.GetProperty("rule").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(Rows, File.ReadAllText(input));

        // Mended, it needs nothing more.
        var again = await CommandLine.RunAsync("lint", _folder.In("out.jsonl"), "--fix", "--out", _folder.In("twice.jsonl"), "--json");
        Assert.Equal(File.ReadAllText(_folder.In("out.jsonl")), File.ReadAllText(_folder.In("twice.jsonl")));
        Assert.Equal(0, again.Json.GetProperty("faulty").GetInt32());

        IEnumerable<JsonElement> Lines(string name) => File.ReadLines(_folder.In(name)).Select(static line => JsonDocument.Parse(line).RootElement);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_dropped_rule_is_checked_whatever_rules_are_named_and_what_cannot_be_mended_is_counted()
    {
        var input = _folder.Write("in.jsonl", Rows + """{"messages":[{"role":"user","content":"Name a fish. "},{"role":"assistant","content":"cod"}]}""" + "\n");
        var run = await CommandLine.RunAsync("lint", input, "--fix", "--rules", "white_space", "--drop", "refusal", "--out", _folder.In("out.jsonl"), "--json");
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal("""{"refusal":1}""", run.Json.GetProperty("rejected").GetRawText());
        Assert.Equal("""{"white_space":1}""", run.Json.GetProperty("fixed").GetRawText());
        Assert.Equal("""{"white_space":1}""", run.Json.GetProperty("not_mended").GetRawText());
        Assert.Contains("not mended: white_space 1", run.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_beside_the_copy_is_written_over()
    {
        var input = _folder.Write("x.fixes.jsonl", Rows);
        var run = await CommandLine.RunAsync("lint", input, "--fix", "--out", _folder.In("x.jsonl"));
        Assert.Equal((2, Rows), (run.ExitCode, File.ReadAllText(input)));
        Assert.Contains("x.fixes.jsonl: is there already", run.Errors, StringComparison.Ordinal);
        Directory.CreateDirectory(_folder.In("q.dir"));
        Assert.Equal(2, (await CommandLine.RunAsync("lint", input, "--fix", "--out", _folder.In("q.dir"))).ExitCode);
        Assert.Equal(["x.fixes.jsonl"], Directory.EnumerateFiles(_folder.FolderPath).Select(Path.GetFileName));
    }

    [Fact(Timeout = 60_000)]
    public async Task Rows_of_one_instruction_have_no_validation_part()
    {
        var input = _folder.Write("one.jsonl", "{\"instruction\":\"Name a bird.\",\"input\":\"\",\"output\":\"wren\"}\n");
        var run = await CommandLine.RunAsync("export", input, "--format", "alpaca", "--validation", "0.5", "--out", _folder.In("export"));
        Assert.Contains("none can be held out", run.Errors, StringComparison.Ordinal);
        Assert.Equal((2, false), (run.ExitCode, Directory.Exists(_folder.In("export"))));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("{\"instruction\":5,\"output\":\"x\"}", "in.jsonl(1): 5 stands where a text belongs")]
    [InlineData("{\"instruction\":\"half \\ud83d\",\"output\":\"x\"}", "in.jsonl(1)")]
    [InlineData("{\"instruction\":\"a\",\"instances\":[5]}", "in.jsonl(1): instances[0] is not an object")]
    [InlineData("{\"question\":\"a\"}", "in.jsonl(1): has the fields question")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}", "in.jsonl(1): ends with a turn of user")]
    [InlineData("[1]", "in.jsonl[0]: not an object")]
    public async Task A_row_that_cannot_be_read_is_named(string line, string error)
    {
        var run = await CommandLine.RunAsync("lint", _folder.Write("in.jsonl", line + "\n"), "--fix", "--out", _folder.In("out.jsonl"));
        Assert.Contains(error, run.Errors, StringComparison.Ordinal);
        Assert.Equal(2, run.ExitCode);
        Assert.Equal(["in.jsonl"], Directory.EnumerateFiles(_folder.FolderPath).Select(Path.GetFileName));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("There is no quality rule refusals. Did you mean refusal?", "lint", "IN", "--rules", "refusals")]
    [InlineData("no words are given", "lint", "IN", "--rules", "unsafe")]
    [InlineData("--language xx: not known", "lint", "IN", "--language", "xx")]
    [InlineData("--fix writes a copy", "lint", "IN", "--fix")]
    [InlineData("belong to --fix", "lint", "IN", "--out", "x")]
    [InlineData("is there already", "lint", "IN", "--fix", "--out", "IN")]
    [InlineData("is there already", "lint", "IN", "--report", "IN")]
    [InlineData("another file of this command", "lint", "IN", "--fix", "--out", "x", "--report", "x")]
    [InlineData("another file of this command", "lint", "IN", "--fix", "--out", "x", "--report", "x.rejected.jsonl")]
    [InlineData("its folder is not there", "lint", "IN", "--report", "none/x")]
    [InlineData("There is no quality rule refusals", "lint", "IN", "--fix", "--out", "x", "--drop", "refusals")]
    [InlineData("is there already", "select", "IN", "--count", "1", "--out", "IN")]
    [InlineData("its folder is not there", "select", "IN", "--count", "1", "--out", "none/x")]
    [InlineData("no such file", "lint", "none.jsonl")]
    [InlineData("no such file", "lint", "IN", "--word-list", "none.txt")]
    [InlineData("--format parquet: not known", "export", "IN", "--format", "parquet")]
    [InlineData("--validation is 1", "export", "IN", "--format", "csv", "--validation", "1")]
    [InlineData("is there already", "export", "IN", "--format", "csv", "--out", "IN")]
    [InlineData("Let the name end with .jsonl", "export", "IN", "--format", "alpaca", "--out", "x.csv")]
    [InlineData("Let the name end with .csv", "export", "IN", "--format", "csv", "--out", "x.jsonl")]
    [InlineData("makes two", "export", "IN", "--format", "csv", "--out", "x.csv", "--validation", "0.5")]
    [InlineData("--license is", "export", "IN", "--format", "csv", "--license", "my: own")]
    [InlineData("none that `export` wrote", "import", ".", "--out", "x")]
    public async Task What_is_wrong_is_named(string error, params string[] command)
    {
        var input = _folder.Write("in.jsonl", Rows);
        var run = await CommandLine.RunAsync([.. command.Select(word => word switch { "IN" => input, "." => _folder.FolderPath, ['x', ..] and not "xx" or ['n', 'o', 'n', 'e', '/', ..] => _folder.In(word), _ => word })]);
        Assert.Contains(error, run.Errors, StringComparison.Ordinal);
        Assert.Equal((2, Rows), (run.ExitCode, File.ReadAllText(input)));
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    const string Rows = """
        {"instruction":"Name a bird.","input":"","output":"wren\n","id":"a","more":[1]}
        {"instruction":"Describe it.","input":"","output":"I'm sorry, but I can't help with that.\u001b[31m"}
        {"instruction":"Name a fish.","input":"","output":""}
        {"instruction":"Is it a bird?","input":"pike","output":"no\n\nInput: wren\nOutput: yes"}
        {"instruction":"Name a bird.","input":"","output":"wren"}
        {"instruction":"Name a tree.","input":"","output":"elm"}

        """;

    static (string?, string?, string?) Fields(string line)
    {
        var row = JsonDocument.Parse(line).RootElement;
        return (row.GetProperty("instruction").GetString(), row.GetProperty("input").GetString(), row.GetProperty("output").GetString());
    }
}
