using System.Collections.Immutable;

namespace SelfInstruct.Models;

/// <summary>Body of POST /completions.</summary>
public sealed record CompletionsBody(
    string Model,
    string Prompt,
    double Temperature,
    double TopP,
    double FrequencyPenalty,
    double PresencePenalty,
    int MaxTokens,
    ImmutableArray<string>? Stop,
    long Seed);

/// <summary>Body of POST /chat/completions.</summary>
public sealed record ChatBody(
    string Model,
    ImmutableArray<ChatMessage> Messages,
    double Temperature,
    double TopP,
    double FrequencyPenalty,
    double PresencePenalty,
    int MaxTokens,
    ImmutableArray<string>? Stop,
    long Seed);

public sealed record ChatMessage(string Role, string? Content);

/// <summary>What both endpoints answer, as far as it is used.</summary>
public sealed record ModelAnswer(ImmutableArray<AnswerChoice>? Choices, AnswerUsage? Usage);

/// <param name="Text">Of a completion.</param>
/// <param name="Message">Of a chat.</param>
public sealed record AnswerChoice(string? Text, ChatMessage? Message, string? FinishReason);

public sealed record AnswerUsage(int PromptTokens, int CompletionTokens);
