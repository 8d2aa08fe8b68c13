using System.Text.Json;
using SelfInstruct.Models;

namespace SelfInstruct.Tests.Models;

public sealed class OpenAIModelsTests
{
    static readonly EndpointOptions Quick = new() { Retries = 2, FirstPause = TimeSpan.FromMilliseconds(1), AttemptTimeout = TimeSpan.FromSeconds(5) };
    static readonly CompletionRequest Request = new("List:\n1.", new Sampling(0.7, 0.5, 0.1, 2, 64, ["\n\n"], 5));

    [Fact(Timeout = 30_000)]
    public async Task A_completions_request_says_all_of_the_sampling()
    {
        JsonElement sent = default;
        using var server = new LoopbackServer(request =>
        {
            Assert.Equal(("/v1/completions", "Bearer secret"), (request.Path, request.Authorization));
            sent = JsonDocument.Parse(request.Body).RootElement.Clone();
            return Completion(" one");
        });
        using var model = Completions(server, "secret");
        var completion = await model.CompleteAsync(Request, CancellationToken.None);
        Assert.Equal(new Completion(" one", "stop", new TokenUsage(3, 4)), completion);
        Assert.Equal(
            """{"model":"m","prompt":"List:\n1.","temperature":0.7,"top_p":0.5,"frequency_penalty":0.1,"presence_penalty":2,"max_tokens":64,"stop":["\n\n"],"seed":5}""",
            sent.GetRawText());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_chat_request_carries_the_prompt_as_the_user_s_message()
    {
        JsonElement sent = default;
        using var server = new LoopbackServer(request =>
        {
            Assert.Equal("/v1/chat/completions", request.Path);
            sent = JsonDocument.Parse(request.Body).RootElement.Clone();
            return new LoopbackAnswer(200, """{"choices":[{"message":{"role":"assistant","content":"hi"},"finish_reason":"length"}]}""");
        });
        using var model = new OpenAIChatModel(new ModelEndpoint(server.Address, EndpointCredentials.None, Quick, TimeProvider.System), "m", Quick);
        // No usage came: three bytes a token, rounded up.
        Assert.Equal(new Completion("hi", "length", new TokenUsage(3, 1)), await model.CompleteAsync(Request, CancellationToken.None));
        Assert.Equal("List:\n1.", sent.GetProperty("messages")[1].GetProperty("content").GetString());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_prompt_that_is_a_message_is_sent_alone()
    {
        JsonElement sent = default;
        using var server = new LoopbackServer(request =>
        {
            sent = JsonDocument.Parse(request.Body).RootElement.Clone();
            return new LoopbackAnswer(200, """{"choices":[{"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]}""");
        });
        using var model = new OpenAIChatModel(new ModelEndpoint(server.Address, EndpointCredentials.None, Quick, TimeProvider.System), "m", Quick);
        await model.CompleteAsync(Request with { IsMessage = true }, CancellationToken.None);
        Assert.Equal("""[{"role":"user","content":"List:\n1."}]""", sent.GetProperty("messages").GetRawText());
    }

    [Theory(Timeout = 30_000)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_passing_fault_is_tried_again(int status)
    {
        using var server = new LoopbackServer(request => request.Number < 3
            ? new LoopbackAnswer(status, "busy", new Dictionary<string, string> { ["Retry-After"] = "0" })
            : Completion("at last"));
        using var model = Completions(server);
        Assert.Equal("at last", (await model.CompleteAsync(Request, CancellationToken.None)).Text);
        Assert.Equal(3, server.Requests);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(401, "{}", "OPENAI_API_KEY", 1)]
    [InlineData(404, "{}", "Check the model's name", 1)]
    [InlineData(400, "context too long", "context too long", 1)]
    [InlineData(503, "down", "Run again later", 3)]
    [InlineData(200, "<html>welcome</html>", "not a completion: <html>welcome", 1)]
    [InlineData(200, "{\"choices\":[]}", "holds no choice", 1)]
    [InlineData(200, "{\"choices\":[null]}", "not a completion", 1)]
    [InlineData(200, "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"x\"}}]}", "try openai:m", 1)]
    public async Task A_lasting_fault_is_explained_with_its_remedy(int status, string body, string message, int requests)
    {
        using var server = new LoopbackServer(_ => new LoopbackAnswer(status, body));
        using var model = Completions(server);
        var error = await Assert.ThrowsAnyAsync<ModelException>(async () => await model.CompleteAsync(Request, CancellationToken.None));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(requests, server.Requests);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_is_down_is_named()
    {
        using var gone = new LoopbackServer(static _ => Completion(""));
        gone.Dispose();
        using var model = Completions(gone);
        var error = await Assert.ThrowsAnyAsync<ModelException>(async () => await model.CompleteAsync(Request, CancellationToken.None));
        Assert.Contains(gone.Address.AbsoluteUri, error.Message, StringComparison.Ordinal);
        Assert.Contains("Start the server", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_key_is_in_no_error()
    {
        using var server = new LoopbackServer(static _ => new LoopbackAnswer(401, "no"));
        using var model = Completions(server, "secret-key");
        var error = await Assert.ThrowsAnyAsync<ModelException>(async () => await model.CompleteAsync(Request, CancellationToken.None));
        Assert.DoesNotContain("secret-key", error.ToString(), StringComparison.Ordinal);
    }

    static OpenAICompletionsModel Completions(LoopbackServer server, string? key = null) =>
        new(new ModelEndpoint(server.Address, EndpointCredentials.Bearer(key), Quick, TimeProvider.System), "m", Quick);

    static LoopbackAnswer Completion(string text) =>
        new(200, JsonSerializer.Serialize(new
        {
            choices = new[] { new { text, finish_reason = "stop" } },
            usage = new { prompt_tokens = 3, completion_tokens = 4 },
        }));
}
