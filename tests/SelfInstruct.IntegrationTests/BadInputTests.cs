using SelfInstruct.Tests;
using SelfInstruct.Tests.Models;

namespace SelfInstruct.IntegrationTests;

/// <summary>One clear line with place, value and remedy; the right exit code; nothing lost.</summary>
public sealed class BadInputTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string Replay => _folder.Write("replay.jsonl", string.Concat(Enumerable.Repeat("{\"text\":\" Say something new to me.\",\"finish_reason\":\"stop\"}\n", 300)));

    string Seeds => _folder.Write("seeds.jsonl", "{\"id\":\"a\",\"name\":\"a\",\"instruction\":\"Name one thing.\",\"instances\":[{\"input\":\"\",\"output\":\"Cup\"}],\"is_classification\":false}\n");

    [Fact(Timeout = 60_000)]
    public async Task A_missing_seed_file_is_named() =>
        Check(await RunAsync("--model", "replay:" + Replay, "--seed-tasks", _folder.In("none.jsonl")), 2, "none.jsonl: no such file");

    [Fact(Timeout = 60_000)]
    public async Task A_malformed_seed_line_is_named_with_its_field() =>
        Check(
            await RunAsync("--model", "replay:" + Replay, "--seed-tasks", _folder.Write("bad.jsonl", "{\"id\":\"a\",\"instances\":[{\"output\":\"b\"}],\"is_classification\":true}\n")),
            2,
            "bad.jsonl(1): field instruction is missing");

    [Fact(Timeout = 60_000)]
    public async Task A_folder_of_another_run_is_refused_with_the_difference()
    {
        await RunAsync("--model", "replay:" + Replay, "--seed-tasks", Seeds, "--instructions", "1");
        Check(await RunAsync("--model", "replay:" + Replay, "--seed-tasks", Seeds, "--instructions", "1", "--seed", "7"), 2, "seed: 42 there, 7 here");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_folder_with_foreign_completions_is_refused()
    {
        Directory.CreateDirectory(_folder.In("out"));
        _folder.Write("out/completions.jsonl", "{}\n");
        Check(await RunAsync("--model", "replay:" + Replay, "--seed-tasks", Seeds), 2, "holds completions.jsonl but no run.json");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("machine_generated_instructions.jsonl", "{\"instruction\":\"Somebody else's work.\",\"id\":\"instruction_0\"}\n")]
    [InlineData("is_clf_or_not.jsonl", "{\"instruction\":\"Somebody else's work.\"}\n")]
    [InlineData("rejected.jsonl", "{\"stage\":\"x\"}\n")]
    public async Task A_file_of_another_run_is_left_alone(string name, string text)
    {
        Directory.CreateDirectory(_folder.In("out"));
        var foreign = _folder.Write("out/" + name, text);
        Check(await RunAsync("--model", "replay:" + Replay, "--seed-tasks", Seeds), 2, $"holds {name} but no run.json");
        Assert.Equal(text, File.ReadAllText(foreign));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pool_of_the_original_is_continued_and_keeps_every_line()
    {
        Directory.CreateDirectory(_folder.In("out"));
        var pool = _folder.Write("out/machine_generated_instructions.jsonl", "{\"instruction\": \"Somebody else's work.\", \"request_idx\": 0}\n");
        var run = await RunAsync("--model", "replay:" + Replay, "--seed-tasks", Seeds, "--instructions", "2");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("{\"instruction\": \"Somebody else's work.\", \"request_idx\": 0}", File.ReadLines(pool).First());
        Assert.Equal(2, File.ReadLines(pool).Count());
    }

    [Theory(Timeout = 60_000)]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("not json")]
    public async Task A_broken_state_is_named(string state)
    {
        await RunAsync("--model", "replay:" + Replay, "--seed-tasks", Seeds, "--instructions", "1");
        _folder.Write("out/run.json", state);
        Check(await RunAsync("--model", "replay:" + Replay, "--seed-tasks", Seeds, "--instructions", "1"), 2, "run.json: not a run's state");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_replay_line_without_text_is_named() =>
        Check(await RunAsync("--model", "replay:" + _folder.Write("r.jsonl", "{\"completion\":\"x\"}\n"), "--seed-tasks", Seeds), 2, "r.jsonl(1)");

    [Fact(Timeout = 60_000)]
    public async Task A_password_in_an_address_is_not_shown()
    {
        using var server = new LoopbackServer(static _ => new LoopbackAnswer(404, "no"));
        var run = await RunAsync("--model", "openai-completions:m", "--endpoint", server.Address.AbsoluteUri.Replace("//", "//user:s3cret@", StringComparison.Ordinal), "--seed-tasks", Seeds);
        Check(run, 1, "Check the model's name");
        Assert.DoesNotContain("s3cret", run.Errors + run.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_unreadable_model_is_named() =>
        Check(await RunAsync("--model", "local:" + _folder.Write("broken.gguf", "this is no model"), "--seed-tasks", Seeds), 2, "broken.gguf");

    [Fact(Timeout = 60_000)]
    public async Task A_missing_model_is_named() =>
        Check(await RunAsync("--model", "local:" + _folder.In("none.gguf")), 2, "no such model file");

    [Fact(Timeout = 60_000)]
    public async Task An_unknown_kind_of_model_lists_the_known_ones() => Check(await RunAsync("--model", "gpt-9"), 2, "Known: starter, local:PATH");

    [Fact(Timeout = 60_000)]
    public async Task A_hosted_model_without_a_key_says_where_to_put_it() => Check(await RunAsync("--model", "openai:gpt-4o"), 2, "OPENAI_API_KEY is not set");

    [Theory(Timeout = 60_000)]
    [InlineData("anthropic:claude", "ANTHROPIC_API_KEY is not set")]
    [InlineData("azure:gpt", "AZURE_OPENAI_ENDPOINT is not set")]
    public async Task A_provider_s_own_variable_is_named(string spec, string message) => Check(await RunAsync("--model", spec), 2, message);

    [Theory(Timeout = 60_000)]
    [InlineData("openai:m", 401, "Set OPENAI_API_KEY to a key that may use this model")]
    [InlineData("azure:m", 401, "Set AZURE_OPENAI_API_KEY to a key that may use this model")]
    [InlineData("anthropic:m", 401, "Set ANTHROPIC_API_KEY to a key that may use this model")]
    [InlineData("openai-completions:m", 404, "Check the model's name")]
    [InlineData("azure:m", 404, "Check the model's name")]
    [InlineData("anthropic:m", 404, "Check the model's name")]
    public async Task A_wrong_key_and_an_unknown_model_are_told_apart(string spec, int status, string message)
    {
        using var server = new LoopbackServer(_ => new LoopbackAnswer(status, """{"error":{"message":"no"}}"""));
        Check(await RunAsync("--model", spec, "--endpoint", spec.StartsWith("anthropic", StringComparison.Ordinal) ? new Uri(server.Address, "/").AbsoluteUri : server.Address.AbsoluteUri, "--seed-tasks", Seeds), 1, message);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_answers_nonsense_is_shown_its_answer()
    {
        using var server = new LoopbackServer(static _ => new LoopbackAnswer(200, "<html>It works!</html>"));
        Check(await RunAsync("--model", "openai-completions:m", "--endpoint", server.Address.AbsoluteUri, "--seed-tasks", Seeds), 1, "<html>It works!</html>");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_context_too_small_for_the_prompt_says_both_lengths()
    {
        using var server = new LoopbackServer(static _ => new LoopbackAnswer(200, "{}"));
        Check(
            await RunAsync("--model", "openai-completions:m", "--endpoint", server.Address.AbsoluteUri, "--seed-tasks", Seeds, "--context-length", "10"),
            2,
            "in the 10 tokens of context of openai-completions:m");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_model_that_runs_dry_says_so_and_keeps_what_there_is()
    {
        var run = await RunAsync("--model", "replay:" + Replay, "--seed-tasks", Seeds, "--instructions", "5");
        Check(run, 1, "1 of 5 are accepted and kept");
        Assert.Single(File.ReadLines(Path.Combine(_folder.In("out"), "machine_generated_instructions.jsonl")));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("openai:m", "http://127.0.0.1:9/v1?subscription-key=s3cret", "has a query, subscription-key")]
    [InlineData("azure:m", "http://127.0.0.1:9?api-version=1&subscription-key=s3cret", "subscription-key=…, which is not api-version")]
    [InlineData("openai:m", "user:s3cret@127.0.0.1", "is no address")]
    public async Task An_address_with_a_secret_is_refused_without_showing_it(string model, string endpoint, string message)
    {
        var run = await RunAsync("--model", model, "--endpoint", endpoint, "--seed-tasks", Seeds);
        Check(run, 2, message);
        Assert.DoesNotContain("s3cret", run.Errors + run.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_limit_of_cost_without_a_price_asks_for_one()
    {
        using var server = new LoopbackServer(static _ => new LoopbackAnswer(200, "{}"));
        Check(
            await RunAsync("--model", "openai-completions:m", "--endpoint", server.Address.AbsoluteUri, "--seed-tasks", Seeds, "--max-cost", "1"),
            2,
            "no price is known for openai-completions:m");
        Assert.Equal(0, server.Requests);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("--instructions 0", "instructions.target is 0")]
    [InlineData("--instructions many", "many")]
    [InlineData("--set nonsense=1", "there is no setting nonsense")]
    [InlineData("--set instructions.temprature=1", "Did you mean instructions.temperature?")]
    [InlineData("--max-tokens -1", "max_tokens is -1")]
    [InlineData("--prices none.yaml --max-cost 1", "none.yaml: no such file of prices")]
    [InlineData("--no-such-option", "--no-such-option")]
    [InlineData("--profile best", "profile is best")]
    [InlineData("--set instructions.stop=", "a stop string is empty")]
    [InlineData("--set instructions.presence_penalty=NaN", "presence_penalty is NaN")]
    [InlineData("--set model=starter", "write it as --model starter")]
    [InlineData("--set context_length=0", "context_length is 0")]
    public async Task A_wrong_option_is_named(string options, string message) =>
        Check(await RunAsync(["--model", "replay:" + Replay, "--seed-tasks", Seeds, .. options.Split(' ')]), 2, message);

    public void Dispose() => _folder.Dispose();

    static void Check(CommandLine run, int exitCode, string message)
    {
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    Task<CommandLine> RunAsync(params string[] options) => CommandLine.RunAsync(["run", "--out", _folder.In("out"), .. options]);
}
