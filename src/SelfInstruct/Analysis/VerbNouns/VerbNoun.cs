namespace SelfInstruct.Analysis.VerbNouns;

/// <summary>What an instruction asks for: its root verb and the head of that verb's direct object (paper, section 3.2). docs/verb-noun-guide.md is the convention.</summary>
/// <param name="Verb">Base form, lower case; null where nothing is asked for by a verb.</param>
/// <param name="Noun">Singular, lower case; null where the verb has no noun as its object.</param>
public sealed record VerbNoun(string? Verb, string? Noun)
{
    public static VerbNoun None { get; } = new(null, null);

    /// <summary>Both are there.</summary>
    public bool IsPair => Verb is not null && Noun is not null;

    /// <param name="instruction">English, of any length; untidy writing is read as far as it goes.</param>
    public static VerbNoun Of(string instruction) => VerbNounExtraction.Extract(instruction, Lexicon.English);
}
