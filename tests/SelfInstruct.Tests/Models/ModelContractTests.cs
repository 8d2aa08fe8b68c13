using System.Text.Json;
using Microsoft.Extensions.AI;
using SelfInstruct.Models;

namespace SelfInstruct.Tests.Models;

/// <summary>What <see cref="ILanguageModel"/> promises, of every model that asks somebody else: one row each.</summary>
public sealed class ModelContractTests
{
    const string Key = "sk-planted-7f3a";

    static readonly EndpointOptions Quick = new() { Retries = 1, FirstPause = TimeSpan.FromMilliseconds(1), AttemptTimeout = TimeSpan.FromSeconds(20), MaxConcurrency = 16, ContextLength = 1000 };

    public static TheoryData<string> Kinds => ["openai", "openai-completions", "azure", "anthropic", "chat-client"];

    public static TheoryData<string> KindsWithKeys => ["openai", "openai-completions", "azure", "anthropic"];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Kinds))]
    public async Task Concurrent_calls_each_get_their_own_answer(string kind)
    {
        using var server = new LoopbackServer(static request => Answer(request, FindPrompt(request.Body)));
        var model = Open(kind, server);
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(n => model.CompleteAsync(Request($"prompt {n}"), CancellationToken.None)));
        Assert.Equal(Enumerable.Range(0, 64).Select(static n => $"prompt {n}"), answers.Select(static answer => answer.Text));
        (model as IDisposable)?.Dispose();
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Kinds))]
    public async Task A_cancelled_call_ends_as_cancelled(string kind)
    {
        using var released = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        using var server = new LoopbackServer(request =>
        {
            cancellation.Cancel();
            released.Wait(TimeSpan.FromSeconds(20));
            return Answer(request, "too late");
        });
        var model = Open(kind, server, cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => model.CompleteAsync(Request("a"), cancellation.Token));
        released.Set();
        (model as IDisposable)?.Dispose();
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Kinds))]
    public async Task No_stop_string_is_left_in_an_answer(string kind)
    {
        using var server = new LoopbackServer(static request => Answer(request, "one\n\ntwo\n16. three"));
        var model = Open(kind, server);
        var completion = await model.CompleteAsync(Request("a", "16.", "\n\n"), CancellationToken.None);
        Assert.Equal(("one", "stop"), (completion.Text, completion.FinishReason));
        (model as IDisposable)?.Dispose();
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Kinds))]
    public void A_model_says_what_it_is(string kind)
    {
        using var server = new LoopbackServer(static request => Answer(request, ""));
        var model = Open(kind, server);
        Assert.StartsWith(kind + ":", model.Id, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, model.Id, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", model.Id, StringComparison.Ordinal);
        Assert.Equal((1000, 16, kind != "openai-completions"), (model.ContextLength, model.MaxConcurrency, model.IsChat));
        Assert.True(model.CountTokens("A few words of English.") >= 5);
        (model as IDisposable)?.Dispose();
    }

    /// <summary>Some servers repeat the key that they do not know.</summary>
    [Theory(Timeout = 60_000)]
    [MemberData(nameof(KindsWithKeys))]
    public async Task A_key_is_sent_and_shown_nowhere(string kind)
    {
        string? sent = null;
        using var server = new LoopbackServer(request =>
        {
            sent = string.Join(' ', request.Headers.Values);
            return new LoopbackAnswer(request.Number == 1 ? 401 : 200, $$$"""{"error":{"message":"Incorrect API key provided: {{{Key}}}."}}""");
        });
        var model = Open(kind, server);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => model.CompleteAsync(Request("a"), CancellationToken.None));
        var nonsense = await Assert.ThrowsAnyAsync<ModelException>(() => model.CompleteAsync(Request("a"), CancellationToken.None));
        Assert.Contains(Key, sent, StringComparison.Ordinal);
        Assert.All(
            [refused.ToString(), refused.Body, nonsense.ToString(), $"{model}", model.Id, $"{Credentials(kind)}"],
            static text => Assert.DoesNotContain(Key, text, StringComparison.Ordinal));
        (model as IDisposable)?.Dispose();
    }

    static CompletionRequest Request(string prompt, params string[] stop) => new(prompt, new Sampling(0.7, 0.5, 0, 0, 64, [.. stop], 5));

    static ILanguageModel Open(string kind, LoopbackServer server, CancellationTokenSource? cancellation = null)
    {
        if (kind == "chat-client")
        {
            return new ChatClientModel(
                new FunctionClient((messages, options) =>
                {
                    cancellation?.Cancel();
                    cancellation?.Token.ThrowIfCancellationRequested();
                    var text = options.StopSequences is null ? messages[^1].Text : "one\n\ntwo\n16. three";
                    return new ChatResponse(new Microsoft.Extensions.AI.ChatMessage(ChatRole.Assistant, text));
                }),
                "chat-client:m",
                Quick);
        }

        var address = kind == "anthropic" ? new Uri(server.Address, "/") : kind == "azure" ? AzureAddress.Of(server.Address, "m").Base : server.Address;
        var endpoint = new ModelEndpoint(address, Credentials(kind), Quick, TimeProvider.System);
        return kind switch
        {
            "openai" => new OpenAIChatModel(endpoint, "m", Quick),
            "azure" => new OpenAIChatModel(endpoint, "m", Quick) { Id = "azure:m" },
            "anthropic" => new AnthropicModel(endpoint, "m", Quick),
            _ => new OpenAICompletionsModel(endpoint, "m", Quick),
        };
    }

    static EndpointCredentials Credentials(string kind) => kind switch
    {
        "azure" => EndpointCredentials.Header("api-key", Key, "AZURE_OPENAI_API_KEY"),
        "anthropic" => EndpointCredentials.Header("x-api-key", Key, "ANTHROPIC_API_KEY"),
        _ => EndpointCredentials.Bearer(Key),
    };

    static string FindPrompt(string body)
    {
        var json = JsonDocument.Parse(body).RootElement;
        return json.TryGetProperty("prompt", out var prompt) ? prompt.GetString()! : json.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()!;
    }

    static LoopbackAnswer Answer(LoopbackRequest request, string text) => new(200, JsonSerializer.Serialize<object>(
        request.Path.EndsWith("/messages", StringComparison.Ordinal)
            ? new { content = new[] { new { type = "text", text } }, stop_reason = "end_turn", usage = new { input_tokens = 3, output_tokens = 4 } }
            : new { choices = new[] { new { text, message = new { content = text }, finish_reason = "stop" } }, usage = new { prompt_tokens = 3, completion_tokens = 4 } }));
}
