namespace SelfInstruct.Novelty;

/// <summary>
/// With the defaults, a pair of Jaccard 0.7 shares no bucket, and so is never looked at, with probability 0.07; one of
/// 0.8 with 0.002; one of 0.9 with 1e-7. The estimate of a pair that is looked at has a standard deviation of
/// sqrt(J(1-J)/k): 0.04 at 0.7.
/// </summary>
public sealed record MinHashOptions
{
    /// <summary>A text above this estimated Jaccard to another is a near-duplicate. In [0, 1].</summary>
    public double Threshold { get; init; } = 0.7;

    public WordSplitter Words { get; init; } = WordSplitter.Released;

    /// <summary>k: more estimate better, at two bytes a text each. A multiple of 32 from 32 to 4096.</summary>
    public int HashFunctions { get; init; } = 128;

    /// <summary>Chooses the hash functions: same seed, same texts in the same order, same decisions.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>
    /// The most that may be the probability that a pair exactly at the threshold shares no bucket; in (0, 1). Less makes
    /// more comparisons. For thresholds near 0 (below 0.02 with the defaults) no banding reaches it and the nearest is taken.
    /// </summary>
    public double MissAtThreshold { get; init; } = 0.1;

    /// <exception cref="ArgumentException">A value outside its range.</exception>
    internal void Validate()
    {
        Require(Threshold is >= 0 and <= 1, $"The threshold is {Threshold}; it must be in [0, 1].");
        Require(HashFunctions is >= 32 and <= 4096 && HashFunctions % 32 == 0, $"There are {HashFunctions} hash functions; it must be a multiple of 32 from 32 to 4096.");
        Require(MissAtThreshold is > 0 and < 1, $"The miss at the threshold is {MissAtThreshold}; it must be in (0, 1).");
    }

    static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new ArgumentException(message);
        }
    }
}

/// <summary>A sketch cut into bands of rows: two texts are compared if all rows of some band are equal.</summary>
sealed record Banding(int Bands, int Rows)
{
    /// <summary>The most rows, so the fewest comparisons, that keep the promise of <see cref="MinHashOptions.MissAtThreshold"/>.</summary>
    public static Banding Choose(MinHashOptions options)
    {
        var rows = options.HashFunctions;
        while (rows > 1 && Of(options, rows).MissProbability(options.Threshold) > options.MissAtThreshold)
        {
            rows--;
        }

        return Of(options, rows);
    }

    /// <summary>That a pair of this Jaccard agrees in no band.</summary>
    public double MissProbability(double jaccard) => Math.Pow(1 - Math.Pow(jaccard, Rows), Bands);

    static Banding Of(MinHashOptions options, int rows) => new(options.HashFunctions / rows, rows);
}
