using SelfInstruct.Models;

namespace SelfInstruct.Tests.Models;

/// <summary>Shapes of request and answer: Anthropic's API reference, "Messages", version 2023-06-01.</summary>
public sealed class AnthropicModelTests
{
    static readonly EndpointOptions Quick = new() { Retries = 1, FirstPause = TimeSpan.FromMilliseconds(1), AttemptTimeout = TimeSpan.FromSeconds(20) };
    static readonly CompletionRequest Request = new("List:\n1.", new Sampling(0.7, 0.5, 0.1, 2, 64, ["\n\n", "\n16"], 5));

    [Fact(Timeout = 30_000)]
    public async Task A_request_says_what_the_provider_takes_of_the_sampling()
    {
        LoopbackRequest? sent = null;
        using var server = new LoopbackServer(request =>
        {
            sent = request;
            return Answer(""" "content":[{"type":"text","text":" one"}],"stop_reason":"stop_sequence","stop_sequence":"\n16","usage":{"input_tokens":9,"output_tokens":3} """);
        });
        using var model = Open(server, "secret");
        Assert.Equal(new Completion(" one", "stop", new TokenUsage(9, 3)), await model.CompleteAsync(Request, CancellationToken.None));
        Assert.Equal("/v1/messages", sent!.Path);
        Assert.Equal(("secret", "2023-06-01"), (sent.Headers["x-api-key"], sent.Headers["anthropic-version"]));
        Assert.Null(sent.Authorization);
        Assert.Equal(
            """{"model":"claude","max_tokens":64,"messages":[{"role":"user","content":"List:\n1."}],"system":"Continue the user's text exactly where it ends, in the same format. Do not repeat any of it, and add no comment.","temperature":0.7,"top_p":0.5,"stop_sequences":["\n16"]}""",
            sent.Body);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_prompt_that_is_a_message_is_sent_without_system_text()
    {
        var sent = "";
        using var server = new LoopbackServer(request =>
        {
            sent = request.Body;
            return Answer(""" "content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn" """);
        });
        using var model = Open(server);
        await model.CompleteAsync(Request with { IsMessage = true, Sampling = Request.Sampling with { Stop = ["\n\n"] } }, CancellationToken.None);
        Assert.Equal("""{"model":"claude","max_tokens":64,"messages":[{"role":"user","content":"List:\n1."}],"temperature":0.7,"top_p":0.5}""", sent);
    }

    [Fact]
    public void What_the_provider_does_not_have_is_a_quirk_from_the_start()
    {
        using var server = new LoopbackServer(static _ => Answer(""));
        using var model = Open(server);
        Assert.Equal(["no_penalties", "no_seed", "no_blank_stops"], model.Quirks);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_blank_stop_string_ends_the_answer_here()
    {
        using var server = new LoopbackServer(static _ => Answer(""" "content":[{"type":"text","text":"one\n\ntwo"}],"stop_reason":"max_tokens","usage":{"input_tokens":9,"output_tokens":64} """));
        using var model = Open(server);
        Assert.Equal(new Completion("one", "stop", new TokenUsage(9, 64)), await model.CompleteAsync(Request, CancellationToken.None));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("end_turn", "stop")]
    [InlineData("stop_sequence", "stop")]
    [InlineData("max_tokens", "length")]
    [InlineData("model_context_window_exceeded", "length")]
    [InlineData("refusal", "content_filter")]
    [InlineData("pause_turn", "pause_turn")]
    public async Task A_stop_reason_has_a_word_that_all_models_share(string stopReason, string finishReason)
    {
        using var server = new LoopbackServer(_ => Answer($$""" "content":[],"stop_reason":"{{stopReason}}","usage":{"input_tokens":9,"output_tokens":1} """));
        using var model = Open(server);
        Assert.Equal(new Completion("", finishReason, new TokenUsage(9, 1)), await model.CompleteAsync(Request, CancellationToken.None));
    }

    [Fact(Timeout = 30_000)]
    public async Task Tokens_of_the_cache_are_of_the_prompt()
    {
        using var server = new LoopbackServer(static _ => Answer(
            """ "content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","usage":{"input_tokens":9,"cache_creation_input_tokens":100,"cache_read_input_tokens":1000,"output_tokens":3} """));
        using var model = Open(server);
        Assert.Equal(new TokenUsage(1109, 3), (await model.CompleteAsync(Request, CancellationToken.None)).Usage);
    }

    [Fact(Timeout = 30_000)]
    public async Task Thinking_is_not_part_of_the_text()
    {
        using var server = new LoopbackServer(static _ => Answer(
            """ "content":[{"type":"thinking","thinking":"hm","signature":"x"},{"type":"text","text":"one "},{"type":"text","text":"two"}],"stop_reason":"end_turn","usage":{"input_tokens":9,"output_tokens":3} """));
        using var model = Open(server);
        Assert.Equal("one two", (await model.CompleteAsync(Request, CancellationToken.None)).Text);
        Assert.Contains("reasons", model.Quirks);
    }

    [Fact(Timeout = 30_000)]
    public async Task Newer_models_are_sent_neither_temperature_nor_top_p()
    {
        List<string> sent = [];
        using var server = new LoopbackServer(request =>
        {
            sent.Add(request.Body);
            return request.Number switch
            {
                1 => Refuse("`temperature` and `top_p` cannot both be specified for this model. Please use only one."),
                2 => Refuse("`temperature` is deprecated for this model."),
                3 => Refuse("`top_p` is deprecated for this model."),
                _ => Answer(""" "content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","usage":{"input_tokens":9,"output_tokens":3} """),
            };
        });
        using var model = Open(server);
        Assert.Equal("hi", (await model.CompleteAsync(Request, CancellationToken.None)).Text);
        Assert.DoesNotContain("temperature", sent[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("top_p", sent[^1], StringComparison.Ordinal);
        Assert.Equal(["temperature_or_top_p", "no_temperature", "no_top_p"], model.Quirks.Skip(3));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_temperature_above_one_is_refused_before_the_call()
    {
        using var server = new LoopbackServer(static _ => Answer(""));
        using var model = Open(server);
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => model.CompleteAsync(Request with { Sampling = Request.Sampling with { Temperature = 1.3 } }, CancellationToken.None));
        Assert.Contains("temperature is 1.3; this provider takes 0 to 1", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, server.Requests);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(401, """{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}""", "ANTHROPIC_API_KEY")]
    [InlineData(404, """{"type":"error","error":{"type":"not_found_error","message":"model: claude"}}""", "Check the model's name")]
    [InlineData(400, """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 208310 tokens > 200000 maximum"}}""", "prompt is too long")]
    [InlineData(200, """{"choices":[]}""", "not a message of the Messages API")]
    public async Task A_lasting_fault_is_explained_with_its_remedy(int status, string body, string message)
    {
        using var server = new LoopbackServer(_ => new LoopbackAnswer(status, body));
        using var model = Open(server);
        var error = await Assert.ThrowsAnyAsync<ModelException>(() => model.CompleteAsync(Request, CancellationToken.None));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    static LoopbackAnswer Answer(string fields) => new(200, $$"""{"id":"msg_1","type":"message","role":"assistant","model":"claude",{{fields}}}""");

    static LoopbackAnswer Refuse(string message) => new(400, $$$"""{"type":"error","error":{"type":"invalid_request_error","message":"{{{message}}}"}}""");

    static AnthropicModel Open(LoopbackServer server, string? key = null) =>
        new(
            new ModelEndpoint(
                new Uri(server.Address, "/"),
                EndpointCredentials.Header("x-api-key", key, "ANTHROPIC_API_KEY").With("anthropic-version", AnthropicModel.Version),
                Quick,
                TimeProvider.System),
            "claude",
            Quick);
}
