using System.Text.Json;
using SelfInstruct.Tests;
using SelfInstruct.Tests.Models;

namespace SelfInstruct.IntegrationTests;

/// <summary>`doctor --model SPEC` asks one question and says in sentences what its answer tells.</summary>
public sealed class DoctorTests : IDisposable
{
    const string Key = "sk-planted-3d55";

    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_works_is_described()
    {
        using var server = new LoopbackServer(static request => request.Method == "GET"
            ? new LoopbackAnswer(200, """{"data":[{"id":"m","max_model_len":16384}]}""")
            : Chat("1\\n2\\n3\\n4\\n5\\n6", """ "usage":{"prompt_tokens":30,"completion_tokens":12} """));
        var run = await AskAsync(server, "openai:m");
        Assert.Equal(0, run.ExitCode);
        AssertDetails(run, new()
        {
            ["reachable"] = "answers.",
            ["key"] = "The key in OPENAI_API_KEY is accepted",
            ["model"] = "openai:m is known, and counts: \"1 2 3 4 5 6\".",
            ["kind"] = "asked as a chat model",
            ["usage"] = "30 prompt and 12 completion tokens",
            ["stop strings"] = "The server ends an answer at a stop string.",
            ["seed"] = "accepts a seed",
            ["quirks"] = "None were met.",
            ["latency"] = " s",
            ["context"] = "tells a context of 16,384 tokens; a run uses 8,192",
        });
        Assert.Equal(2, server.Requests);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_server_does_otherwise_is_said()
    {
        using var server = new LoopbackServer(static request =>
            request.Method == "GET" ? new LoopbackAnswer(200, """{"data":[{"id":"m","max_model_len":2048}]}""")
            : request.Body.Contains("\"seed\"", StringComparison.Ordinal) ? new LoopbackAnswer(400, """{"error":{"message":"Unrecognized request argument supplied: seed"}}""")
            : Chat("1\\n2\\n3\\n4\\n5\\n6\\n7\\n8", null));
        var run = await AskAsync(server, "openai:m");
        Assert.Equal(1, run.ExitCode);
        AssertDetails(run, new()
        {
            ["usage"] = "they are estimated",
            ["stop strings"] = "ignores stop strings; its answers are cut here",
            ["seed"] = "takes no seed",
            ["quirks"] = "(no_seed); it does not end at stop strings that it was sent; its answers are cut here (ignores_stops); it does not say",
            ["context"] = "Give --context-length 2048.",
        });
    }

    [Theory(Timeout = 60_000)]
    [InlineData("openai:m", 401, "key", "Set OPENAI_API_KEY")]
    [InlineData("openai:m", 404, "model", "The server lists 9 models: m0, m1, m2, m3, m4, m5, m6, m7, …")]
    [InlineData("openai-completions:m", 400, "model", "The server lists 9 models")]
    [InlineData("anthropic:m", 401, "key", "Set ANTHROPIC_API_KEY")]
    [InlineData("anthropic:m", 404, "model", "The server lists 9 models")]
    [InlineData("azure:m", 401, "key", "Set AZURE_OPENAI_API_KEY")]
    [InlineData("azure:m", 404, "model", "The server lists 9 models")]
    public async Task What_is_wrong_is_said_with_its_remedy(string spec, int status, string check, string detail)
    {
        using var server = new LoopbackServer(request => request.Method == "GET"
            ? new LoopbackAnswer(200, JsonSerializer.Serialize(new { data = Enumerable.Range(0, 9).Select(static n => new { id = $"m{n}" }) }))
            : new LoopbackAnswer(status, $$$"""{"error":{"message":"No to {{{Key}}}."}}"""));
        var run = await AskAsync(server, spec);
        Assert.Equal(1, run.ExitCode);
        var failed = run.Json.GetProperty("checks").EnumerateArray().Single(static one => !one.GetProperty("ok").GetBoolean());
        Assert.Equal(check, failed.GetProperty("name").GetString());
        Assert.Contains(detail, failed.GetProperty("detail").GetString()!, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_is_down_is_not_reachable()
    {
        using var server = new LoopbackServer(static _ => new LoopbackAnswer(200, ""));
        server.Dispose();
        var run = await AskAsync(server, "openai-completions:m");
        Assert.Equal(1, run.ExitCode);
        AssertDetails(run, new() { ["reachable"] = "no answer" });
    }

    [Fact(Timeout = 60_000)]
    public async Task A_model_that_only_reasons_is_named()
    {
        using var server = new LoopbackServer(static request => request.Method == "GET"
            ? new LoopbackAnswer(404, "")
            : new LoopbackAnswer(200, """{"choices":[{"message":{"content":null,"reasoning_content":"The user wants"},"finish_reason":"length"}],"usage":{"prompt_tokens":3,"completion_tokens":64}}"""));
        AssertDetails(await AskAsync(server, "openai:m"), new() { ["model"] = "a model that reasons needs more", ["quirks"] = "(reasons)", ["context"] = "does not tell" });
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_in_an_answer_reaches_the_terminal_as_a_command()
    {
        using var server = new LoopbackServer(static _ => Chat("\\u001b[2J1", null));
        Assert.DoesNotContain('\u001b', (await AskAsync(server, "openai:m")).Output);
    }

    public void Dispose() => _folder.Dispose();

    static LoopbackAnswer Chat(string content, string? usage) =>
        new(200, $$$"""{"choices":[{"message":{"role":"assistant","content":"{{{content}}}"},"finish_reason":"stop"}]{{{(usage is null ? "" : "," + usage)}}}}""");

    /// <summary>No output of any of these shows the key, which the server may repeat.</summary>
    async Task<CommandLine> AskAsync(LoopbackServer server, string spec)
    {
        var address = spec.StartsWith("anthropic", StringComparison.Ordinal) ? new Uri(server.Address, "/").AbsoluteUri : server.Address.AbsoluteUri;
        var run = await CommandLine.RunWithKeyAsync(Key, "doctor", "--model", spec, "--endpoint", address, "--out", _folder.In("runs"), "--json");
        Assert.DoesNotContain(Key, run.Output + run.Errors, StringComparison.Ordinal);
        return run;
    }

    static void AssertDetails(CommandLine run, Dictionary<string, string> details)
    {
        var checks = run.Json.GetProperty("checks").EnumerateArray().ToDictionary(static check => check.GetProperty("name").GetString()!, static check => check.GetProperty("detail").GetString()!);
        Assert.All(details, detail => Assert.Contains(detail.Value, checks[detail.Key], StringComparison.Ordinal));
    }
}
