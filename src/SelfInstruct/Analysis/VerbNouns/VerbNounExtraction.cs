namespace SelfInstruct.Analysis.VerbNouns;

/// <summary>The first request of an instruction, and its object.</summary>
static class VerbNounExtraction
{
    public static VerbNoun Extract(string instruction, Lexicon lexicon)
    {
        foreach (var tokens in new ClauseReader(instruction).Clauses())
        {
            var clause = new Clause(tokens, lexicon);
            if (new RequestFinder(clause).Find() is { } request)
            {
                return new VerbNoun(request.Verb, new ObjectFinder(clause).Find(request));
            }
        }

        return VerbNoun.None;
    }
}

/// <param name="Verb">Its lemma.</param>
/// <param name="At">Where it stands.</param>
/// <param name="Fronted">Where the noun phrase begins that a question puts in front ("which tests should I run"); null: none.</param>
readonly record struct Request(string Verb, int At, int? Fronted = null);
