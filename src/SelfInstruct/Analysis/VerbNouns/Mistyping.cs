namespace SelfInstruct.Analysis.VerbNouns;

/// <summary>The verbs that begin most requests, with one letter left out, doubled, wrong, or two in the wrong order.</summary>
static class Mistyping
{
    static readonly string[] Usual =
    [
        "write", "create", "generate", "describe", "explain", "identify", "classify", "summarize", "summarise", "translate", "compare", "suggest", "provide", "design",
        "calculate", "convert", "rewrite", "construct", "compose", "determine", "analyze", "analyse", "categorize", "arrange", "predict", "evaluate", "discuss", "recommend", "paraphrase", "develop",
    ];

    /// <returns>Null where no usual verb is that near.</returns>
    public static string? Mend(string word) => Usual.FirstOrDefault(usual => IsNear(word, usual));

    static bool IsNear(string word, string meant)
    {
        var same = 0;
        while (same < word.Length && same < meant.Length && word[same] == meant[same])
        {
            same++;
        }

        var rest = word.AsSpan(same);
        var wanted = meant.AsSpan(same);
        return Equal(rest, 1, wanted, 0) || Equal(rest, 0, wanted, 1) || Equal(rest, 1, wanted, 1)
            || (rest.Length > 1 && wanted.Length > 1 && rest[0] == wanted[1] && rest[1] == wanted[0] && Equal(rest, 2, wanted, 2));
    }

    static bool Equal(ReadOnlySpan<char> a, int from, ReadOnlySpan<char> b, int fromB) =>
        from <= a.Length && fromB <= b.Length && a[from..].SequenceEqual(b[fromB..]);
}
