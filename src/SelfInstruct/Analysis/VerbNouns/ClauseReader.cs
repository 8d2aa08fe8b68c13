namespace SelfInstruct.Analysis.VerbNouns;

/// <summary>Splits an instruction into clauses at full stops, question and exclamation marks, semicolons and line breaks, and those into tokens.</summary>
sealed class ClauseReader(string text)
{
    // An instruction says what it wants at its beginning; what is pasted behind it may be a book.
    const int MostCharacters = 4000;

    static readonly string[] Abbreviations = ["e.g", "i.e", "etc", "vs", "mr", "mrs", "ms", "dr", "no", "st", "approx", "p.m", "a.m"];

    readonly string _text = text.Length > MostCharacters ? text[..MostCharacters] : text;
    readonly bool _namesShow = !IsCapitalisedThroughout(text);
    int _at;

    /// <summary>Each with the mark that ends it, if one does.</summary>
    public IEnumerable<List<Token>> Clauses()
    {
        while (_at < _text.Length)
        {
            var clause = ReadClause();
            if (clause.Exists(static token => token.Kind != TokenKind.Mark))
            {
                yield return clause;
            }
        }
    }

    List<Token> ReadClause()
    {
        List<Token> clause = [];
        while (_at < _text.Length)
        {
            var c = _text[_at];
            if (c is '\n' or '\r')
            {
                _at++;
                return clause;
            }

            if (char.IsWhiteSpace(c))
            {
                _at++;
            }
            else if (ReadQuoted() is { } quoted)
            {
                clause.Add(quoted);
            }
            else if (char.IsLetterOrDigit(c))
            {
                clause.Add(ReadWord(clause));
            }
            else if (ReadMark(clause))
            {
                return clause;
            }
        }

        return clause;
    }

    /// <returns>Whether it ends the clause.</returns>
    bool ReadMark(List<Token> clause)
    {
        var c = _text[_at++];
        clause.Add(new Token(TokenKind.Mark, c is '—' or '–' ? "-" : c.ToString(), IsName: false));
        return c is '?' or '!' or ';' || (c == '.' && !EndsAbbreviation(clause));
    }

    bool EndsAbbreviation(List<Token> clause) =>
        clause.Count > 1 && (Abbreviations.Contains(clause[^2].Lower) || (clause.Count == 2 && clause[0].Kind == TokenKind.Number));

    Token? ReadQuoted()
    {
        var close = _text[_at] switch { '"' => '"', '“' => '”', '`' => '`', '«' => '»', '‘' => '’', '\'' => '\'', _ => '\0' };
        if (close == '\0' || (_at > 0 && char.IsLetterOrDigit(_text[_at - 1])))
        {
            return null;
        }

        var end = _at + 1;
        do
        {
            end = _text.IndexOf(close, end + 1 <= _text.Length ? end : _text.Length);
            if (end < 0)
            {
                return null;
            }

            end++;
        }
        while (end < _text.Length && char.IsLetterOrDigit(_text[end]));
        var quoted = new Token(TokenKind.Quoted, _text[_at..end].ToLowerInvariant(), IsName: true);
        _at = end;
        return quoted;
    }

    Token ReadWord(List<Token> clause)
    {
        var start = _at;
        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || Joins(_at)))
        {
            _at++;
        }

        var word = _text[start.._at];
        var isFirst = !clause.Exists(static token => token.Kind is TokenKind.Word or TokenKind.Quoted) || clause[^1].IsMark(':');
        return new Token(
            char.IsDigit(word[0]) ? TokenKind.Number : TokenKind.Word,
            word.ToLowerInvariant().Replace('’', '\''),
            _namesShow && !isFirst && char.IsUpper(word[0]) && word is not "I");
    }

    /// <summary>A mark between letters or digits that does not part them.</summary>
    bool Joins(int at) =>
        _text[at] is '\'' or '’' or '-' or '.' or ',' or '_' or '/' && at + 1 < _text.Length && char.IsLetterOrDigit(_text[at + 1])
        && (_text[at] is not ',' || (char.IsDigit(_text[at - 1]) && char.IsDigit(_text[at + 1]))) && char.IsLetterOrDigit(_text[at - 1]);

    /// <summary>In headings and shouting capitals say nothing.</summary>
    static bool IsCapitalisedThroughout(string text)
    {
        var (words, capitals) = (0, 0);
        for (var i = 1; i < text.Length - 2; i++)
        {
            if (char.IsWhiteSpace(text[i - 1]) && char.IsLetter(text[i]) && char.IsLetter(text[i + 1]) && char.IsLetter(text[i + 2]))
            {
                (words, capitals) = (words + 1, capitals + (char.IsUpper(text[i]) ? 1 : 0));
            }
        }

        return words > 2 && capitals * 10 >= words * 7;
    }
}
