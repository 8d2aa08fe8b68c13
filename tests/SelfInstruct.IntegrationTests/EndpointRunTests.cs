using SelfInstruct.Runs;
using SelfInstruct.Tasks;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests;

public sealed class EndpointRunTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Theory(Timeout = 120_000)]
    [InlineData("openai")]
    [InlineData("openai-completions")]
    [InlineData("azure")]
    [InlineData("anthropic")]
    public async Task A_server_of_any_shape_drives_a_full_run(string kind)
    {
        using var server = new ScriptedServer();
        var run = await CommandLine.RunAsync("run", "--out", _folder.In("run"), "--model", $"{kind}:m", "--endpoint", server.EndpointOf(kind), "--instructions", "40", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(40, run.Json.GetProperty("accepted").GetInt32());
        Assert.True(run.Json.GetProperty("instances").GetInt32() >= 40);
        Assert.Equal(server.Bodies.Count, run.Json.GetProperty("calls").GetInt32());
        Assert.Equal(server.Bodies.Count * 10, run.Json.GetProperty("prompt_tokens").GetInt64());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_run_killed_at_any_moment_completes_and_asks_nothing_twice()
    {
        using var server = new ScriptedServer(TimeSpan.FromMilliseconds(20));
        HashSet<string> answered = [];
        foreach (var completions in new[] { 3, 11, 40, 90 })
        {
            using var process = Start(server, "killed");
            await CommandLine.KillAfterLinesAsync(process, Path.Combine(_folder.In("killed"), "completions.jsonl"), completions);
            answered.UnionWith(RecordedPrompts("killed"));
        }

        var askedBefore = server.Bodies.Count;
        var run = await RunAsync(server, "killed", "openai-completions:m", 60);
        Assert.Equal((0, 60), (run.ExitCode, run.Json.GetProperty("accepted").GetInt32()));

        Assert.Empty(server.Bodies.Skip(askedBefore).Select(Prompt).Intersect(answered));
        var keys = JsonLines.Read(Path.Combine(_folder.In("killed"), "completions.jsonl"), RunJson.Format.RecordedCompletion).Select(static line => line.Value.Key).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.Equal(keys.Count, run.Json.GetProperty("calls").GetInt32());

        using var fresh = new ScriptedServer();
        await RunAsync(fresh, "whole", "openai-completions:m", 60);
        foreach (var file in new[] { "machine_generated_instructions.jsonl", "all_generated_instances.jsonl" })
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(_folder.In("whole"), file)), File.ReadAllBytes(Path.Combine(_folder.In("killed"), file)));
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_spent_budget_stops_with_its_own_exit_code_and_a_higher_one_continues()
    {
        using var server = new ScriptedServer();
        string[] prices = ["--set", "prompt_price=1000", "--set", "completion_price=1000"];
        var poor = await RunAsync(server, "budget", "openai-completions:m", 40, [.. prices, "--max-cost", "0.5"]);
        Assert.Equal(3, poor.ExitCode);
        Assert.Contains("budget", poor.Errors, StringComparison.Ordinal);
        var asked = server.Bodies.Count;
        Assert.InRange(asked, 33, 33 + 8);
        var rich = await RunAsync(server, "budget", "openai-completions:m", 40, [.. prices, "--max-cost", "100"]);
        Assert.Equal(0, rich.ExitCode);
        Assert.Equal(server.Bodies.Count, rich.Json.GetProperty("calls").GetInt32());
    }

    [Theory(Timeout = 120_000)]
    [InlineData("openai")]
    [InlineData("openai-completions")]
    [InlineData("azure")]
    [InlineData("anthropic")]
    public async Task A_key_is_written_nowhere(string kind)
    {
        using var server = new ScriptedServer();
        var run = await CommandLine.RunWithKeyAsync(
            "sk-very-secret", "run", "--out", _folder.In("secret"), "--model", $"{kind}:m", "--endpoint", server.EndpointOf(kind), "--instructions", "5");
        Assert.NotEmpty(server.Bodies);
        Assert.DoesNotContain("sk-very-secret", run.Output + run.Errors, StringComparison.Ordinal);
        Assert.All(
            Directory.EnumerateFiles(_folder.In("secret"), "*", SearchOption.AllDirectories),
            static file => Assert.DoesNotContain("sk-very-secret", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_budget_counts_what_was_spent_before_a_kill()
    {
        using var server = new ScriptedServer(TimeSpan.FromMilliseconds(20));
        string[] budget = ["--set", "prompt_price=1000", "--set", "completion_price=1000", "--max-cost", "0.6"];
        using (var process = CommandLine.Start(
            null, ["run", "--out", _folder.In("killed"), "--model", "openai-completions:m", "--endpoint", server.Address.AbsoluteUri, "--instructions", "60", .. budget]))
        {
            await CommandLine.KillAfterLinesAsync(process, Path.Combine(_folder.In("killed"), "completions.jsonl"), 20);
        }

        var run = await RunAsync(server, "killed", "openai-completions:m", 60, budget);
        Assert.Equal(3, run.ExitCode);

        // 15 tokens at 1,000 dollars a million are 0.015 dollars a call; those in flight may take it a little over.
        Assert.InRange(run.Json.GetProperty("calls").GetInt32(), 40, 40 + 8);
    }

    public void Dispose() => _folder.Dispose();

    static string Prompt(string body) => System.Text.Json.JsonDocument.Parse(body).RootElement.GetProperty("prompt").GetString()!;

    IEnumerable<string> RecordedPrompts(string run) =>
        File.ReadLines(Path.Combine(_folder.In(run), "completions.jsonl"))
            .Where(static line => line.EndsWith('}'))
            .Select(static line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("prompt").GetString()!);

    Task<CommandLine> RunAsync(ScriptedServer server, string name, string model, int instructions, string[]? more = null) =>
        CommandLine.RunAsync(["run", "--out", _folder.In(name), "--model", model, "--endpoint", server.Address.AbsoluteUri, "--instructions", $"{instructions}", "--json", .. more ?? []]);

    System.Diagnostics.Process Start(ScriptedServer server, string name) =>
        CommandLine.Start(null, "run", "--out", _folder.In(name), "--model", "openai-completions:m", "--endpoint", server.Address.AbsoluteUri, "--instructions", "60");
}
