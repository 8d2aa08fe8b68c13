using SelfInstruct.Novelty;

namespace SelfInstruct.Tests.Novelty;

/// <summary>The slow twin: the novelty rule as it is defined, a table of dynamic programming for every pair of texts.</summary>
sealed class NoveltyScan(double threshold = 0.7, WordSplitter? splitter = null)
{
    readonly List<(string Text, IReadOnlyList<string> Words)> _texts = [];

    public void Add(string text) => _texts.Add((text, Split(text)));

    public Similarity? FindAbove(string text) => Scores(text).Where(near => near.Score > threshold).MaxBy(static near => near.Score);

    public NoveltyRecord Record(string text)
    {
        var scores = Scores(text).ToList();
        Dictionary<string, double> nearest = [];
        foreach (var near in scores.OrderByDescending(static near => near.Score).Take(10))
        {
            nearest.TryAdd(near.Text, near.Score);
        }

        return new NoveltyRecord(nearest, scores.Count > 0 ? scores.Average(static near => near.Score) : 0);
    }

    public static double FMeasure(IReadOnlyList<string> a, IReadOnlyList<string> b)
    {
        var shared = LongestCommonSubsequence(a, b);
        if (shared == 0)
        {
            return 0;
        }

        var precision = (double)shared / b.Count;
        var recall = (double)shared / a.Count;
        return 2 * precision * recall / (precision + recall);
    }

    IEnumerable<Similarity> Scores(string text)
    {
        var words = Split(text);
        return _texts.Select(other => new Similarity(other.Text, FMeasure(words, other.Words)));
    }

    // Interned, for words to be compared by reference.
    string[] Split(string text) => [.. (splitter ?? WordSplitter.Released).Split(text).Select(string.Intern)];

    static int LongestCommonSubsequence(IReadOnlyList<string> a, IReadOnlyList<string> b)
    {
        var row = new int[b.Count + 1];
        foreach (var word in a)
        {
            var diagonal = 0;
            for (var j = 0; j < b.Count; j++)
            {
                var above = row[j + 1];
                row[j + 1] = ReferenceEquals(word, b[j]) ? diagonal + 1 : Math.Max(above, row[j]);
                diagonal = above;
            }
        }

        return row[b.Count];
    }
}
