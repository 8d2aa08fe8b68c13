namespace SelfInstruct.Analysis.VerbNouns;

/// <summary>Finds what a clause asks for; the numbers are those of docs/verb-noun-guide.md, section 1.</summary>
sealed class RequestFinder(Clause clause)
{
    static readonly string[] Prepositional = ["to", "in", "with", "about", "as", "on", "at", "up", "out", "down", "off", "over", "back", "away", "together", "through", "into", "by", "without", "between"];
    static readonly string[] Duties = ["asked", "required", "expected", "supposed", "tasked", "instructed", "told", "requested", "invited", "challenged", "meant"];
    static readonly string[] Tasks = ["task", "job", "goal", "role", "aim", "objective", "mission", "assignment", "challenge"];

    readonly QuestionFinder _questions = new(clause);

    public Request? Find()
    {
        var start = SkipFillers(0);
        return IsProhibition(start) ? null : FindAt(start) ?? FindBehindFront(start) ?? FindLater(start);
    }

    Request? FindAt(int i) =>
        FindDuty(i) ?? FindPolite(i) ?? FindWish(i) ?? _questions.Find(i) ?? FindImperative(i);

    /// <summary>Numbers, bullets, greetings, "please", adverbs.</summary>
    int SkipFillers(int i)
    {
        while (i < clause.Count && !clause.IsOne(i, "never") && (clause[i].Kind == TokenKind.Mark || (clause.Is(i, "filler") && !clause.IsOne(i + 1, "of")) || clause.IsAdverb(i) || IsNumbering(i)))
        {
            i++;
        }

        return i;
    }

    bool IsNumbering(int i) => clause[i].Kind == TokenKind.Number && (clause[i + 1].IsMark('.') || clause[i + 1].IsMark(')') || clause[i + 1].IsMark(':'));

    bool IsProhibition(int i) => clause.IsOne(i, "don't", "never") || clause.IsOne(i, "do") && clause.IsOne(i + 1, "not");

    /// <summary>1 and 6, and what is looked through.</summary>
    Request? FindImperative(int i) => i >= clause.Count ? null
        : clause.IsOne(i, "let's", "lets") ? FindVerb(i + 1)
        : clause.IsOne(i, "let") && clause.IsOne(i + 1, "us") ? FindVerb(i + 2)
        : LookThrough(i) is { } inner ? inner
        : StartsImperative(i) is { } verb ? new Request(verb, i)
        : null;

    /// <summary>"Help me (to) V", "try to V", "be sure to V", "go ahead and V".</summary>
    Request? LookThrough(int i)
    {
        if (clause.IsOne(i, "help") && clause.IsOne(i + 1, "me", "us"))
        {
            return FindVerb(clause.IsOne(i + 2, "to") ? i + 3 : i + 2);
        }

        if ((clause.IsOne(i, "try", "remember") && clause.IsOne(i + 1, "to")) || (clause.IsOne(i, "be", "make") && clause.IsOne(i + 1, "sure") && clause.IsOne(i + 2, "to")))
        {
            return FindVerb(clause.IsOne(i + 1, "to") ? i + 2 : i + 3);
        }

        return clause.IsOne(i, "go") && clause.IsOne(i + 1, "ahead") && clause.IsOne(i + 2, "and") ? FindVerb(i + 3) : null;
    }

    /// <summary>A base form where only a verb can stand.</summary>
    Request? FindVerb(int i)
    {
        while (clause.IsAdverb(i) || clause.Is(i, "filler"))
        {
            i++;
        }

        return LookThrough(i) ?? (clause.Verb(i, VerbForm.Base) is { } verb ? new Request(verb, i)
            : UnknownVerb(i) is { } unknown ? new Request(unknown, i)
            : null);
    }

    string? StartsImperative(int i)
    {
        var word = clause[i].Lower;
        if (clause.Verb(i, VerbForm.Base) is not { } verb)
        {
            return UnknownVerb(i);
        }

        var next = clause.SkipAdverbs(i + 1);
        if (clause.Is(next, "be") || (clause.IsOne(next, "of") && clause.Lexicon.IsNounFirst(word)) || (clause.IsQuestion && word is "do" or "have") || IsLabel(i))
        {
            return null;
        }

        return clause.IsOne(i - 1, "please", "pls", "plz") || !clause.Lexicon.IsNounFirst(word) || clause.Lexicon.IsRequestFirst(word) || IsVerbBefore(next) ? verb : null;
    }

