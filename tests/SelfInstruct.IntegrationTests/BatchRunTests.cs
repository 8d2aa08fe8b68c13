using SelfInstruct.Tests;
using SelfInstruct.Tests.Models;
using SelfInstruct.Tests.Models.Batches;

namespace SelfInstruct.IntegrationTests;

/// <summary>A run by OpenAI's Batch API is the same run, at half the price, and outlives its process.</summary>
public sealed class BatchRunTests : IDisposable
{
    static readonly string[] Files =
        ["machine_generated_instructions.jsonl", "is_clf_or_not.jsonl", "machine_generated_instances.jsonl", "all_generated_instances.jsonl", "rejected.jsonl", "finetuning/alpaca.jsonl", "finetuning/openai_chat.jsonl"];

    static readonly string[] Prices = ["--set", "prompt_price=2", "--set", "completion_price=4"];

    readonly TemporaryFolder _folder = new();

    [Theory(Timeout = 180_000)]
    [InlineData("openai")]
    [InlineData("openai-completions")]
    public async Task A_run_by_batches_equals_the_run_without_at_half_the_cost(string kind)
    {
        using var single = new ScriptedServer();
        var plain = await RunAsync(single.Address, "plain", kind, [.. Prices]);
        Assert.Equal(0, plain.ExitCode);
        using var server = new BatchServer(Answer);
        var batched = await RunAsync(server.Address, "batched", kind, [.. Prices, "--batch"]);
        Assert.True(batched.ExitCode == 0, batched.Errors);
        CheckEqual("plain", "batched");
        Assert.Equal(plain.Json.GetProperty("cost_usd").GetDouble() / 2, batched.Json.GetProperty("cost_usd").GetDouble(), 9);
        Assert.Equal(single.Bodies.Order(StringComparer.Ordinal), server.Asked.Select(static line => line.Split(' ', 2)[1]).Order(StringComparer.Ordinal));
        Assert.Empty(server.Strays);
        Assert.InRange(server.Sizes.Count, 3, 6);
        Assert.Matches(@"Batch batch_1: 20 of 20 done \(completed\)\.", batched.Errors);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_run_killed_while_batches_are_on_their_way_asks_each_request_once()
    {
        using var single = new ScriptedServer();
        await RunAsync(single.Address, "plain", "openai-completions");
        using var server = new BatchServer(Answer) { IsHeld = true };

        // Before the first batch is made or just after, while it is in progress, and so on with those of the later steps.
        foreach (var lines in new[] { 1, 2, 4, 5, 8 })
        {
            using var process = CommandLine.Start(null, [.. Arguments(server.Address, "killed", "openai-completions"), "--batch"]);
            _ = process.StandardOutput.ReadToEndAsync();
            _ = process.StandardError.ReadToEndAsync();
            await CommandLine.KillAfterLinesAsync(process, Path.Combine(_folder.In("killed"), "batches.jsonl"), lines);
            server.IsHeld = lines < 2;
        }

        var run = await RunAsync(server.Address, "killed", "openai-completions", "--batch");
        Assert.True(run.ExitCode == 0, run.Errors);
        CheckEqual("plain", "killed");
        Assert.Equal(server.Asked.Distinct().Count(), server.Asked.Count);
        Assert.Equal(single.Bodies.Count, server.Asked.Count);
    }

    [Fact(Timeout = 180_000)]
    public async Task An_expired_batch_costs_a_run_only_its_rest()
    {
        using var single = new ScriptedServer();
        await RunAsync(single.Address, "plain", "openai-completions");
        using var server = new BatchServer(static asked => asked is { Batch: 1, Index: >= 12 } ? null : Answer(asked));
        var run = await RunAsync(server.Address, "batched", "openai-completions", "--batch");
        Assert.True(run.ExitCode == 0, run.Errors);
        CheckEqual("plain", "batched");
        Assert.Equal([20, 8], server.Sizes.Take(2));
        Assert.Equal(8, server.Asked.Count - server.Asked.Distinct().Count());
    }

    [Fact(Timeout = 180_000)]
    public async Task A_run_begun_without_batches_goes_on_with_them()
    {
        using var single = new ScriptedServer();
        await RunAsync(single.Address, "plain", "openai-completions");
        Assert.Equal(0, (await CommandLine.RunAsync(["generate", .. Arguments(single.Address, "a", "openai-completions")[1..]])).ExitCode);
        using var server = new BatchServer(Answer);
        var run = await RunAsync(server.Address, "a", "openai-completions", "--batch");
        Assert.True(run.ExitCode == 0, run.Errors);
        CheckEqual("plain", "a");
        Assert.DoesNotContain(server.Asked, static line => line.Contains("Come up with a series of tasks", StringComparison.Ordinal));
    }

    [Fact(Timeout = 120_000)]
    public async Task The_estimate_is_half_and_says_so()
    {
        string[] options = ["run", "--out", _folder.In("a"), "--dry-run", "--model", "openai:gpt-4o-mini", "--instructions", "100000", "--endpoint", "http://127.0.0.1:9/v1"];
        var full = await CommandLine.RunAsync(options);
        var half = await CommandLine.RunAsync([.. options, "--batch"]);
        Assert.Matches(@"US dollars at the batch price, half of the prices of \d{4}-\d\d-\d\d\.", half.Output);
        Assert.DoesNotContain("batch price", full.Output, StringComparison.Ordinal);
        Assert.Equal(Cost(full) / 2, Cost(half), 0.011);
        Assert.InRange(Cost(half), 1, 10_000);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("starter")]
    [InlineData("anthropic:m")]
    [InlineData("azure:m")]
    [InlineData("ollama:m")]
    public async Task A_model_that_takes_no_batches_is_refused_before_the_start(string model)
    {
        var run = await CommandLine.RunAsync("run", "--out", _folder.In("a"), "--model", model, "--batch");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"batch is true, and model is {model}; only openai: and openai-completions: take batches.", run.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.In("a")));
    }

    public void Dispose() => _folder.Dispose();

    static LoopbackAnswer Answer(Asked asked) => new(200, ScriptedServer.Answer(new LoopbackRequest(asked.Url, asked.Body, 0, null)));

    static double Cost(CommandLine run) =>
        double.Parse(System.Text.RegularExpressions.Regex.Match(run.Output, @"([\d.]+) US dollars").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    void CheckEqual(string one, string other)
    {
        foreach (var file in Files)
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(_folder.In(one), file)), File.ReadAllBytes(Path.Combine(_folder.In(other), file)));
        }
    }

    string[] Arguments(Uri address, string name, string kind) =>
        ["run", "--out", _folder.In(name), "--model", kind + ":m", "--endpoint", address.AbsoluteUri, "--instructions", "60", "--set", "instructions.prompts_per_round=20", "--set", "batch_poll_seconds=0.2", "--json"];

    Task<CommandLine> RunAsync(Uri address, string name, string kind, params string[] more) => CommandLine.RunAsync([.. Arguments(address, name, kind), .. more]);
}
