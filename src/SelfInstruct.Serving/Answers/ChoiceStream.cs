namespace SelfInstruct.Serving.Answers;

/// <summary>One choice of a stream, from what happens to what is sent.</summary>
/// <param name="tokens">Null: they are not asked for.</param>
sealed class ChoiceStream(IAnswerForm form, AnswerHead head, int index, ChoiceTokens? tokens)
{
    bool _begun;
    int _length;

    /// <returns>JSON objects, to be sent in this order; none where nothing new is certain.</returns>
    public IEnumerable<byte[]> Write(ChoiceEvent happened)
    {
        var (text, isLast) = (happened.Piece.Text, happened.End is not null);
        _length += text.Length;
        var drawn = tokens?.Take(happened.Piece.Tokens, _length) ?? [];
        if (!_begun && (isLast || text.Length > 0) && form.Beginning(head, index) is { } beginning)
        {
            yield return beginning;
        }

        _begun = _begun || isLast || text.Length > 0;
        if (text.Length > 0)
        {
            yield return form.Piece(head, index, text, drawn, tokens is not null);
        }

        if (isLast)
        {
            yield return form.End(head, index, happened.End!.Completion.FinishReason);
        }
    }
}
