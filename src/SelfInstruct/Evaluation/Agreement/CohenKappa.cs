namespace SelfInstruct.Evaluation.Agreement;

/// <summary>How much two ratings disagree.</summary>
public enum KappaWeights
{
    /// <summary>1 where they differ (Cohen, 1960).</summary>
    Nominal,

    /// <summary>Their distance.</summary>
    Linear,

    /// <summary>The square of their distance (Cohen, 1968).</summary>
    Quadratic,
}

/// <summary>Agreement of two raters beyond chance: 1 complete, 0 as by chance, below 0 less than that.</summary>
public static class CohenKappa
{
    /// <param name="ratings">Of each item by both raters; 0 up to, but not, <paramref name="categories"/>.</param>
    /// <param name="categories">Of the scale, in its order.</param>
    /// <param name="weights">What a disagreement costs.</param>
    /// <returns>Null where chance alone would agree completely, and where nothing was rated.</returns>
    public static double? Of(IEnumerable<(int First, int Second)> ratings, int categories, KappaWeights weights = KappaWeights.Nominal)
    {
        var (first, second) = (new long[categories], new long[categories]);
        var (n, observed) = (0L, 0L);
        foreach (var (a, b) in ratings)
        {
            n++;
            first[a]++;
            second[b]++;
            observed += Cost(a, b, weights);
        }

        var expected = 0L;
        for (var a = 0; a < categories; a++)
        {
            for (var b = 0; b < categories; b++)
            {
                expected += first[a] * second[b] * Cost(a, b, weights);
            }
        }

        return expected == 0 ? null : 1 - ((double)(observed * n) / expected);
    }

    static long Cost(int a, int b, KappaWeights weights) => weights switch
    {
        KappaWeights.Nominal => a == b ? 0 : 1,
        KappaWeights.Linear => Math.Abs(a - b),
        _ => (long)(a - b) * (a - b),
    };
}
