namespace SelfInstruct.Analysis.VerbNouns;

/// <summary>Tokens to look around in: outside there is nothing, and nothing is a mark.</summary>
sealed class Clause(List<Token> tokens, Lexicon lexicon)
{
    static readonly Token Nothing = new(TokenKind.Mark, " ", IsName: false);

    public Lexicon Lexicon => lexicon;

    public int Count => tokens.Count;

    public bool IsQuestion => tokens.Count > 0 && tokens[^1].IsMark('?');

    public Token this[int i] => i >= 0 && i < tokens.Count ? tokens[i] : Nothing;

    public bool Is(int i, string wordClass) => this[i].IsWord && lexicon.Is(this[i].Lower, wordClass);

    public bool IsOne(int i, params ReadOnlySpan<string> words) => this[i].IsWord && words.Contains(this[i].Lower);

    public bool IsAdverb(int i) => this[i].IsWord && lexicon.IsAdverb(this[i].Lower);

    public bool IsAdjective(int i) => this[i].IsWord && lexicon.IsAdjective(this[i].Lower);

    /// <summary>A noun phrase surely begins here.</summary>
    public bool StartsNounPhrase(int i) =>
        this[i].Kind is TokenKind.Number or TokenKind.Quoted || Is(i, "determiner") || Is(i, "number") || IsOne(i, "following") || this[i].Lower.EndsWith("'s", StringComparison.Ordinal);

    /// <summary>Null where no such form of a verb stands.</summary>
    public string? Verb(int i, VerbForm forms) => this[i].IsWord && !this[i].IsName ? lexicon.VerbOf(this[i].Lower, forms) : null;

    /// <summary>The first place from <paramref name="i"/> on that is no adverb.</summary>
    public int SkipAdverbs(int i)
    {
        while (IsAdverb(i))
        {
            i++;
        }

        return i;
    }
}
