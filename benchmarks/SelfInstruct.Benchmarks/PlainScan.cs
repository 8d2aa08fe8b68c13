using SelfInstruct.Novelty;

namespace SelfInstruct.Benchmarks;

/// <summary>The novelty rule without an index: dynamic programming over word ids for every pair.</summary>
internal sealed class PlainScan
{
    private readonly Dictionary<string, int> _ids = [];
    private readonly List<(string Text, int[] Words)> _texts = [];
    private double[] _scores = new double[1024];

    public int Count => _texts.Count;

    /// <summary>Adds what is novel.</summary>
    public (Similarity? Above, NoveltyRecord? Record) Judge(string text)
    {
        var words = WordSplitter.Released.Split(text).Select(Id).ToArray();
        _scores = _scores.Length >= Count ? _scores : new double[Count * 2];
        var nearest = -1;
        for (var i = 0; i < Count; i++)
        {
            _scores[i] = FMeasure(words, _texts[i].Words);
            nearest = _scores[i] > 0.7 && (nearest < 0 || _scores[i] > _scores[nearest]) ? i : nearest;
        }

        if (nearest >= 0)
        {
            return (new Similarity(_texts[nearest].Text, _scores[nearest]), null);
        }

        var record = Record();
        _texts.Add((text, words));
        return (null, record);
    }

    private NoveltyRecord Record()
    {
        Dictionary<string, double> top = [];
        foreach (var i in Enumerable.Range(0, Count).OrderByDescending(i => _scores[i]).Take(10))
        {
            top.TryAdd(_texts[i].Text, _scores[i]);
        }

        return new NoveltyRecord(top, Count > 0 ? _scores.AsSpan(0, Count).ToArray().Average() : 0);
    }

    private int Id(string word) => _ids.TryGetValue(word, out var id) ? id : _ids[word] = _ids.Count;

    private static double FMeasure(int[] a, int[] b)
    {
        var shared = LongestCommonSubsequence(a, b);
        if (shared == 0)
        {
            return 0;
        }

        var precision = (double)shared / b.Length;
        var recall = (double)shared / a.Length;
        return 2 * precision * recall / (precision + recall);
    }

    private static int LongestCommonSubsequence(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        Span<int> row = b.Length < 512 ? stackalloc int[b.Length + 1] : new int[b.Length + 1];
        row.Clear();
        foreach (var word in a)
        {
            var (diagonal, left) = (0, 0);
            for (var j = 0; j < b.Length; j++)
            {
                var above = row[j + 1];
                left = word == b[j] ? diagonal + 1 : Math.Max(above, left);
                (row[j + 1], diagonal) = (left, above);
            }
        }

        return row[b.Length];
    }
}
