namespace SelfInstruct.Analysis.VerbNouns;

/// <summary>The head of a verb's direct object (docs/verb-noun-guide.md, section 3).</summary>
sealed class ObjectFinder(Clause clause)
{
    static readonly string[] Giving = ["give", "tell", "show", "teach", "offer", "send", "assign", "grant", "ask", "write", "lend", "pay", "bring", "buy", "find", "hand", "award", "provide", "recommend", "suggest", "make", "get", "owe", "wish"];
    static readonly string[] Aspects = ["continue", "stop", "start", "begin", "keep", "avoid", "practice", "practise", "finish", "quit", "enjoy", "consider", "try", "imagine", "resume", "mind", "suggest", "recommend"];
    static readonly string[] Supposing = ["suppose", "assume", "imagine", "pretend", "ensure", "say", "think", "believe", "know", "hope", "mean"];
    static readonly string[] LooseParticles = ["carry", "turn", "switch", "put", "take", "set", "fill", "hand", "pass", "sign", "cut", "give"];
    static readonly string[] Either = ["following", "past", "like", "outside", "inside", "opposite", "plus", "round", "above", "below"];
    static readonly string[] Clausal = ["that", "if", "whether", "why", "how", "when", "where", "what", "who", "whom", "which", "whose", "because"];

    public string? Find(Request request)
    {
        if (request.Verb == "make" && clause.IsOne(request.At + 1, "sure"))
        {
            return null;
        }

        var noun = FindBehind(request.At, request.Verb);
        return noun ?? (request.Fronted is { } fronted ? ReadPhrase(fronted, out _) : null);
    }

    string? FindBehind(int verb, string lemma)
    {
        var i = SkipParticles(verb + 1, lemma);
        var receiver = clause.Is(i, "receiver") && !clause.StartsNounPhrase(i);
        if (receiver)
        {
            i = SkipParticles(i + 1, lemma);
        }

        if (SharesObject(i) is { } second)
        {
            return FindBehind(second, lemma);
        }

        if (IsClause(i, lemma))
        {
            return null;
        }

        if (clause.Is(i, "preposition") && !clause.IsOne(i, "following"))
        {
            return receiver && !Giving.Contains(lemma) ? null : FindMoved(i);
        }

        var noun = ReadPhrase(i, out var end);
        return noun is not null && Giving.Contains(lemma) && StartsSecondObject(end) && ReadPhrase(end, out _) is { } thing ? thing : noun;
    }

    int SkipParticles(int i, string lemma)
    {
        i = SkipBounds(clause.SkipAdverbs(i));
        return IsAfterParticle(i) || (clause.Is(i, "particle") && LooseParticles.Contains(lemma) && clause.StartsNounPhrase(i + 1)) ? SkipBounds(clause.SkipAdverbs(i + 1)) : i;
    }

    /// <summary>"At least three", "up to ten", "no more than five".</summary>
    int SkipBounds(int i) =>
        clause.IsOne(i, "at") && clause.IsOne(i + 1, "least", "most") ? i + 2
        : clause.IsOne(i, "up") && clause.IsOne(i + 1, "to") && (clause[i + 2].Kind == TokenKind.Number || clause.Is(i + 2, "number")) ? i + 2
        : clause.IsOne(i, "no") && clause.IsOne(i + 1, "more", "fewer", "less") && clause.IsOne(i + 2, "than") ? i + 3
        : clause.IsOne(i, "more", "fewer", "less") && clause.IsOne(i + 1, "than") ? i + 2
        : i;

    /// <summary>"Make up stories", "find out which": a preposition would be followed by a noun as well, so only particles that hardly are one.</summary>
    bool IsAfterParticle(int i) => clause.IsOne(i, "up", "out", "down", "together", "away", "back") && !clause.IsOne(i + 1, "of", "to", "with", "for", "from");

    /// <summary>"Expand and simplify the expression".</summary>
    int? SharesObject(int i)
    {
        var next = clause[i].IsMark(',') || clause.IsOne(i, "and", "or", "then", "&") ? i + 1 : -1;
        while (next > 0 && (clause.IsOne(next, "and", "or", "then") || clause.IsAdverb(next)))
        {
            next++;
        }

        return next > 0 && clause.Verb(next, VerbForm.Base) is not null ? next : null;
    }

