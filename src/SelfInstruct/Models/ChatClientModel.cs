using Microsoft.Extensions.AI;

namespace SelfInstruct.Models;

/// <summary>Any <see cref="IChatClient"/> as a chat model; retries, limits and keys are the client's own. It stays the caller's to dispose.</summary>
/// <param name="client">Safe to call concurrently, as the interface asks.</param>
/// <param name="id">Stable name of provider and model, as "bedrock:claude"; no secret.</param>
/// <param name="options">Of these, context length and concurrency.</param>
public sealed class ChatClientModel(IChatClient client, string id, EndpointOptions options) : ILanguageModel
{
    public string Id => id;

    public int ContextLength => options.ContextLength;

    public bool IsChat => true;

    public int MaxConcurrency => options.MaxConcurrency;

    public int CountTokens(string text) => TokenEstimate.Of(text);

    public async Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        var user = new Microsoft.Extensions.AI.ChatMessage(ChatRole.User, request.Prompt);
        var system = new Microsoft.Extensions.AI.ChatMessage(ChatRole.System, ContinuationText.System);
        var response = await AskAsync(request.IsMessage ? [user] : [system, user], ToChatOptions(request.Sampling), cancellationToken).ConfigureAwait(false);
        var text = StopStrings.Cut(response.Text, request.Sampling.Stop);
        return new Completion(
            text,
            text.Length < response.Text.Length ? "stop" : response.FinishReason?.Value ?? "stop",
            TokenEstimate.UsageOf(ToInt(response.Usage?.InputTokenCount), ToInt(response.Usage?.OutputTokenCount), request.Prompt, response.Text));
    }

    async Task<ChatResponse> AskAsync(Microsoft.Extensions.AI.ChatMessage[] messages, ChatOptions chatOptions, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetResponseAsync(messages, chatOptions, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Each client has exceptions of its own, and no type that they share says that a call failed.
            throw new ModelException($"{id}: the chat client failed ({e.Message}). What was answered before is saved.", e);
        }
    }

    static ChatOptions ToChatOptions(Sampling sampling) => new()
    {
        Temperature = (float)sampling.Temperature,
        TopP = (float)sampling.TopP,
        FrequencyPenalty = (float)sampling.FrequencyPenalty,
        PresencePenalty = (float)sampling.PresencePenalty,
        MaxOutputTokens = sampling.MaxTokens,
        StopSequences = sampling.Stop.IsDefaultOrEmpty ? null : [.. sampling.Stop],
        Seed = sampling.Seed & long.MaxValue,
    };

    static int? ToInt(long? tokens) => tokens is { } count ? (int)Math.Min(count, int.MaxValue) : null;
}
