using System.Collections.Immutable;

namespace SelfInstruct.Models;

/// <summary>Body of POST /v1/messages; null fields are not sent.</summary>
public sealed record MessagesBody(
    string Model,
    int MaxTokens,
    ImmutableArray<ChatMessage> Messages,
    string? System,
    double? Temperature,
    double? TopP,
    ImmutableArray<string>? StopSequences);

/// <summary>What it answers, as far as it is used.</summary>
/// <param name="Content">Blocks; those of type "text" are the answer.</param>
public sealed record MessagesAnswer(ImmutableArray<ContentBlock?>? Content = null, string? StopReason = null, MessagesUsage? Usage = null);

/// <param name="Type">"text", "thinking" or another.</param>
/// <param name="Text">Of a block of type "text".</param>
/// <param name="Thinking">Of a block of type "thinking".</param>
public sealed record ContentBlock(string? Type = null, string? Text = null, string? Thinking = null);

/// <param name="InputTokens">Beside those written to the cache and read from it.</param>
public sealed record MessagesUsage(int? InputTokens = null, int? OutputTokens = null, int? CacheCreationInputTokens = null, int? CacheReadInputTokens = null)
{
    /// <summary>All of the prompt; null when the provider does not say.</summary>
    public int? PromptTokens => InputTokens is { } input ? input + (CacheCreationInputTokens ?? 0) + (CacheReadInputTokens ?? 0) : null;
}