    bool IsClause(int i, string lemma) =>
        clause.IsOne(i, Clausal) && !(clause.IsOne(i, "that", "which", "what", "whose") && IsDemonstrative(i))
        || (clause.IsOne(i, "to") && clause.Verb(i + 1, VerbForm.Base) is not null)
        || (clause.Verb(i, VerbForm.Present) is not null && !clause.Lexicon.IsGerundNoun(clause[i].Lower) && !IsModifier(i))
        || (clause.Is(i, "subject") && !clause.IsOne(i, "people"))
        || (Aspects.Contains(lemma) && clause.Verb(i, VerbForm.Present) is not null && !IsEnd(i + 1))
        || (Aspects.Contains(lemma) && clause.Verb(i, VerbForm.Present) is not null && lemma is not ("suggest" or "recommend" or "consider"))
        || (Supposing.Contains(lemma) && IsStatement(i));

    /// <summary>"Suppose a train leaves at noon": a finite verb behind a noun.</summary>
    bool IsStatement(int i)
    {
        for (var k = i + 1; k < clause.Count && clause[k].Kind != TokenKind.Mark && !clause.IsOne(k, "that", "which", "who", "where"); k++)
        {
            if (clause.Is(k, "auxiliary") || (clause.Verb(k, VerbForm.ThirdPerson | VerbForm.Past) is not null && !clause.Is(k - 1, "determiner") && !clause.IsAdjective(k - 1) && !clause.Is(k - 1, "preposition")))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>"Explain that sentence."</summary>
    bool IsDemonstrative(int i) => clause.IsOne(i, "that") && clause[i + 1].IsWord && clause[i + 2].Kind == TokenKind.Mark;

    /// <summary>"Write encouraging feedback": a participle right before the last noun.</summary>
    bool IsModifier(int i) => IsPlainNoun(i + 1) && (clause[i + 2].Kind == TokenKind.Mark || clause.Is(i + 2, "preposition"));

    bool IsPlainNoun(int i) => clause[i].IsWord && !clause[i].IsName && !IsEnd(i) && !clause.Is(i, "determiner") && !clause.IsAdverb(i);

    /// <summary>"Describe in detail the process": the object behind a prepositional phrase begins with an article.</summary>
    string? FindMoved(int i)
    {
        if (clause.Verb(i + 1, VerbForm.Present) is not null)
        {
            return null;
        }

        i = clause.IsOne(i, "to") && clause.Is(i + 1, "receiver") ? i + 2 : PassPhrase(i + 1);
        while (clause.Is(i, "preposition"))
        {
            i = PassPhrase(i + 1);
        }

        return clause.Is(i, "determiner") && !IsClause(i, "") ? ReadPhrase(i, out _) : null;
    }

    int PassPhrase(int i)
    {
        _ = ReadPhrase(i, out var end);
        return Math.Max(end, i);
    }

    bool StartsSecondObject(int i) =>
        (clause.Is(i, "determiner") || clause.Is(i, "number") || clause[i].Kind == TokenKind.Number) && !clause.IsOne(i, Clausal);

    /// <summary>Reads a noun phrase.</summary>
    /// <param name="i">Where it begins.</param>
    /// <param name="end">Behind its head and what belongs to it.</param>
    /// <returns>The head in the singular; null for a pronoun, a name, a number, a quotation.</returns>
    string? ReadPhrase(int i, out int end)
    {
        // "All of the items", "one of the moons": the noun is behind.
        while (clause.Is(i, "quantifier") && clause.IsOne(i + 1, "of"))
        {
            i += 2;
        }

        var head = -1;
        var isFirst = true;
        for (; i < clause.Count && !IsEnd(i) && !EndsPhrase(i, head, isFirst); i++)
        {
            if (IsHead(i))
            {
                head = i;
            }

            isFirst = false;
        }

        end = i;
        return head < 0 ? null : clause.Lexicon.Singular(clause[head].Lower);
    }

    /// <summary>Whether a token of a phrase may be its head.</summary>
    bool IsHead(int i) =>
        clause[i].IsWord && !clause[i].IsName && !clause.Is(i, "determiner") && !clause.Is(i, "number") && !clause.IsAdverb(i)
        && !clause.IsOne(i, "following", "one", "ones", "first", "last", "other", "others", "former", "latter") && !clause.Is(i, "pronoun")
        && !clause[i].Lower.EndsWith("'s", StringComparison.Ordinal) && !clause[i].Lower.EndsWith("s'", StringComparison.Ordinal)
        && !(clause.IsAdjective(i) && !clause.IsOne(i, "good", "goods"))
        && (!clause[i].Lower.EndsWith("ing", StringComparison.Ordinal) || clause.Lexicon.IsGerundNoun(clause[i].Lower) || clause.Lexicon.VerbOf(clause[i].Lower, VerbForm.Present) is null);

    /// <summary>No phrase goes on here.</summary>
    bool IsEnd(int i) =>
        (clause[i].Kind == TokenKind.Mark && !IsInsidePhrase(i))
        || (clause.Is(i, "preposition") && !(clause.IsOne(i, Either) && (clause.Is(i - 1, "determiner") || clause.IsAdjective(i - 1))) && !clause.IsOne(i, "following"))
        || (clause.Is(i, "conjunction") && !clause.IsOne(i, "second", "that", "which", "what", "whose") && !IsInsidePhrase(i))
        || clause.Is(i, "auxiliary") || (clause.Is(i, "subject") && !clause.IsOne(i, "people"));

    /// <summary>"A short, friendly and honest note": between adjectives.</summary>
    bool IsInsidePhrase(int i) =>
        (clause[i].IsMark(',') || clause.IsOne(i, "and", "or", "but")) && IsModifierWord(i - 1) && !clause.StartsNounPhrase(i + 1) && clause[i + 1].IsWord && clause.Verb(i + 1, VerbForm.Base) is null
        && HasNounBehind(i + 1);

    bool IsModifierWord(int i) => clause.IsAdjective(i) || (clause[i].IsMark(',') && clause.IsAdjective(i - 1)) || clause[i].Kind == TokenKind.Number || clause.Is(i, "number");

    bool HasNounBehind(int i)
    {
        while (clause.IsAdjective(i) || clause.IsAdverb(i) || clause[i].IsMark(',') || clause.IsOne(i, "and"))
        {
            i++;
        }

        return clause[i].IsWord && !clause.Is(i, "preposition") && !clause.Is(i, "conjunction");
    }

    /// <summary>What cannot follow a phrase that has its head already.</summary>
    bool EndsPhrase(int i, int head, bool isFirst)
    {
        if (head < 0)
        {
            return !isFirst && clause.IsOne(i, "that", "which") && !clause.Is(i - 1, "determiner");
        }

        return clause.IsOne(i, "that", "which", "what", "whose", "following")
            || (clause.IsOne(head, "term", "word", "phrase", "concept") && head == i - 1 && clause.IsOne(i - 2, "the") && !IsPlainNoun(i + 1))
            || clause.Is(i, "determiner") || (clause.Is(i, "pronoun") && !clause.Is(i, "number"))
            || (clause.IsAdverb(i) && !IsPlainNoun(i + 1))
            || (clause.Verb(i, VerbForm.Past) is not null && clause.Verb(i, VerbForm.Base) is null && !IsPlainNoun(i + 1))
            || (clause[i].Lower.EndsWith("ed", StringComparison.Ordinal) && head == i - 1 && clause.Verb(i, VerbForm.Base) is null && !IsPlainNoun(i + 1))
            || (clause.Verb(i, VerbForm.Present) is not null && !clause.Lexicon.IsGerundNoun(clause[i].Lower) && head == i - 1 && !IsPlainNoun(i + 1))
            || (clause.Verb(i, VerbForm.Present) is not null && !clause.Lexicon.IsGerundNoun(clause[i].Lower) && clause.StartsNounPhrase(i + 1))
            || (clause.Lexicon.IsNounFirst(clause[i].Lower) && clause.Verb(i, VerbForm.Base) is not null && (clause.IsOne(i + 1, "more", "like", "less") || clause.IsOne(i + 1, "the", "a", "my")));
    }
}
