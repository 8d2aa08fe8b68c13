using Microsoft.Extensions.AI;
using SelfInstruct.Models;

namespace SelfInstruct.Tests.Models;

public sealed class ChatClientModelTests
{
    static readonly CompletionRequest Request = new("List:\n1.", new Sampling(0.7, 0.5, 0.1, 2, 64, ["\n\n"], -5));

    [Fact(Timeout = 30_000)]
    public async Task All_of_the_sampling_reaches_the_client()
    {
        using var client = new FunctionClient(static (_, _) => new ChatResponse(new Microsoft.Extensions.AI.ChatMessage(ChatRole.Assistant, "one"))
        {
            FinishReason = ChatFinishReason.Length,
            Usage = new UsageDetails { InputTokenCount = 3, OutputTokenCount = 4 },
        });
        Assert.Equal(new Completion("one", "length", new TokenUsage(3, 4)), await Open(client).CompleteAsync(Request, CancellationToken.None));
        var options = client.Options!;
        Assert.Equal((0.7f, 0.5f, 0.1f, 2f, 64, -5L & long.MaxValue), (options.Temperature, options.TopP, options.FrequencyPenalty, options.PresencePenalty, options.MaxOutputTokens, options.Seed));
        Assert.Equal(["\n\n"], options.StopSequences);
        Assert.Equal([ChatRole.System, ChatRole.User], client.Messages.Select(static message => message.Role));
        Assert.Equal("List:\n1.", client.Messages[1].Text);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_prompt_that_is_a_message_is_sent_alone()
    {
        using var client = new FunctionClient(static (_, _) => new ChatResponse(new Microsoft.Extensions.AI.ChatMessage(ChatRole.Assistant, "one")));
        await Open(client).CompleteAsync(Request with { IsMessage = true }, CancellationToken.None);
        Assert.Equal(ChatRole.User, Assert.Single(client.Messages).Role);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_the_client_does_not_say_is_estimated_and_its_text_ends_at_stop_strings()
    {
        using var client = new FunctionClient(static (_, _) => new ChatResponse(new Microsoft.Extensions.AI.ChatMessage(ChatRole.Assistant, "one\n\ntwo")));
        Assert.Equal(new Completion("one", "stop", new TokenUsage(3, 3)), await Open(client).CompleteAsync(Request, CancellationToken.None));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_client_s_own_exception_is_a_failed_call()
    {
        using var client = new FunctionClient(static (_, _) => throw new NotSupportedException("no such region"));
        var error = await Assert.ThrowsAsync<ModelException>(() => Open(client).CompleteAsync(Request, CancellationToken.None));
        Assert.Contains("test:client: the chat client failed (no such region)", error.Message, StringComparison.Ordinal);
    }

    static ChatClientModel Open(IChatClient client) => new(client, "test:client", new EndpointOptions { ContextLength = 100, MaxConcurrency = 3 });
}

/// <summary>An <see cref="IChatClient"/> that answers by a function and remembers what it was asked last.</summary>
sealed class FunctionClient(Func<IReadOnlyList<Microsoft.Extensions.AI.ChatMessage>, ChatOptions, ChatResponse> answer) : IChatClient
{
    public IReadOnlyList<Microsoft.Extensions.AI.ChatMessage> Messages { get; private set; } = [];

    public ChatOptions? Options { get; private set; }

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<Microsoft.Extensions.AI.ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        var asked = messages.ToArray();
        (Messages, Options) = (asked, options);
        return answer(asked, options!);
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<Microsoft.Extensions.AI.ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
