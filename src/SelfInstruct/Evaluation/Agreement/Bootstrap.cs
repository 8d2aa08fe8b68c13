using System.Runtime.InteropServices;

namespace SelfInstruct.Evaluation.Agreement;

[StructLayout(LayoutKind.Auto)]
public readonly record struct ConfidenceInterval(double Low, double High);

/// <summary>Percentile bootstrap (Efron, 1979): how far a figure moves when the items are drawn again with replacement.</summary>
public static class Bootstrap
{
    /// <param name="values">At least one.</param>
    /// <param name="random">Draws the resamples.</param>
    /// <param name="resamples">At least 1.</param>
    /// <param name="level">Of confidence, in (0, 1).</param>
    public static ConfidenceInterval OfMean(IReadOnlyList<double> values, Random random, int resamples = 1000, double level = 0.95) => Percentile(
        values.Count,
        items =>
        {
            var sum = 0.0;
            foreach (var item in items)
            {
                sum += values[item];
            }

            return sum / items.Length;
        },
        random,
        resamples,
        level);

    /// <param name="items">How many there are; each resample has as many.</param>
    /// <param name="statistic">Of the items with these numbers.</param>
    /// <inheritdoc cref="OfMean"/>
    public static ConfidenceInterval Percentile(int items, Func<ReadOnlySpan<int>, double> statistic, Random random, int resamples = 1000, double level = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(items);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        var drawn = new int[items];
        var statistics = new double[resamples];
        foreach (ref var value in statistics.AsSpan())
        {
            foreach (ref var item in drawn.AsSpan())
            {
                item = random.Next(items);
            }

            value = statistic(drawn);
        }

        Array.Sort(statistics);
        return new ConfidenceInterval(Quantile(statistics, (1 - level) / 2), Quantile(statistics, (1 + level) / 2));
    }

    /// <summary>Between the two values around it, in proportion.</summary>
    /// <param name="sorted">Ascending.</param>
    /// <param name="share">In [0, 1].</param>
    public static double Quantile(ReadOnlySpan<double> sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
