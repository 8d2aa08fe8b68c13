using System.Text.Json;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests;

public sealed class CommandTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 60_000)]
    public async Task Real_completions_of_the_original_run_through_the_general_path()
    {
        var run = await CommandLine.RunAsync(
            "run", "--out", _folder.In("replay"), "--json",
            "--model", "replay:" + Repository.ConformanceFile("loop", "canned_responses.jsonl"),
            "--seed-tasks", Repository.ConformanceFile("original", "seed_tasks.jsonl"));
        Assert.Equal(0, run.ExitCode);
        Assert.Equal((175, 100), (run.Json.GetProperty("seeds").GetInt32(), run.Json.GetProperty("accepted").GetInt32()));
        foreach (var field in new[] { "command", "elapsed_seconds", "cpu_seconds", "peak_rss_bytes", "out", "model", "profile", "rejected", "classification", "instances", "rows", "calls", "prompt_tokens", "completion_tokens", "cost_usd" })
        {
            Assert.True(run.Json.TryGetProperty(field, out _), field);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task The_four_steps_alone_make_what_run_makes()
    {
        using var server = new ScriptedServer();
        string[] options = ["--model", "openai-completions:m", "--endpoint", server.Address.AbsoluteUri, "--instructions", "20", "--json"];
        foreach (var step in new[] { "generate", "classify", "instances", "prepare" })
        {
            Assert.Equal(0, (await CommandLine.RunAsync([step, "--out", _folder.In("steps"), .. options])).ExitCode);
        }

        await CommandLine.RunAsync(["run", "--out", _folder.In("run"), .. options]);
        foreach (var file in new[] { "machine_generated_instructions.jsonl", "all_generated_instances.jsonl", "finetuning/alpaca.jsonl" })
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(_folder.In("run"), file)), File.ReadAllBytes(Path.Combine(_folder.In("steps"), file)));
        }

        var state = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.In("steps"), "run.json"))).RootElement;
        Assert.Equal("complete", state.GetProperty("state").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_step_more_makes_a_complete_run_incomplete_until_run_does_the_rest()
    {
        using var server = new ScriptedServer();
        string[] options = ["--out", _folder.In("a"), "--model", "openai-completions:m", "--endpoint", server.Address.AbsoluteUri, "--json"];
        await CommandLine.RunAsync(["run", .. options, "--instructions", "10"]);
        await CommandLine.RunAsync(["generate", .. options, "--instructions", "20"]);
        Assert.Equal("stopped", State());
        var unfinished = await CommandLine.RunAsync(["prepare", .. options, "--instructions", "20"]);
        Assert.Equal(2, unfinished.ExitCode);
        Assert.Contains("has 10 lines for 20 instructions", unfinished.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await CommandLine.RunAsync(["run", .. options, "--instructions", "20"])).ExitCode);
        Assert.Equal("complete", State());
        Assert.Equal(20, File.ReadLines(Path.Combine(_folder.In("a"), "is_clf_or_not.jsonl")).Count());

        string? State() => JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.In("a"), "run.json"))).RootElement.GetProperty("state").GetString();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_s_own_configuration_runs_it_again_elsewhere()
    {
        using var server = new ScriptedServer();
        string[] options = ["--model", "openai-completions:m", "--endpoint", server.Address.AbsoluteUri, "--json"];
        await CommandLine.RunAsync(["run", "--out", _folder.In("a"), .. options, "--instructions", "10", "--seed", "3"]);
        Assert.Equal(0, (await CommandLine.RunAsync(["run", "--out", _folder.In("b"), .. options, "--config", Path.Combine(_folder.In("a"), "run.yaml")])).ExitCode);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(_folder.In("a"), "all_generated_instances.jsonl")),
            File.ReadAllBytes(Path.Combine(_folder.In("b"), "all_generated_instances.jsonl")));
    }

    [Fact(Timeout = 60_000)]
    public async Task Ctrl_C_records_what_is_in_flight_and_says_so()
    {
        using var server = new ScriptedServer(TimeSpan.FromMilliseconds(100));
        using var process = CommandLine.Start(
            null, "run", "--out", _folder.In("a"), "--model", "openai-completions:m", "--endpoint", server.Address.AbsoluteUri, "--instructions", "60", "--json");
        var errors = process.StandardError.ReadToEndAsync();
        while (server.Bodies.Count < 7)
        {
            await Task.Delay(5);
        }

        using var kill = System.Diagnostics.Process.Start("kill", ["-INT", $"{process.Id}"]);
        await process.WaitForExitAsync();
        Assert.Equal(3, process.ExitCode);
        Assert.Contains("Everything is saved", await errors, StringComparison.Ordinal);
        Assert.Equal(server.Bodies.Count, File.ReadLines(Path.Combine(_folder.In("a"), "completions.jsonl")).Count());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_step_without_the_one_before_says_which()
    {
        using var server = new ScriptedServer();
        var run = await CommandLine.RunAsync("classify", "--out", _folder.In("x"), "--model", "openai-completions:m", "--endpoint", server.Address.AbsoluteUri);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Run the step `generate` first", run.Errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_dry_run_shows_the_prompts_and_asks_nobody()
    {
        using var server = new ScriptedServer();
        var run = await CommandLine.RunAsync("run", "--dry-run", "--out", _folder.In("dry"), "--model", "openai-completions:m", "--endpoint", server.Address.AbsoluteUri, "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Is it classification?", run.Output, StringComparison.Ordinal);
        Assert.Empty(server.Bodies);
        Assert.False(Directory.Exists(_folder.In("dry")));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("{\"t\":\"Write a poem about the sea\",\"n\":1}\n{\"t\":\"write a poem about the sea!\",\"n\":2}\n{\"t\":\"Sort these words now\",\"n\":3}\n")]
    [InlineData("[\n {\"t\": \"Write a poem about the sea\", \"n\":1},\n {\"t\":\"write a poem about the sea!\",\"n\":2}, {\"t\":\"Sort these words now\",\"n\":3}]")]
    public async Task Dedupe_keeps_the_first_of_similar_texts(string input)
    {
        var run = await CommandLine.RunAsync("dedupe", _folder.Write("in.json", input), "--out", _folder.In("out.jsonl"), "--field", "t", "--records", "--json");
        Assert.Equal((3, 2, 1), (Number("read"), Number("accepted"), Number("rejected")));
        var lines = File.ReadLines(_folder.In("out.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([1, 3], lines.Select(static line => line.GetProperty("n").GetInt32()));
        Assert.Equal(0, lines[1].GetProperty("most_similar").GetProperty("Write a poem about the sea").GetDouble());

        int Number(string name) => run.Json.GetProperty(name).GetInt32();
    }

    [Fact(Timeout = 60_000)]
    public async Task Dedupe_counts_pool_files_as_accepted_already()
    {
        var pool = _folder.Write("pool.jsonl", "{\"instruction\":\"Sort these words now\"}\n");
        var run = await CommandLine.RunAsync(
            "dedupe", _folder.Write("in.jsonl", "{\"instruction\":\"Sort these words now please\"}\n"), "--pool", pool, "--out", _folder.In("out.jsonl"), "--json");
        Assert.Equal(1, run.Json.GetProperty("rejected").GetInt32());
    }

    [Theory(Timeout = 60_000)]
    [InlineData("{\"instruction\":\"half a pair \\ud83d here\"}\n")]
    [InlineData("{\"instruction\":\"one\",\"instruction\":\"two\"}\n")]
    public async Task Dedupe_names_the_line_it_cannot_read(string line)
    {
        var run = await CommandLine.RunAsync("dedupe", _folder.Write("in.jsonl", line), "--out", _folder.In("out.jsonl"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("in.jsonl(1)", run.Errors, StringComparison.Ordinal);
        Assert.Equal(["in.jsonl"], Directory.EnumerateFiles(_folder.FolderPath).Select(Path.GetFileName));
    }

    [Fact(Timeout = 60_000)]
    public async Task Dedupe_names_the_line_without_the_field()
    {
        var run = await CommandLine.RunAsync("dedupe", _folder.Write("in.jsonl", "{\"instruction\":\"a\"}\n{\"text\":\"b\"}\n"), "--out", _folder.In("out.jsonl"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("in.jsonl(2): has no text field instruction", run.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.In("out.jsonl")));
    }

    [Fact(Timeout = 60_000)]
    public async Task Import_puts_an_array_into_a_folder_as_a_run_would_have_written_it()
    {
        var file = _folder.Write("alpaca.json", "[{\"instruction\":\"Name a bird\",\"input\":\"\",\"output\":\"wren\"},{\"instruction\":\"Name a tree\",\"input\":\"\",\"output\":\"elm\"}]");
        var run = await CommandLine.RunAsync("import", file, "--out", _folder.In("x"), "--json");
        Assert.Equal(("instances", 2), (run.Json.GetProperty("kind").GetString(), run.Json.GetProperty("written").GetInt32()));
        Assert.Equal(
            "{\"instruction\":\"Name a bird\",\"input\":\"\",\"output\":\"wren\"}",
            File.ReadLines(Path.Combine(_folder.In("x"), "all_generated_instances.jsonl")).First());
        Assert.Equal(2, (await CommandLine.RunAsync("import", file, "--out", _folder.In("x"))).ExitCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_profile_lies_under_the_configuration_file_and_the_command_line()
    {
        var config = _folder.Write("config.yaml", "profile: released\ninstances:\n  max_tokens: 200\n");
        var run = await CommandLine.RunAsync(
            "generate", "--out", _folder.In("r"), "--config", config, "--set", "instructions.top_p=0.9", "--model", "replay:" + _folder.Write("none.jsonl", ""), "--json");
        Assert.Equal(1, run.ExitCode);
        var yaml = await File.ReadAllTextAsync(Path.Combine(_folder.In("r"), "run.yaml"));
        Assert.All(
            ["profile: released", "randomness: python", "max_tokens: 200", "top_p: 0.9", "max_tokens_beside_classification: 300"],
            line => Assert.Contains(line, yaml, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();
}
