namespace SelfInstruct.Evaluation.Agreement;

/// <summary>How two series go together, in [-1, 1].</summary>
public static class Correlation
{
    /// <summary>Spearman's rho: Pearson's coefficient of the ranks, equal values sharing the mean of theirs.</summary>
    /// <returns>Null where a series is constant or has fewer than two values.</returns>
    public static double? Spearman(IReadOnlyList<double> x, IReadOnlyList<double> y) => Pearson(Ranks(x), Ranks(y));

    /// <inheritdoc cref="Spearman"/>
    public static double? Pearson(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        if (x.Count != y.Count)
        {
            throw new ArgumentException($"{x.Count} values stand against {y.Count}; give pairs.", nameof(y));
        }

        if (x.Count < 2)
        {
            return null;
        }

        var (meanX, meanY) = (x.Average(), y.Average());
        var (xx, yy, xy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Count; i++)
        {
            var (dx, dy) = (x[i] - meanX, y[i] - meanY);
            (xx, yy, xy) = (xx + (dx * dx), yy + (dy * dy), xy + (dx * dy));
        }

        return xx == 0 || yy == 0 ? null : xy / Math.Sqrt(xx * yy);
    }

    /// <summary>From 1; equal values share the mean of the ranks they take up.</summary>
    public static double[] Ranks(IReadOnlyList<double> values)
    {
        var order = Enumerable.Range(0, values.Count).OrderBy(i => values[i]).ToArray();
        var ranks = new double[values.Count];
        for (var start = 0; start < order.Length;)
        {
            var end = start;
            while (end < order.Length && values[order[end]] == values[order[start]])
            {
                end++;
            }

            foreach (var i in order.AsSpan(start, end - start))
            {
                ranks[i] = (start + 1 + end) / 2.0;
            }

            start = end;
        }

        return ranks;
    }
}
