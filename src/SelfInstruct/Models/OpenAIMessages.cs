using System.Collections.Immutable;
using System.Text.Json;

namespace SelfInstruct.Models;

/// <summary>Body of POST /completions; null fields are not sent.</summary>
public sealed record CompletionsBody(
    string Model,
    string Prompt,
    double? Temperature,
    double? TopP,
    double? FrequencyPenalty,
    double? PresencePenalty,
    int? MaxTokens,
    int? MaxCompletionTokens,
    ImmutableArray<string>? Stop,
    long? Seed);

/// <summary>Body of POST /chat/completions; null fields are not sent.</summary>
public sealed record ChatBody(
    string Model,
    ImmutableArray<ChatMessage> Messages,
    double? Temperature,
    double? TopP,
    double? FrequencyPenalty,
    double? PresencePenalty,
    int? MaxTokens,
    int? MaxCompletionTokens,
    ImmutableArray<string>? Stop,
    long? Seed);

public sealed record ChatMessage(string Role, string Content);

/// <summary>What both endpoints answer, as far as it is used.</summary>
public sealed record ModelAnswer(ImmutableArray<AnswerChoice?>? Choices = null, AnswerUsage? Usage = null);

/// <param name="Text">Of a completion.</param>
/// <param name="Message">Of a chat.</param>
public sealed record AnswerChoice(string? Text = null, AnswerMessage? Message = null, string? FinishReason = null);

/// <param name="Content">A text, or a list of parts {type, text}; null where the model only reasoned or declined.</param>
/// <param name="Refusal">In its place: why the model declines.</param>
/// <param name="ReasoningContent">Beside it, from vLLM, DeepSeek, llama-server and others.</param>
/// <param name="Reasoning">The same from OpenRouter, Ollama and newer vLLM.</param>
public sealed record AnswerMessage(JsonElement? Content = null, string? Refusal = null, string? ReasoningContent = null, string? Reasoning = null)
{
    /// <summary>Null when there is no content of a known form.</summary>
    /// <exception cref="InvalidOperationException">Its text is not valid Unicode.</exception>
    public string? FindText() => Content switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Array } parts => string.Concat(parts.EnumerateArray().Select(FindText)),
        _ => null,
    };

    static string? FindText(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}

public sealed record AnswerUsage(int? PromptTokens = null, int? CompletionTokens = null, CompletionTokensDetails? CompletionTokensDetails = null);

/// <param name="ReasoningTokens">Among the completion tokens.</param>
public sealed record CompletionTokensDetails(int? ReasoningTokens = null);
