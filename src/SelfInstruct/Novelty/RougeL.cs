namespace SelfInstruct.Novelty;

/// <summary>ROUGE-L of two word sequences, given as ids.</summary>
public static class RougeL
{
    /// <summary>F-measure in [0, 1]: 0 when nothing is shared or a side is empty, 1 when equal. Symmetric.</summary>
    /// <param name="a">Word ids, shape [m].</param>
    /// <param name="b">Word ids, shape [n].</param>
    public static double FMeasure(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        if (a.IsEmpty || b.IsEmpty)
        {
            return 0;
        }

        var lcs = LongestCommonSubsequence(a, b);
        if (lcs == 0)
        {
            return 0;
        }

        // Not simplified to 2·lcs/(m+n): the reference rounds this way, and a tie at the threshold depends on it.
        var precision = (double)lcs / a.Length;
        var recall = (double)lcs / b.Length;
        return 2 * precision * recall / (precision + recall);
    }

    static int LongestCommonSubsequence(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        Span<int> row = b.Length < 256 ? stackalloc int[b.Length + 1] : new int[b.Length + 1];
        row.Clear();
        foreach (var word in a)
        {
            var diagonal = 0;
            for (var j = 0; j < b.Length; j++)
            {
                var above = row[j + 1];
                row[j + 1] = word == b[j] ? diagonal + 1 : Math.Max(above, row[j]);
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
