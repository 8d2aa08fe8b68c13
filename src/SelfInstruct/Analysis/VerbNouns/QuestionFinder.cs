namespace SelfInstruct.Analysis.VerbNouns;

/// <summary>The full verb of a question (docs/verb-noun-guide.md, 1.7 and 1.8), and the object it may have in front.</summary>
sealed class QuestionFinder(Clause clause)
{
    public Request? Find(int i) =>
        clause.IsOne(i, "how") && clause.IsOne(i + 1, "to") ? Plain(i + 2, VerbForm.Base, null)
        : IsWhQuestion(i) ? OfWh(i)
        : clause.Is(i, "auxiliary") && (clause.IsQuestion || clause.Is(i + 1, "subject")) ? BehindAuxiliary(i, null)
        : null;

    /// <summary>"What", "how many", or a preposition before them ("in which year").</summary>
    bool IsWhQuestion(int i) => clause.Is(i, "wh") || (clause.Is(i, "preposition") && clause.IsOne(i + 1, "which", "what", "whom", "whose"));

    Request? OfWh(int i)
    {
        var isObjectPossible = !clause.Is(i, "preposition");
        i = isObjectPossible ? i : i + 1;
        int? fronted = isObjectPossible ? FrontedNoun(i) : null;
        var auxiliary = FindAuxiliary(i + 1);
        var verb = FindSubjectsVerb(i, fronted is not null);
        return auxiliary is { } at && (verb is null || at < verb.Value.At || (!clause.Is(at, "be") && clause.Lexicon.IsNounFirst(verb.Value.Verb))) ? BehindAuxiliary(at, fronted) : verb;
    }

    /// <summary>"Which tests", "what kind", "how many tins": where the noun phrase begins.</summary>
    int? FrontedNoun(int i)
    {
        if (clause.IsOne(i, "which") && clause.IsOne(i + 1, "of"))
        {
            return i + 2;
        }

        var first = clause.IsOne(i, "how") && clause.IsOne(i + 1, "many", "much") ? i + 2 : clause.IsOne(i, "what", "which", "whose") ? i + 1 : -1;
        return first > 0 && clause[first].IsWord && !clause.Is(first, "auxiliary") && !clause.Is(first, "subject") ? first : null;
    }

    int? FindAuxiliary(int i)
    {
        for (; i < clause.Count && clause[i].Kind != TokenKind.Mark; i++)
        {
            if (clause.Is(i, "auxiliary") && !(clause.IsOne(i, "have", "has", "had", "do", "did", "does") && !clause.Is(i + 1, "subject") && !clause.StartsNounPhrase(i + 1) && !HasLaterVerb(i + 1)))
            {
                return i;
            }

            if (clause.IsOne(i, "that", "who", "which", "if", "when", "because"))
            {
                return null;
            }
        }

        return null;
    }

    bool HasLaterVerb(int i)
    {
        for (; i < clause.Count && clause[i].Kind != TokenKind.Mark; i++)
        {
            if (clause.Verb(i, VerbForm.Base) is not null && !clause.Is(i - 1, "determiner"))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>"What causes thunder", "which animals hibernate", "who wrote it": the question word is the subject.</summary>
    Request? FindSubjectsVerb(int i, bool hasNoun)
    {
        for (var k = i + (clause.IsOne(i, "how") ? 3 : 1); k < clause.Count && clause[k].Kind != TokenKind.Mark; k++)
        {
            if (clause.Is(k - 1, "determiner") && k - 1 > i || clause.Is(k - 1, "preposition") || clause.IsAdjective(k - 1) || clause.Is(k, "auxiliary") && !clause.IsOne(k, "have", "has", "had"))
            {
                continue;
            }

            // "What causes tides", but "what types of rock".
            var forms = VerbForm.ThirdPerson | VerbForm.Past | (hasNoun && k > i + 1 ? VerbForm.Base : VerbForm.None);
            if (k == i + 1 && clause.IsOne(k + 1, "of"))
            {
                continue;
            }

            if (clause.Verb(k, forms) is { } verb && clause.Verb(k + 1, forms | VerbForm.Base) is null && !clause.Is(clause.SkipAdverbs(k + 1), "auxiliary"))
            {
                return new Request(verb, k);
            }
        }

        return null;
    }

    Request? BehindAuxiliary(int auxiliary, int? fronted)
    {
        if (clause.Is(auxiliary, "be"))
        {
            var next = clause.SkipAdverbs(auxiliary + 1);
            return clause.Verb(next, VerbForm.Present) is { } running && !clause.Lexicon.IsGerundNoun(clause[next].Lower) ? new Request(running, next, fronted)
                : clause.IsOne(auxiliary - 1, "how", "when", "where", "why") ? FindPassive(next)
                : null;
        }

        var isPerfect = clause.IsOne(auxiliary, "have", "has", "had");
        var subject = clause.SkipAdverbs(auxiliary + 1);
        if (fronted is not null && isPerfect && !clause.Is(subject, "subject") && clause.Verb(subject, VerbForm.Past) is null)
        {
            // "Which animal has a trunk": has is the full verb, and what follows its object.
            return new Request("have", auxiliary);
        }

        return Plain(FindVerbOf(subject, isPerfect ? VerbForm.Past : VerbForm.Base), isPerfect ? VerbForm.Past : VerbForm.Base, fronted);
    }

    /// <summary>"How is paper made", "when was the bridge built".</summary>
    Request? FindPassive(int subject)
    {
        for (var i = subject + 1; i < clause.Count && clause[i].Kind != TokenKind.Mark && !clause.Is(i, "wh") && !clause.Is(i, "subject"); i++)
        {
            if (clause.Verb(i, VerbForm.Past) is { } verb && !clause.Is(i - 1, "determiner") && !clause.IsAdjective(i - 1) && (clause[i + 1].Kind == TokenKind.Mark || clause.Is(i + 1, "preposition")))
            {
                return new Request(verb, i);
            }
        }

        return null;
    }

    int FindVerbOf(int subject, VerbForm form)
    {
        if (clause.Is(subject, "subject") && !clause.IsOne(subject, "people"))
        {
            return clause.SkipAdverbs(subject + 1);
        }

        for (var i = subject + (clause.StartsNounPhrase(subject) ? 1 : 0); i < clause.Count && !clause[i].IsMark('?'); i++)
        {
            var mayBe = clause.Verb(i, form) is not null && !clause.Is(i - 1, "preposition") && !(clause.IsAdjective(i - 1) && !clause.IsOne(i - 1, "first", "best", "last")) && !(clause.Is(i - 1, "determiner") && i > subject);
            if (mayBe && !(clause.Lexicon.IsNounFirst(clause[i].Lower) && clause.Verb(i + 1, form) is not null))
            {
                return i;
            }
        }

        return clause.Count;
    }

    /// <summary>The verb that stands there, or the one behind "have to", "need to", "going to".</summary>
    Request? Plain(int i, VerbForm form, int? fronted)
    {
        i = clause.SkipAdverbs(i);
        if (clause.IsOne(i, "have", "need", "want") && clause.IsOne(i + 1, "to") && clause.Verb(i + 2, VerbForm.Base) is not null)
        {
            i += 2;
        }

        return clause.Verb(i, form) is { } verb ? new Request(verb, i, fronted) : null;
    }
}
