using SelfInstruct.Models;

namespace SelfInstruct.Tests.Models;

/// <summary>The forms in which servers of the OpenAI protocol answer, each by name.</summary>
public sealed class OpenAIAnswersTests
{
    static readonly EndpointOptions Quick = new() { Retries = 1, FirstPause = TimeSpan.FromMilliseconds(1), AttemptTimeout = TimeSpan.FromSeconds(20) };
    static readonly CompletionRequest Request = new("List:\n1.", new Sampling(0.7, 0.5, 0, 0, 64, [], 5));

    [Theory(Timeout = 30_000)]

    // Content as parts; null with a refusal (OpenAI); null or absent when filtered (Azure); reasoning beside it (vLLM, DeepSeek, OpenRouter).
    [InlineData("""{"message":{"role":"assistant","content":[{"type":"text","text":"one "},{"type":"text","text":"two"}]},"finish_reason":"stop"}""", "one two", "stop")]
    [InlineData("""{"message":{"role":"assistant","content":null,"refusal":"I can't help with that."},"finish_reason":"stop"}""", "", "content_filter")]
    [InlineData("""{"message":{"role":"assistant","content":null},"finish_reason":"content_filter"}""", "", "content_filter")]
    [InlineData("""{"finish_reason":"content_filter"}""", "", "content_filter")]
    [InlineData("""{"message":{"role":"assistant","content":"some of it"},"finish_reason":"content_filter"}""", "some of it", "content_filter")]
    [InlineData("""{"message":{"role":"assistant","content":"one","reasoning_content":"hm"},"finish_reason":"stop"}""", "one", "stop")]
    [InlineData("""{"message":{"role":"assistant","content":"one","refusal":null},"finish_reason":null}""", "one", "stop")]
    [InlineData("""{"message":{"role":"assistant","content":null,"reasoning_content":"hm, and"},"finish_reason":"length"}""", "", "length")]
    [InlineData("""{"message":{"role":"assistant","content":"","reasoning":"hm, and"},"finish_reason":"length"}""", "", "length")]
    [InlineData("""{"message":{"role":"assistant","content":"one"},"finish_reason":"tool_calls"}""", "one", "tool_calls")]
    [InlineData("""{"message":{"role":"assistant"},"finish_reason":"length"}""", "", "length")]
    [InlineData("""{"message":{"role":"assistant","content":null},"finish_reason":"stop"}""", "", "stop")]
    public async Task A_chat_answer_is_read_in_each_of_its_forms(string choice, string text, string finishReason)
    {
        var completion = await AskAsync($$$"""{"choices":[{{{choice}}}],"usage":{"prompt_tokens":3,"completion_tokens":4}}""");
        Assert.Equal(new Completion(text, finishReason, new TokenUsage(3, 4)), completion);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("""{"choices":[]}""", "holds no choice")]
    [InlineData("""{"choices":[{"text":"hello","finish_reason":"stop"}]}""", "has no message")]
    [InlineData("""{"error":{"message":"Provider returned error","code":502}}""", "answered with an error: Provider returned error")]
    public async Task An_answer_without_text_or_reason_is_an_error(string body, string message)
    {
        var error = await Assert.ThrowsAnyAsync<ModelException>(() => AskAsync(body));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("""{"choices":[{"message":{"content":"hello"},"finish_reason":"stop"}]}""", 2)]
    [InlineData("""{"choices":[{"message":{"content":"hello"},"finish_reason":"stop"}],"usage":null}""", 2)]
    [InlineData("""{"choices":[{"message":{"content":"hello"},"finish_reason":"stop"}],"usage":{"total_tokens":5}}""", 2)]
    [InlineData("""{"choices":[{"message":{"content":"hello","reasoning":"0123456789"},"finish_reason":"stop"}]}""", 5)]
    public async Task Usage_that_is_absent_is_estimated_upward(string body, int completionTokens)
    {
        using var server = new LoopbackServer(_ => new LoopbackAnswer(200, body));
        using var model = Open(server);
        Assert.Equal(new TokenUsage(3, completionTokens), (await model.CompleteAsync(Request, CancellationToken.None)).Usage);
        Assert.Contains("no_usage", model.Quirks);
    }

