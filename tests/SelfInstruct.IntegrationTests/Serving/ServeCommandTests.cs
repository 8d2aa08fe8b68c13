using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.Models;
using SelfInstruct.Tests;
using SelfInstruct.Tests.Serving;

namespace SelfInstruct.IntegrationTests.Serving;

/// <summary>`serve` as its users meet it: the client that OpenAI publishes for Node, curl, and our own commands.</summary>
public sealed class ServeCommandTests : IDisposable
{
    const int Timeout = 300_000;
    const string Token = "planted-5e1d";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Timeout)]
    public async Task The_client_that_OpenAI_publishes_gets_what_the_model_says()
    {
        Assert.SkipUnless(File.Exists(Repository.In("tests", "public-server", "node_modules", "openai", "package.json")), "The openai client is not installed: npm ci --prefix tests/public-server.");
        await using var server = await ServeProcess.StartAsync(Token, "--model", "local:" + WriteModel());
        var client = await RunAsync("node", Repository.In("tests", "public-server", "openai-client.mjs"), new Uri(server.Address, "/v1").AbsoluteUri, Token, "tiny.gguf");
        Assert.True(client.ExitCode == 0, client.Errors);
        var found = client.Json;
        using var model = new LocalLanguageModel(GgufFile.Read(_folder.In("tiny.gguf")), "tiny");
        var sampling = new Sampling(1.2, 1, 0, 0, 40, [], 5);
        var text = await model.CompleteAsync(new CompletionRequest("The cat", sampling), CancellationToken.None);
        var turns = new[] { new ChatTurn("system", "Be brief."), new ChatTurn("user", "Hi") };
        var first = (await model.GenerateAsync(new LocalRequest("", [.. turns], sampling), CancellationToken.None)).Completion;
        var second = (await model.GenerateAsync(new LocalRequest("", [.. turns], sampling with { Seed = 6 }), CancellationToken.None)).Completion;

        Assert.Equal(["tiny.gguf"], found.GetProperty("models").EnumerateArray().Select(static id => id.GetString()));
        Assert.Equal("tiny.gguf", found.GetProperty("model").GetString());
        Assert.Equal(text.Text, TextOf(found.GetProperty("completion")));
        Assert.Equal(text.Usage.CompletionTokens, found.GetProperty("completion").GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.NotEmpty(found.GetProperty("completion").GetProperty("choices")[0].GetProperty("logprobs").GetProperty("tokens").EnumerateArray());
        Assert.Equal(text.Text, found.GetProperty("streamed").GetString());
        Assert.Equal([first.Text, second.Text], found.GetProperty("chat").GetProperty("choices").EnumerateArray().Select(static choice => choice.GetProperty("message").GetProperty("content").GetString()));
        Assert.Equal(first.Text, found.GetProperty("chatStreamed").GetString());
        Assert.Equal(first.Usage.PromptTokens + first.Usage.CompletionTokens, found.GetProperty("chatUsage").GetProperty("total_tokens").GetInt32());
        Assert.Equal(StopStrings.Cut(text.Text, [found.GetProperty("stop").GetString()!]), TextOf(found.GetProperty("stopped")));
        Assert.Equal("stop", found.GetProperty("stopped").GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        AssertError(found.GetProperty("unknownModel"), "NotFoundError", 404, "model_not_found", "model");
        AssertError(found.GetProperty("tools"), "BadRequestError", 400, "unsupported_parameter", "tools");
        AssertError(found.GetProperty("wrongKey"), "AuthenticationError", 401, "invalid_api_key", null);

        // The stream that it aborted.
        JsonElement health;
        do
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            health = await server.HealthAsync();
        }
        while (health.GetProperty("in_progress").GetInt32() > 0);
        Assert.Equal(1, health.GetProperty("cancelled").GetInt64());
    }

    [Fact(Timeout = Timeout)]
    public async Task Curl_gets_completions_chats_streams_and_errors()
    {
        Assert.SkipUnless(await HasCurlAsync(), "curl is not installed.");
        await using var server = await ServeProcess.StartAsync(null, "--model", "local:" + WriteModel(), "--name", "m");
        using var model = new LocalLanguageModel(GgufFile.Read(_folder.In("tiny.gguf")), "tiny");
        var own = await model.CompleteAsync(new CompletionRequest("The cat", new Sampling(0, 1, 0, 0, 20, [], 1)), CancellationToken.None);
        var text = await CurlAsync(server, "/v1/completions", """{"model":"m","prompt":"The cat","temperature":0,"max_tokens":20}""");
        Assert.Equal(own.Text, TextOf(JsonElement.Parse(text)));
        var chat = await CurlAsync(server, "/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"Hi"}],"temperature":0,"max_tokens":20}""");
        Assert.Equal("assistant", JsonElement.Parse(chat).GetProperty("choices")[0].GetProperty("message").GetProperty("role").GetString());
        var stream = await CurlAsync(server, "/v1/completions", """{"model":"m","prompt":"The cat","temperature":0,"max_tokens":20,"stream":true}""");
        var events = stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", events[^1]);
        Assert.Equal(own.Text, string.Concat(events[..^1].Select(static line => TextOf(JsonElement.Parse(line["data: ".Length..])))));
        var stop = await CurlAsync(server, "/v1/completions", JsonSerializer.Serialize(new { model = "m", prompt = "The cat", temperature = 0, max_tokens = 20, stop = own.Text[4..6] }));
        Assert.Equal(StopStrings.Cut(own.Text, [own.Text[4..6]]), TextOf(JsonElement.Parse(stop)));
        var error = await CurlAsync(server, "/v1/completions", "{", "-w", " %{http_code}");
        Assert.EndsWith(" 400", error, StringComparison.Ordinal);
        Assert.Contains("\"invalid_json\"", error, StringComparison.Ordinal);
    }

    /// <summary>The starter is a base model; with a template it is asked in messages, and continues those.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData("openai-completions")]
    [InlineData("openai")]
    public async Task The_starter_behind_it_drives_a_run_of_our_own(string kind)
    {
        var starter = GgufFile.Read(Repository.In("models", "starter", "starter.gguf"));
        GgufFile.Write(_folder.In("starter.gguf"), starter with { Vocabulary = starter.Vocabulary with { ChatTemplate = "<|im_start|>" } }, GgufType.F32, "starter");
        await using var server = await ServeProcess.StartAsync(null, "--model", "local:" + _folder.In("starter.gguf"), "--name", "starter");
        var run = await CommandLine.RunAsync(
            "generate", "--model", $"{kind}:starter", "--endpoint", new Uri(server.Address, "/v1").AbsoluteUri, "--out", _folder.In("run"), "--instructions", "8", "--profile", "paper",
            "--config", Repository.In("models", "starter", "run.yaml"), "--context-length", "512", "--json");
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal(8, run.Json.GetProperty("accepted").GetInt32());
        var completions = File.ReadLines(_folder.In("run/completions.jsonl")).Select(static line => JsonElement.Parse(line)).ToList();
        Assert.True(completions.TrueForAll(static one => one.GetProperty("usage").GetProperty("prompt_tokens").GetInt32() > 0));
    }

    [Fact(Timeout = Timeout)]
    public async Task Ctrl_C_ends_it_with_0_and_the_counts()
    {
        await using var server = await ServeProcess.StartAsync(Token, "--model", "starter", "--json");
        Assert.Equal("127.0.0.1", server.Address.Host);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        using var answer = await http.PostAsync(
            new Uri(server.Address, "/v1/completions"), new StringContent("""{"model":"starter","prompt":"Task 1:","max_tokens":5,"seed":1}""", System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
        var ended = await server.InterruptAsync();
        Assert.True(ended.ExitCode == 0, ended.Errors);
        Assert.Equal(("serve", 1, 1), (ended.Json.GetProperty("command").GetString(), ended.Json.GetProperty("requests").GetInt32(), ended.Json.GetProperty("completions").GetInt32()));
        Assert.DoesNotContain(Token, ended.Output + ended.Errors, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("--host", "0.0.0.0", "SELFINSTRUCT_SERVE_TOKEN")]
    [InlineData("--host", "example.org", "not an address")]
    [InlineData("--port", "70000", "--port is 70000")]
    [InlineData("--max-queue", "0", "--max-queue is 0")]
    [InlineData("--model", "openai:gpt-4o", "does not run here")]
    [InlineData("--model", "local:/nowhere.gguf", "no such")]
    public async Task What_cannot_be_served_is_said_with_exit_code_2(string option, string value, string reason)
    {
        string[] model = option == "--model" ? [] : ["--model", "starter"];
        var result = await CommandLine.RunAsync(["serve", .. model, option, value]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(reason, result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_port_that_is_taken_is_named()
    {
        await using var server = await ServeProcess.StartAsync(null, "--model", "starter");
        var second = await CommandLine.RunAsync("serve", "--model", "starter", "--port", $"{server.Address.Port}");
        Assert.Equal(2, second.ExitCode);
        Assert.Contains($"--port {server.Address.Port}", second.Errors, StringComparison.Ordinal);
    }

    /// <summary>Greedy, it never ends: the logit of the end is always 0, and another is above.</summary>
    string WriteModel()
    {
        var model = ServedModels.Chat(context: 16_000, isEndless: false);
        var width = model.Config.Width;
        foreach (var end in model.Vocabulary.EndTokens)
        {
            Array.Clear(model.Weights.Embedding, end * width, width);
        }

        GgufFile.Write(_folder.In("tiny.gguf"), model, GgufType.F32, "tiny");
        return _folder.In("tiny.gguf");
    }

    static string TextOf(JsonElement answer) => answer.GetProperty("choices")[0].GetProperty("text").GetString()!;

    static void AssertError(JsonElement error, string kind, int status, string code, string? param) =>
        Assert.Equal((kind, status, code, param), (error.GetProperty("kind").GetString(), error.GetProperty("status").GetInt32(), error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));

    static async Task<string> CurlAsync(ServeProcess server, string path, string body, params string[] more)
    {
        var run = await RunAsync("curl", ["-sS", "-N", new Uri(server.Address, path).AbsoluteUri, "-H", "Content-Type: application/json", "-d", body, .. more]);
        Assert.True(run.ExitCode == 0, run.Errors);
        return run.Output;
    }

    static async Task<bool> HasCurlAsync()
    {
        try
        {
            return (await RunAsync("curl", "--version")).ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    static Task<CommandLine> RunAsync(string program, params string[] arguments) => CommandLine.RunAsync(new ProcessStartInfo(program, arguments)
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    });
}
