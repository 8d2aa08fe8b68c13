namespace SelfInstruct.Novelty;

/// <summary>
/// The novelty rule by a plain scan (paper, section 2.2, "Filtering and Postprocessing"): a text's ROUGE-L to
/// every text added so far. Exact. Not thread-safe.
/// </summary>
public sealed class NoveltyScan
{
    const int NearestKept = 10;

    readonly Dictionary<string, int> _wordIds = [];
    readonly List<string> _texts = [];
    readonly List<int[]> _words = [];

    public int Count => _texts.Count;

    public void Add(string text)
    {
        _texts.Add(text);
        _words.Add(ToIds(text));
    }

    /// <summary>The nearest text that is above <paramref name="threshold"/>, or null if none is.</summary>
    public Similarity? FindAbove(string text, double threshold)
    {
        var words = ToIds(text);
        Similarity? nearest = null;
        for (var i = 0; i < _words.Count; i++)
        {
            if (CanExceed(words.Length, _words[i].Length, threshold)
                && RougeL.FMeasure(words, _words[i]) is var score
                && score > threshold
                && score > (nearest?.Score ?? 0))
            {
                nearest = new Similarity(_texts[i], score);
            }
        }

        return nearest;
    }

    /// <summary>The ten nearest texts, nearest first (ties: first added first), and the mean over all.</summary>
    public NoveltyRecord Record(string text)
    {
        var words = ToIds(text);
        var scores = _words.ConvertAll(other => RougeL.FMeasure(words, other));
        Dictionary<string, double> nearest = [];
        foreach (var (score, i) in scores.Select(static (score, i) => (score, i)).OrderByDescending(static pair => pair.score).Take(NearestKept))
        {
            nearest.TryAdd(_texts[i], score);
        }

        return new NoveltyRecord(nearest, scores.Count > 0 ? scores.Sum() / scores.Count : 0);
    }

    /// <summary>With every word of the shorter one shared, F is 2·min/(m+n); a small margin covers the rounding.</summary>
    static bool CanExceed(int m, int n, double threshold) => 2.0 * Math.Min(m, n) >= (threshold - 1e-9) * (m + n);

    int[] ToIds(string text) => [.. RougeWords.Split(text).Select(word =>
    {
        if (!_wordIds.TryGetValue(word, out var id))
        {
            _wordIds.Add(word, id = _wordIds.Count);
        }

        return id;
    })];
}

/// <param name="Score">ROUGE-L, in [0, 1].</param>
public sealed record Similarity(string Text, double Score);

/// <param name="MostSimilar">Text and ROUGE-L, nearest first.</param>
/// <param name="Mean">Mean ROUGE-L to all texts.</param>
public sealed record NoveltyRecord(Dictionary<string, double> MostSimilar, double Mean);