    /// <summary>"Question: ...", but "Summarize: ..." is a request.</summary>
    bool IsLabel(int i) => clause[i + 1].IsMark(':') && clause.Lexicon.IsNounFirst(clause[i].Lower);

    /// <summary>What follows a word that is verb or noun says which.</summary>
    bool IsVerbBefore(int next) =>
        clause.StartsNounPhrase(next) || clause.Is(next, "receiver") || clause.Is(next, "pronoun") || clause.IsOne(next, Prepositional) || clause.Is(next, "wh")
        || clause.IsOne(next, "that", "if", "whether") || clause[next].IsName || clause.Verb(next, VerbForm.Present) is not null || (clause.IsOne(next, "and", "or") && clause.Verb(next + 1, VerbForm.Base) is not null);

    /// <summary>A word not known here, mistyped perhaps, before an article: it can hardly be anything else.</summary>
    string? UnknownVerb(int i)
    {
        var word = clause[i].Lower;
        if (clause[i].IsWord && !IsKnownOtherwise(i) && (clause.Is(i + 1, "wh") || clause.IsOne(i + 1, "if", "whether")))
        {
            return Mistyping.Mend(word);
        }

        if (!clause[i].IsWord || word.Length < 3 || !(clause.IsOne(i + 1, "a", "an", "the", "my", "this", "these", "each", "all", "your") || clause.IsOne(i + 1, "me", "us"))
            || IsKnownOtherwise(i) || word is [.., 's'] or [.., 'i', 'n', 'g'] or [.., 'e', 'd'] || word.Contains('\'', StringComparison.Ordinal))
        {
            return null;
        }

        return Mistyping.Mend(word) ?? word;
    }

    bool IsKnownOtherwise(int i) =>
        clause.Lexicon.VerbOf(clause[i].Lower, (VerbForm)~0) is not null || clause.IsAdverb(i) || clause.IsAdjective(i) || clause.Is(i, "preposition") || clause.Is(i, "conjunction")
        || clause.Is(i, "auxiliary") || clause.Is(i, "subject") || clause.Is(i, "determiner") || clause.Is(i, "fronted") || clause.Is(i, "pronoun") || clause.Is(i, "number");

    /// <summary>3: "can you V", "would you mind V-ing", "could someone V".</summary>
    Request? FindPolite(int i)
    {
        if (!clause.IsOne(i, "can", "could", "will", "would") || !clause.IsOne(i + 1, "you", "someone", "somebody", "anyone"))
        {
            return null;
        }

        i += 2;
        while (clause.Is(i, "filler") || clause.IsAdverb(i))
        {
            i++;
        }

        if (clause.IsOne(i, "mind"))
        {
            return clause.Verb(i + 1, VerbForm.Present) is { } verb ? new Request(verb, i + 1) : null;
        }

        return clause.IsOne(i, "be") && clause.IsOne(i + 1, "able") ? FindVerb(i + 3) : FindVerb(i);
    }

    /// <summary>4.</summary>
    Request? FindDuty(int i)
    {
        if (clause.IsOne(i, "you", "you'll", "you're", "we"))
        {
            return FindDutyOfReader(i);
        }

        if (!clause.Is(i, "determiner"))
        {
            return null;
        }

        var task = clause.IsOne(i + 1, Tasks) ? i + 1 : clause.IsOne(i + 2, Tasks) ? i + 2 : -1;
        if (task < 0)
        {
            return null;
        }

        var behind = task + 1;
        while (behind < clause.Count && behind < task + 5 && !clause.Is(behind, "be") && !clause[behind].IsMark(':'))
        {
            behind++;
        }

        return clause[behind].IsMark(':') ? FindImperative(behind + 1)
            : clause.Is(behind, "be") && clause.IsOne(clause.SkipAdverbs(behind + 1), "to") ? FindVerb(clause.SkipAdverbs(behind + 1) + 1)
            : null;
    }

    Request? FindDutyOfReader(int i)
    {
        var isReader = !clause.IsOne(i, "we");
        var at = clause.SkipAdverbs(i + 1);
        if (isReader && clause.Is(at, "modal") && !clause.IsOne(at, "can", "could", "may", "might", "would"))
        {
            at = clause.SkipAdverbs(at + 1);
        }

        if (isReader && clause.IsOne(at, "need", "have", "ought") && clause.IsOne(at + 1, "to"))
        {
            return FindVerb(at + 2);
        }

        if (isReader && (at > i + 1 || clause.IsOne(i, "you'll")) && !clause.Is(at, "be") && FindVerb(at) is { } direct)
        {
            return direct;
        }

        if (isReader && (clause.Is(at, "be") || clause.IsOne(i, "you're") || clause.IsOne(at, "have")))
        {
            at = clause.IsOne(i, "you're") ? at : clause.SkipAdverbs(at + 1);
            at = clause.Is(at, "be") ? at + 1 : at;
            return clause.IsOne(at, "to") ? FindVerb(at + 1) : clause.IsOne(at, Duties) && clause.IsOne(at + 1, "to") ? FindVerb(at + 2)
                : clause.IsOne(at, Duties) && clause.IsOne(at + 1, "with") && clause.Verb(at + 2, VerbForm.Present) is { } verb ? new Request(verb, at + 2) : null;
        }

        return null;
    }

