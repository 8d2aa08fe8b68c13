namespace SelfInstruct.Novelty;

/// <summary>
/// How long a common subsequence makes two lengths too similar, computed by the reference's own formula: hundreds of
/// pairs of lengths have an F of exactly 0.7 that rounds above it, and a shortcut would decide them otherwise.
/// </summary>
sealed class ThresholdTable(double threshold)
{
    /// <summary>No common subsequence is long enough: the lengths differ too much.</summary>
    public const int Never = int.MaxValue;

    /// <summary>Lengths up to this are tabled, others computed.</summary>
    const int Tabled = 512;

    static readonly short[] AlwaysPossible = new short[Tabled + 2];

    readonly short[]?[] _rows = new short[]?[Tabled + 1];
    readonly int[] _leastOfAny = [.. Enumerable.Range(0, Tabled + 1).Select(n => ComputeLeastOfAny(n, threshold))];

    /// <summary>The least LCS with F above the threshold, or <see cref="Never"/>.</summary>
    public int Least(int m, int n) =>
        m > Tabled || n > Tabled ? Compute(m, n, threshold) : Row(m)[n] is var least && least == short.MaxValue ? Never : least;

    /// <summary>The least over all lengths m. F falls as m grows, so it is the least with m = LCS.</summary>
    public int LeastOfAny(int n) => n <= Tabled ? _leastOfAny[n] : ComputeLeastOfAny(n, threshold);

    /// <summary>
    /// <see cref="Least"/> by n for n up to 512, short.MaxValue for never; above 512 (<see cref="RowIndex"/>) and for
    /// m above 512 it is 0, a bound that excludes nothing.
    /// </summary>
    public short[] Row(int m)
    {
        if (m > Tabled)
        {
            return AlwaysPossible;
        }

        // Two threads may both compute a row: they compute the same.
        return Volatile.Read(ref _rows[m]) ?? Publish(m);
    }

    public static int RowIndex(int n) => Math.Min(n, Tabled + 1);

    short[] Publish(int m)
    {
        var row = new short[Tabled + 2];
        for (var n = 0; n <= Tabled; n++)
        {
            row[n] = (short)Math.Min(Compute(m, n, threshold), short.MaxValue);
        }

        Volatile.Write(ref _rows[m], row);
        return row;
    }

    static int Compute(int m, int n, double threshold)
    {
        var most = Math.Min(m, n);
        var shared = FirstGuess(m, n, threshold);
        while (shared <= most && !(RougeL.FMeasure(shared, m, n) > threshold))
        {
            shared++;
        }

        return shared <= most ? shared : Never;
    }

    static int ComputeLeastOfAny(int n, double threshold)
    {
        var shared = Math.Max(1, (int)(threshold * n / (2 - threshold)) - 2);
        while (shared <= n && !(RougeL.FMeasure(shared, shared, n) > threshold))
        {
            shared++;
        }

        return n > 0 && shared <= n ? shared : Never;
    }

    /// <summary>Surely not above the answer: in exact arithmetic that is threshold·(m+n)/2.</summary>
    static int FirstGuess(int m, int n, double threshold) => Math.Max(1, (int)(threshold * ((double)m + n) / 2) - 2);
}