    [Fact(Timeout = 30_000)]
    public async Task Reasoning_that_is_billed_and_not_shown_is_noticed()
    {
        using var server = new LoopbackServer(static _ => new LoopbackAnswer(
            200, """{"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":70,"completion_tokens_details":{"reasoning_tokens":64}}}"""));
        using var model = Open(server);
        await model.CompleteAsync(Request, CancellationToken.None);
        Assert.Equal(["reasons"], model.Quirks);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_prompt_that_a_filter_refuses_is_answered_with_nothing_and_paid()
    {
        using var server = new LoopbackServer(static _ => new LoopbackAnswer(
            400, """{"error":{"message":"The response was filtered","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}"""));
        using var model = Open(server);
        Assert.Equal(new Completion("", "content_filter", new TokenUsage(3, 0)), await model.CompleteAsync(Request, CancellationToken.None));
        using var completions = new OpenAICompletionsModel(new ModelEndpoint(server.Address, EndpointCredentials.None, Quick, TimeProvider.System), "m", Quick);
        Assert.Equal("content_filter", (await completions.CompleteAsync(Request, CancellationToken.None)).FinishReason);
    }

    [Fact(Timeout = 30_000)]
    public async Task Azure_is_called_at_its_own_path_with_its_own_header()
    {
        LoopbackRequest? sent = null;
        using var server = new LoopbackServer(request =>
        {
            sent = request;
            return new LoopbackAnswer(200, """{"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":4}}""");
        });
        var address = AzureAddress.Of(new Uri(server.Address, "/v1?api-version=2024-10-21"), "gpt");
        using var endpoint = new ModelEndpoint(address.Base, EndpointCredentials.Header("api-key", "secret", "AZURE_OPENAI_API_KEY"), Quick, TimeProvider.System);
        using var model = new OpenAIChatModel(endpoint, "gpt", Quick) { Id = "azure:gpt", Query = address.Query };
        await model.CompleteAsync(Request, CancellationToken.None);
        Assert.Equal(("/v1/openai/deployments/gpt/chat/completions", "?api-version=2024-10-21", "secret"), (sent!.Path, sent.Query, sent.Headers["api-key"]));
        Assert.Null(sent.Authorization);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_list_of_models_tells_names_and_contexts()
    {
        // From vLLM, OpenRouter and llama-server.
        using var server = new LoopbackServer(static request => request.Method == "GET"
            ? new LoopbackAnswer(200, """{"object":"list","data":[{"id":"a","object":"model","max_model_len":4096},{"id":"b","context_length":8192},{"id":"c","meta":{"vocab_type":1,"n_ctx_train":2048}},{"id":"d"}]}""")
            : new LoopbackAnswer(500, ""));
        var models = await ModelListing.FindAsync(new Uri(server.Address.AbsoluteUri + "/models"), EndpointCredentials.None, CancellationToken.None);
        Assert.Equal([("a", 4096), ("b", 8192), ("c", 2048), ("d", null)], models.Select(static model => (model.Id!, model.FindContextLength())));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(404, "no")]
    [InlineData(200, "<html>")]
    [InlineData(200, "{}")]
    public async Task A_server_without_a_list_has_none(int status, string body)
    {
        using var server = new LoopbackServer(_ => new LoopbackAnswer(status, body));
        Assert.Empty(await ModelListing.FindAsync(new Uri(server.Address.AbsoluteUri + "/models"), EndpointCredentials.None, CancellationToken.None));
    }

    static async Task<Completion> AskAsync(string body)
    {
        using var server = new LoopbackServer(_ => new LoopbackAnswer(200, body));
        using var model = Open(server);
        return await model.CompleteAsync(Request, CancellationToken.None);
    }

    static OpenAIChatModel Open(LoopbackServer server) => new(new ModelEndpoint(server.Address, EndpointCredentials.None, Quick, TimeProvider.System), "m", Quick);
}