    /// <summary>5, and the wishes of 4.</summary>
    Request? FindWish(int i)
    {
        if (!clause.IsOne(i, "i", "we", "i'd", "we'd", "i'm"))
        {
            return null;
        }

        var at = clause.SkipAdverbs(i + 1);
        at = clause.IsOne(at, "would") ? at + 1 : at;
        if (!clause.IsOne(at, "need", "want", "like", "ask", "require") || (clause.IsOne(at, "like") && at == i + 1 && clause.IsOne(i, "i", "we")))
        {
            return null;
        }

        if (clause.IsOne(at + 1, "you") || (clause.IsOne(at + 1, "someone") && clause.IsOne(at + 2, "to")))
        {
            return clause.IsOne(at + 2, "to") ? FindVerb(at + 3) : null;
        }

        return clause.IsOne(at + 1, "to") || clause.IsOne(at, "ask") ? null : new Request(clause[at].Lower, at);
    }

    /// <summary>2: what stands in front ends at a comma, or where a verb before an article shows that it has ended.</summary>
    Request? FindBehindFront(int start)
    {
        if (!clause.Is(start, "fronted") && !(clause.Verb(start, VerbForm.Present | VerbForm.Past) is not null && !clause.StartsNounPhrase(start)))
        {
            return null;
        }

        for (var i = start + 1; i < clause.Count; i++)
        {
            if (clause[i].IsMark(',') && !IsProhibition(SkipFillers(i)) && FindAt(SkipFillers(i)) is { } behind)
            {
                return behind;
            }
        }

        for (var i = start + 2; i < clause.Count; i++)
        {
            if (clause.IsOne(i, "you", "your") && FindDuty(i) is { } duty)
            {
                return duty;
            }

            if (IsVerbAfterFront(i))
            {
                return FindImperative(i);
            }
        }

        return null;
    }

    bool IsVerbAfterFront(int i) =>
        clause.Verb(i, VerbForm.Base) is not null && (clause.StartsNounPhrase(i + 1) || clause.Is(i + 1, "receiver") || (clause.Is(i + 1, "wh") && !clause.Lexicon.IsNounFirst(clause[i].Lower)))
        && !clause.Is(i - 1, "preposition") && !clause.Is(i - 1, "determiner") && !clause.Is(i - 1, "auxiliary") && !clause.Is(i - 1, "subject") && !clause.Is(i - 1, "conjunction") && !clause.IsAdjective(i - 1)
        && (clause[i - 1].IsWord || clause[i - 1].Kind == TokenKind.Quoted);

    /// <summary>Behind a label, or a statement that goes over into a request ("you are given a list, find the largest").</summary>
    Request? FindLater(int start)
    {
        for (var i = start; i < clause.Count; i++)
        {
            if (clause[i].Kind != TokenKind.Mark || !(clause[i].IsMark(':') || clause[i].IsMark(',') || clause[i].IsMark('-') || clause[i].IsMark(')')))
            {
                continue;
            }

            var next = SkipFillers(i + 1);
            if (next >= clause.Count || IsProhibition(next))
            {
                continue;
            }

            var later = clause[i].IsMark(':') && i - start <= 4 ? FindAt(next) ?? FindBehindFront(next) : IsPlain(next) ? FindAt(next) : null;
            if (later is not null)
            {
                return later;
            }
        }

        return null;
    }

    /// <summary>In the middle of a statement a request is believed only where an article or the like follows it, or where it asks.</summary>
    bool IsPlain(int i) => clause.StartsNounPhrase(i + 1) || clause.Is(i + 1, "receiver") || clause.IsOne(i, "please", "you", "your") || (clause.IsQuestion && clause.IsOne(i, "what", "which", "how", "who", "where", "when", "why", "can", "could"))
        || (clause.Verb(i, VerbForm.Base) is not null && (clause.Is(i + 1, "wh") || clause.IsOne(i + 1, "if", "whether")));
}
