namespace SelfInstruct.Analysis.VerbNouns;

/// <summary>
/// How often extraction agrees with people on the 300 held-out sentences of tests/SelfInstruct.Tests/Analysis/verb-noun.jsonl;
/// a test measures it and holds these figures.
/// </summary>
public static class VerbNounAccuracy
{
    public const int Sentences = 300;

    /// <summary>Same verb, or none on both sides.</summary>
    public const int SameVerb = 294;

    /// <summary>Same noun, or none on both sides.</summary>
    public const int SameNoun = 283;

    /// <summary>Both.</summary>
    public const int SamePair = 282;
}
