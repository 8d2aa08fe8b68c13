using System.Collections.Immutable;

namespace SelfInstruct.Models;

/// <param name="Prompt">For a chat model, the content of one user message.</param>
public sealed record CompletionRequest(string Prompt, Sampling Sampling)
{
    /// <summary>The prompt asks in words, and is sent to a chat model as it is; otherwise it is a text to continue.</summary>
    public bool IsMessage { get; init; }

    /// <summary>Where the request belongs in its run; recorded beside the answer, never sent.</summary>
    public RequestOrigin Origin { get; init; } = RequestOrigin.None;
}

/// <param name="Stage">"instructions", "classification" or "instances".</param>
/// <param name="Round">Counts from 0; for the later stages, 0.</param>
/// <param name="Slot">Place in the round; for the later stages, the instruction's place in the pool.</param>
/// <param name="DroppedDemonstrations">How many the model's context left no room for.</param>
public sealed record RequestOrigin(string Stage, int Round, int Slot, int DroppedDemonstrations)
{
    public static RequestOrigin None { get; } = new("", 0, 0, 0);
}

/// <summary>How a completion is drawn (paper, Table 4).</summary>
/// <param name="Temperature">0 is greedy.</param>
/// <param name="TopP">Nucleus, in (0, 1]; 1 keeps every token.</param>
/// <param name="FrequencyPenalty">Subtracted from a token's logit once per earlier use in the completion.</param>
/// <param name="PresencePenalty">Subtracted once from the logit of a token already used in the completion.</param>
/// <param name="MaxTokens">Tokens of the completion at most.</param>
/// <param name="Stop">The completion ends before the first of these; they are not part of it.</param>
/// <param name="Seed">Same request, same seed: same completion, as far as the model can promise it.</param>
public sealed record Sampling(
    double Temperature,
    double TopP,
    double FrequencyPenalty,
    double PresencePenalty,
    int MaxTokens,
    ImmutableArray<string> Stop,
    long Seed);

/// <param name="FinishReason">"stop" (a stop string or end of text), "length", "content_filter" (the provider kept back all of the text or its end), or the provider's own word.</param>
public sealed record Completion(string Text, string FinishReason, TokenUsage Usage)
{
    public const string ContentFilter = "content_filter";

    /// <summary>The text ends where the model did not end it.</summary>
    public bool IsCutOff => EndsEarly(FinishReason);

    /// <inheritdoc cref="IsCutOff"/>
    public static bool EndsEarly(string? finishReason) => finishReason is "length" or ContentFilter;
}

/// <summary>Tokens paid for; an upper estimate where a provider does not say.</summary>
public sealed record TokenUsage(int PromptTokens, int CompletionTokens);
