namespace SelfInstruct.Analysis.VerbNouns;

enum TokenKind
{
    Word,
    Number,

    /// <summary>Text in quotation marks or backquotes, whole.</summary>
    Quoted,

    /// <summary>One character of punctuation.</summary>
    Mark,
}

/// <param name="Lower">In lower case, with a straight apostrophe.</param>
/// <param name="IsName">Capitalised where an ordinary word would not be.</param>
readonly record struct Token(TokenKind Kind, string Lower, bool IsName)
{
    public bool IsWord => Kind == TokenKind.Word;

    public bool IsMark(char mark) => Kind == TokenKind.Mark && Lower[0] == mark;
}
