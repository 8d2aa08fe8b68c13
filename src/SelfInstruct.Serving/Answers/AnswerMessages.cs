using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SelfInstruct.Serving.Answers;

/// <summary>What every answer begins with.</summary>
/// <param name="Id">Of the request.</param>
/// <param name="Created">Seconds since 1970.</param>
sealed record AnswerHead(string Id, long Created, string Model, string SystemFingerprint);

/// <summary>Answer of POST /v1/completions; also a piece of a stream.</summary>
sealed record TextAnswer(
    string Id, string Object, long Created, string Model, string SystemFingerprint, ImmutableArray<TextChoice> Choices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] AnswerUsage? Usage);

/// <param name="FinishReason">Null in a piece that is not the last.</param>
sealed record TextChoice(string Text, int Index, TextLogprobs? Logprobs, string? FinishReason);

/// <summary>Lists of one length.</summary>
/// <param name="TextOffset">Of each token in the completion's text, in UTF-16 units.</param>
sealed record TextLogprobs(ImmutableArray<string> Tokens, ImmutableArray<double> TokenLogprobs, ImmutableArray<Dictionary<string, double>> TopLogprobs, ImmutableArray<int> TextOffset);

/// <summary>Answer of POST /v1/chat/completions.</summary>
sealed record ChatAnswer(
    string Id, string Object, long Created, string Model, string SystemFingerprint, ImmutableArray<ChatChoice> Choices, AnswerUsage Usage);

sealed record ChatChoice(int Index, AnswerMessage Message, ChatLogprobs? Logprobs, string? FinishReason);

sealed record AnswerMessage(string Role, string Content, string? Refusal);

/// <summary>A piece of a stream.</summary>
sealed record ChatChunk(
    string Id, string Object, long Created, string Model, string SystemFingerprint, ImmutableArray<ChunkChoice> Choices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] AnswerUsage? Usage);

sealed record ChunkChoice(int Index, ChatDelta Delta, ChatLogprobs? Logprobs, string? FinishReason);

sealed record ChatDelta(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Content);

sealed record ChatLogprobs(ImmutableArray<ChatToken> Content);

sealed record ChatToken(string Token, double Logprob, ImmutableArray<int> Bytes, ImmutableArray<ChatTopToken> TopLogprobs);

sealed record ChatTopToken(string Token, double Logprob, ImmutableArray<int> Bytes);

sealed record AnswerUsage(int PromptTokens, int CompletionTokens, int TotalTokens);

sealed record ErrorAnswer(ErrorDetail Error);

sealed record ErrorDetail(string Message, string Type, string? Param, string? Code);

sealed record ListedModels(string Object, ImmutableArray<ListedModel> Data);

/// <param name="MaxModelLen">Tokens of the context, under the name that vLLM gave it.</param>
sealed record ListedModel(string Id, string Object, long Created, string OwnedBy, int MaxModelLen);

sealed record Health(string Status, int InProgress, long Cancelled);

[JsonSerializable(typeof(TextAnswer))]
[JsonSerializable(typeof(ChatAnswer))]
[JsonSerializable(typeof(ChatChunk))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(ListedModels))]
[JsonSerializable(typeof(Health))]
sealed partial class AnswerJson : JsonSerializerContext
{
    /// <summary>Nulls are written: clients look for the fields. Answers are no web pages, so text is readable in every script.</summary>
    public static AnswerJson Format { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
