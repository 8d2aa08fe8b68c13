using System.Collections.Immutable;
using System.Text.Json;

namespace SelfInstruct.Serving.Answers;

/// <summary>As POST /v1/completions answers.</summary>
sealed class TextForm : IAnswerForm
{
    public string IdPrefix => "cmpl-";

    public byte[] Whole(AnswerHead head, ImmutableArray<FinishedChoice> choices, AnswerUsage usage) => Write(
        head, [.. choices.Select(static (choice, index) => new TextChoice(choice.Text, index, choice.HasTokens ? Logprobs(choice.Tokens) : null, choice.FinishReason))], usage);

    public byte[]? Beginning(AnswerHead head, int index) => null;

    public byte[] Piece(AnswerHead head, int index, string text, ImmutableArray<ChoiceToken> tokens, bool hasTokens) =>
        Write(head, [new TextChoice(text, index, hasTokens ? Logprobs(tokens) : null, null)], null);

    public byte[] End(AnswerHead head, int index, string finishReason) => Write(head, [new TextChoice("", index, null, finishReason)], null);

    public byte[] Usage(AnswerHead head, AnswerUsage usage) => Write(head, [], usage);

    static byte[] Write(AnswerHead head, ImmutableArray<TextChoice> choices, AnswerUsage? usage) => JsonSerializer.SerializeToUtf8Bytes(
        new TextAnswer(head.Id, "text_completion", head.Created, head.Model, head.SystemFingerprint, choices, usage), AnswerJson.Format.TextAnswer);

    static TextLogprobs Logprobs(ImmutableArray<ChoiceToken> tokens) => new(
        [.. tokens.Select(static token => token.Drawn.Name)],
        [.. tokens.Select(static token => token.Drawn.LogProbability)],
        [.. tokens.Select(static token => Top(token.MostProbable))],
        [.. tokens.Select(static token => token.Offset)]);

    /// <summary>Two tokens may have one name; the more probable keeps it.</summary>
    static Dictionary<string, double> Top(ImmutableArray<TokenProbability> tokens)
    {
        var top = new Dictionary<string, double>();
        foreach (var token in tokens)
        {
            top.TryAdd(token.Name, token.LogProbability);
        }

        return top;
    }
}
