using System.Collections.Immutable;
using System.Text.Json;

namespace SelfInstruct.Serving.Answers;

/// <summary>As POST /v1/chat/completions answers.</summary>
sealed class ChatForm : IAnswerForm
{
    public string IdPrefix => "chatcmpl-";

    public byte[] Whole(AnswerHead head, ImmutableArray<FinishedChoice> choices, AnswerUsage usage) => JsonSerializer.SerializeToUtf8Bytes(
        new ChatAnswer(
            head.Id, "chat.completion", head.Created, head.Model, head.SystemFingerprint,
            [.. choices.Select(static (choice, index) => new ChatChoice(index, new AnswerMessage("assistant", choice.Text, null), choice.HasTokens ? Logprobs(choice.Tokens) : null, choice.FinishReason))],
            usage),
        AnswerJson.Format.ChatAnswer);

    public byte[]? Beginning(AnswerHead head, int index) => Write(head, [new ChunkChoice(index, new ChatDelta("assistant", ""), null, null)], null);

    public byte[] Piece(AnswerHead head, int index, string text, ImmutableArray<ChoiceToken> tokens, bool hasTokens) =>
        Write(head, [new ChunkChoice(index, new ChatDelta(null, text), hasTokens ? Logprobs(tokens) : null, null)], null);

    public byte[] End(AnswerHead head, int index, string finishReason) => Write(head, [new ChunkChoice(index, new ChatDelta(null, null), null, finishReason)], null);

    public byte[] Usage(AnswerHead head, AnswerUsage usage) => Write(head, [], usage);

    static byte[] Write(AnswerHead head, ImmutableArray<ChunkChoice> choices, AnswerUsage? usage) => JsonSerializer.SerializeToUtf8Bytes(
        new ChatChunk(head.Id, "chat.completion.chunk", head.Created, head.Model, head.SystemFingerprint, choices, usage), AnswerJson.Format.ChatChunk);

    static ChatLogprobs Logprobs(ImmutableArray<ChoiceToken> tokens) => new(
        [.. tokens.Select(static token => new ChatToken(
            token.Drawn.Name, token.Drawn.LogProbability, BytesOf(token.Drawn),
            [.. token.MostProbable.Select(static one => new ChatTopToken(one.Name, one.LogProbability, BytesOf(one)))]))]);

    /// <summary>As numbers: as bytes they would become base64.</summary>
    static ImmutableArray<int> BytesOf(TokenProbability token) => [.. token.Bytes.ToArray().Select(static one => (int)one)];
}
