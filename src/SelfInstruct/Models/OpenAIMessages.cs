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

public sealed record ChatMessage(string? Role = null, string? Content = null);

/// <summary>What both endpoints answer, as far as it is used.</summary>
public sealed record ModelAnswer(ImmutableArray<AnswerChoice?>? Choices = null, AnswerUsage? Usage = null);

/// <param name="Text">Of a completion.</param>
/// <param name="Message">Of a chat.</param>
public sealed record AnswerChoice(string? Text = null, ChatMessage? Message = null, string? FinishReason = null);

public sealed record AnswerUsage(int PromptTokens = 0, int CompletionTokens = 0);
