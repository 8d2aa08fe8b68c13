using System.Collections.Immutable;

namespace SelfInstruct.Serving.Answers;

/// <param name="Tokens">Empty where they are not asked for.</param>
/// <param name="HasTokens">They are asked for.</param>
sealed record FinishedChoice(string Text, string FinishReason, ImmutableArray<ChoiceToken> Tokens, bool HasTokens);

/// <summary>One of OpenAI's two ways to write completions; each method gives a JSON object.</summary>
interface IAnswerForm
{
    /// <summary>Of a request's id.</summary>
    string IdPrefix { get; }

    byte[] Whole(AnswerHead head, ImmutableArray<FinishedChoice> choices, AnswerUsage usage);

    /// <summary>Comes before a choice's first piece; null: nothing does.</summary>
    byte[]? Beginning(AnswerHead head, int index);

    byte[] Piece(AnswerHead head, int index, string text, ImmutableArray<ChoiceToken> tokens, bool hasTokens);

    byte[] End(AnswerHead head, int index, string finishReason);

    byte[] Usage(AnswerHead head, AnswerUsage usage);
}
