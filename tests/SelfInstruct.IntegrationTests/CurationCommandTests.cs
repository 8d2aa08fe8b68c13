using System.Text.Json;
using SelfInstruct.Tests;
using SelfInstruct.Tests.Models;

namespace SelfInstruct.IntegrationTests;

/// <summary>`judge`, `relabel` and `evolve`: files, exit codes, cost, and kill -9 in the middle.</summary>
public sealed class CurationCommandTests : IDisposable
{
    const int Rows = 30;

    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 120_000)]
    public async Task Judge_keeps_every_score_and_the_rows_that_reach_the_threshold()
    {
        using var server = Server();
        var data = WriteRows();
        var run = await RunAsync(server, "judge", data);
        Assert.True(run.ExitCode == 0, run.Errors);
        var scores = run.Json.GetProperty("scores");
        Assert.Equal((6, 6, 6, 6), (scores.GetProperty("1").GetInt32(), scores.GetProperty("2").GetInt32(), scores.GetProperty("4").GetInt32(), scores.GetProperty("5").GetInt32()));
        Assert.Equal((6, 12), (run.Json.GetProperty("unread").GetProperty("no_verdict_line").GetInt32(), run.Json.GetProperty("kept").GetInt32()));
        Assert.Equal(Rows, Lines("rows.jsonl.judgements.jsonl").Count);
        Assert.All(Lines("rows.jsonl.judged.jsonl"), static row => Assert.Contains(row.GetProperty("n").GetInt32() % 5, new[] { 3, 4 }));
        Assert.Equal(["below_threshold", "no_verdict_line"], Lines("rows.jsonl.judged.rejected.jsonl").Select(static row => row.GetProperty("rule").GetString()).Distinct().Order(StringComparer.Ordinal));

        Assert.Contains("24 of 30 rows have a verdict", run.Output, StringComparison.Ordinal);
        Assert.Contains("score 1         6    25.0 %", run.Output, StringComparison.Ordinal);
        Assert.Equal(24, run.Json.GetProperty("with_verdict").GetInt32());

        // Another threshold asks nothing, and never writes over what is there.
        var asked = server.Requests;
        var lower = await RunAsync(server, "judge", data, "--threshold", "2");
        Assert.Equal(2, lower.ExitCode);
        Assert.Contains("rows.jsonl.judged.jsonl: is there already and is another", lower.Errors, StringComparison.Ordinal);
        Assert.Equal(18, (await RunAsync(server, "judge", data, "--threshold", "2", "--out", _folder.In("lower.jsonl"))).Json.GetProperty("kept").GetInt32());
        Assert.Equal(asked, server.Requests);
        Assert.Equal(Rows, Lines("rows.jsonl.judgements.jsonl").Count);

        var paper = await RunAsync(server, "judge", data, "--scale", "paper", "--out", _folder.In("paper.jsonl"));
        Assert.Equal((Rows, Rows, 0, 0), (paper.Json.GetProperty("valid_task").GetInt32(), paper.Json.GetProperty("input_appropriate").GetInt32(), paper.Json.GetProperty("output_correct").GetInt32(), paper.Json.GetProperty("kept").GetInt32()));
        Assert.Equal(2 * Rows, Lines("rows.jsonl.judgements.jsonl").Count);
    }

    [Fact(Timeout = 120_000)]
    public async Task Relabel_writes_new_outputs_beside_the_old_and_keeps_the_old_where_the_new_is_no_answer()
    {
        using var server = Server();
        var run = await RunAsync(server, "relabel", WriteRows());
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal((24, 6), (run.Json.GetProperty("changed").GetInt32(), run.Json.GetProperty("kept").GetProperty("refusal").GetInt32()));
        foreach (var row in Lines("rows.jsonl.relabelled.jsonl"))
        {
            var (n, old) = (row.GetProperty("n").GetInt32(), row.GetProperty("previous_output").GetString());
            Assert.Equal($"old {n}", old);
            Assert.Equal(n % 5 == 0 ? old : $"new {n}", row.GetProperty("output").GetString());
            Assert.Equal(n % 5 == 0, row.TryGetProperty("kept_because", out _));
            Assert.Equal(n % 5 != 0, row.TryGetProperty("output_model", out _));
            Assert.False(row.TryGetProperty("previous_outputs", out _));
        }

        Assert.Equal(0, (await RunAsync(server, "relabel", _folder.In("rows.jsonl.relabelled.jsonl"), "--out", _folder.In("twice.jsonl"))).ExitCode);
        Assert.Equal(0, (await RunAsync(server, "relabel", _folder.In("twice.jsonl"), "--out", _folder.In("thrice.jsonl"))).ExitCode);
        var last = Lines("thrice.jsonl")[1];
        Assert.Equal("new 1", last.GetProperty("previous_output").GetString());

        // An output that stays is still that of the model that wrote it.
        var other = _folder.Write("other.jsonl", "{\"instruction\":\"Tell of number 5.\",\"input\":\"\",\"output\":\"by a\",\"output_model\":\"a\"}\n");
        Assert.Equal(0, (await RunAsync(server, "relabel", other)).ExitCode);
        var kept = Assert.Single(Lines("other.jsonl.relabelled.jsonl"));
        Assert.Equal(("by a", "a", "refusal"), (kept.GetProperty("output").GetString(), kept.GetProperty("output_model").GetString(), kept.GetProperty("kept_because").GetString()));
        Assert.Equal(["old 1", "new 1", "new 1"], last.GetProperty("previous_outputs").EnumerateArray().Select(static output => output.GetString()));
    }

    [Theory(Timeout = 240_000)]
    [InlineData("judge", "judged.jsonl", Rows)]
    [InlineData("relabel", "relabelled.jsonl", Rows)]
    [InlineData("evolve", "evolved.jsonl", 4 * Rows)]
    public async Task A_killed_command_gives_the_same_file_and_asks_nothing_twice(string command, string file, int calls)
    {
        string[] more = command == "evolve" ? ["--generations", "2"] : [];
        using var quick = Server();
        var whole = await RunAsync(quick, command, WriteRows("whole"), more);
        Assert.True(whole.ExitCode == 0, whole.Errors);
        Assert.NotEmpty(Lines("whole.jsonl." + file));
        using var slow = Server(TimeSpan.FromMilliseconds(30));
        foreach (var completions in new[] { 3, calls / 2 })
        {
            using var process = CommandLine.Start(null, Arguments(slow, command, WriteRows("killed"), more));
            await CommandLine.KillAfterLinesAsync(process, Path.Combine(_folder.In("killed.jsonl." + command), "completions.jsonl"), completions);
            Assert.False(File.Exists(_folder.In("killed.jsonl." + file)));
        }

        Assert.Equal(0, (await RunAsync(slow, command, WriteRows("killed"), more)).ExitCode);
        Assert.Equal(File.ReadAllText(_folder.In("whole.jsonl." + file)), File.ReadAllText(_folder.In("killed.jsonl." + file)));
        var keys = File.ReadLines(Path.Combine(_folder.In("killed.jsonl." + command), "completions.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("key").GetString()).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());
        var asked = slow.Requests;
        Assert.Equal(0, (await RunAsync(slow, command, WriteRows("killed"), more)).ExitCode);
        Assert.Equal(asked, slow.Requests);
    }

    [Fact(Timeout = 120_000)]
    public async Task Ctrl_C_says_that_all_is_saved()
    {
        using var slow = Server(TimeSpan.FromMilliseconds(100));
        using var process = CommandLine.Start(null, Arguments(slow, "relabel", WriteRows()));
        var errors = process.StandardError.ReadToEndAsync();
        while (slow.Requests < 5)
        {
            await Task.Delay(5);
        }

        using var kill = System.Diagnostics.Process.Start("kill", ["-INT", $"{process.Id}"]);
        await process.WaitForExitAsync();
        Assert.Equal(3, process.ExitCode);
        Assert.Contains("What was finished is saved", await errors, StringComparison.Ordinal);
        Assert.Equal(slow.Requests, File.ReadLines(Path.Combine(_folder.In("rows.jsonl.relabel"), "completions.jsonl")).Count());
    }

    [Theory(Timeout = 120_000)]
    [InlineData("judge")]
    [InlineData("relabel")]
    [InlineData("evolve")]
    public async Task The_cost_is_said_before_and_held(string command)
    {
        using var server = Server();
        string[] prices = ["--prompt-price", "1", "--completion-price", "10000"];
        var dry = await RunAsync(server, command, WriteRows(), [.. prices, "--dry-run"]);
        Assert.Equal((0, 0), (dry.ExitCode, server.Requests));
        Assert.True(dry.Json.GetProperty("max_cost_usd").GetDouble() > 50);
        Assert.Contains("US dollars", dry.Errors, StringComparison.Ordinal);
        Assert.Equal(3, (await RunAsync(server, command, WriteRows(), [.. prices, "--max-cost", "0.3"])).ExitCode);
        Assert.InRange(server.Requests, 4, 7);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_run_folder_is_judged_without_touching_its_own_log()
    {
        Directory.CreateDirectory(_folder.In("run"));
        File.Copy(WriteRows(), _folder.In("run/all_generated_instances.jsonl"));
        using var server = Server();
        Assert.Equal(0, (await RunAsync(server, "judge", _folder.In("run"))).ExitCode);
        Assert.Equal(
            ["all_generated_instances.jsonl", "judge/completions.jsonl", "judged.jsonl", "judged.rejected.jsonl", "judgements.jsonl"],
            Directory.EnumerateFiles(_folder.In("run"), "*.jsonl", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder.In("run"), file)).Order(StringComparer.Ordinal));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("--threshold is 6", "judge", "--threshold", "6")]
    [InlineData("--kinds deeper: not known", "evolve", "--kinds", "deeper")]
    [InlineData("--generations is 0", "evolve", "--generations", "0")]
    [InlineData("--max-tokens is 0", "relabel", "--max-tokens", "0")]
    [InlineData("no such folder of prompts", "evolve", "--prompts", "/nowhere/at/all")]
    [InlineData("--max-cost needs", "relabel", "--max-cost", "1")]
    public async Task What_is_wrong_is_named(string error, string command, params string[] more)
    {
        using var server = Server();
        var run = await RunAsync(server, command, WriteRows(), more);
        Assert.Contains(error, run.Errors, StringComparison.Ordinal);
        Assert.Equal((2, 0), (run.ExitCode, server.Requests));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Scores row n by n modulo 5, refuses every fifth row, and makes a task of other words from each.</summary>
    static LoopbackServer Server(TimeSpan pause = default) => new(request =>
    {
        Task.Delay(pause).Wait();
        using var json = JsonDocument.Parse(request.Body);
        var prompt = json.RootElement.GetProperty("messages")[0].GetProperty("content").GetString()!;
        var n = int.Parse(prompt.Split("number ")[1].Split(['.', ' ', '\n'])[0]);
        var text = prompt.Contains("Score: X", StringComparison.Ordinal) ? (n % 5) switch { 0 => "Well.\nScore: 1", 1 => "Well.\nScore: 2", 2 => "No opinion.", 3 => "Good.\nScore: 4", _ => "Good.\nScore: 5" }
            : prompt.Contains("Task: X", StringComparison.Ordinal) ? "Hm.\nTask: yes\nInput: yes\nOutput: no"
            : prompt.Contains("new task", StringComparison.Ordinal) ? $"Instruction: Tell of a{prompt.Length}b{n * 31} and c{n * 17} for number {n}."
            : n % 5 == 0 ? "I'm sorry, but I can't help with that." : $"new {n}";
        return new LoopbackAnswer(200, $$$"""{"choices":[{"message":{"role":"assistant","content":{{{JsonSerializer.Serialize(text)}}}},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5}}""");
    });

    string WriteRows(string name = "rows") =>
        _folder.Write(name + ".jsonl", string.Concat(Enumerable.Range(0, Rows).Select(static n => $"{{\"instruction\":\"Say q{n * 3} or w{n * 5} about number {n}.\",\"input\":\"\",\"output\":\"old {n}\",\"n\":{n}}}\n")));

    static string[] Arguments(LoopbackServer server, string command, string data, params string[] more) =>
        [command, data, "--model", "openai:m", "--endpoint", server.Address.AbsoluteUri, "--concurrency", "4", "--json", .. more];

    static Task<CommandLine> RunAsync(LoopbackServer server, string command, string data, params string[] more) => CommandLine.RunWithKeyAsync(null, Arguments(server, command, data, more));

    List<JsonElement> Lines(string name) => [.. File.ReadLines(_folder.In(name)).Select(static line => JsonDocument.Parse(line).RootElement)];
}
