using System.Collections.Immutable;

namespace SelfInstruct.Models;

/// <param name="Prompt">For a chat model, the content of one user message.</param>
public sealed record CompletionRequest(string Prompt, Sampling Sampling);

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

/// <param name="FinishReason">"stop" (a stop string or end of text), "length", or the provider's own word.</param>
public sealed record Completion(string Text, string FinishReason, TokenUsage Usage);

/// <summary>Tokens paid for; 0 where a provider does not say.</summary>
public sealed record TokenUsage(int PromptTokens, int CompletionTokens);
