namespace SelfInstruct.Evaluation.Agreement;

/// <summary>Whether two systems differ on the same items; two-sided p values of the mean difference.</summary>
public static class PairedTest
{
    /// <summary>Approximate randomization (Fisher, 1935; Noreen, 1989): how often chance signs give a mean as far from 0. Exact where all signs are fewer than the shuffles.</summary>
    /// <param name="differences">One system's score less the other's, by item; at least one.</param>
    /// <param name="random">Draws the signs.</param>
    /// <param name="shuffles">At least 1.</param>
    public static double Randomization(IReadOnlyList<double> differences, Random random, int shuffles = 10_000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(differences.Count, nameof(differences));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shuffles);

        // An item where they are equal changes no sum.
        var unequal = differences.Where(static difference => difference != 0).ToArray();
        var observed = Math.Abs(unequal.Sum());

        // Sums in another order round otherwise; equal ones must count as equal.
        var least = observed - (1e-9 * unequal.Sum(Math.Abs));
        return unequal.Length < 31 && 1 << unequal.Length <= shuffles ? Exact(unequal, least) : Approximate(unequal, least, random, shuffles);
    }

    /// <summary>Paired bootstrap (Efron and Tibshirani, 1993): twice the smaller share of resamples on one side of 0.</summary>
    /// <inheritdoc cref="Randomization"/>
    /// <param name="resamples">At least 1.</param>
    public static double PairedBootstrap(IReadOnlyList<double> differences, Random random, int resamples = 10_000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(differences.Count, nameof(differences));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        var (notAbove, notBelow) = (0, 0);
        for (var i = 0; i < resamples; i++)
        {
            var sum = 0.0;
            for (var j = 0; j < differences.Count; j++)
            {
                sum += differences[random.Next(differences.Count)];
            }

            notAbove += sum <= 0 ? 1 : 0;
            notBelow += sum >= 0 ? 1 : 0;
        }

        return Math.Min(1, 2.0 * Math.Min(notAbove + 1, notBelow + 1) / (resamples + 1));
    }

    static double Exact(double[] differences, double least)
    {
        var asFar = 0;
        for (var signs = 0; signs < 1 << differences.Length; signs++)
        {
            var sum = 0.0;
            for (var i = 0; i < differences.Length; i++)
            {
                sum += (signs >> i & 1) == 0 ? differences[i] : -differences[i];
            }

            asFar += Math.Abs(sum) >= least ? 1 : 0;
        }

        return (double)asFar / (1 << differences.Length);
    }

    /// <summary>The observed signs are one of the draws: no p value is 0.</summary>
    static double Approximate(double[] differences, double least, Random random, int shuffles)
    {
        var bits = new byte[(differences.Length + 7) / 8];
        var asFar = 1;
        for (var shuffle = 0; shuffle < shuffles; shuffle++)
        {
            random.NextBytes(bits);
            var sum = 0.0;
            for (var i = 0; i < differences.Length; i++)
            {
                sum += (bits[i / 8] >> (i % 8) & 1) == 0 ? differences[i] : -differences[i];
            }

            asFar += Math.Abs(sum) >= least ? 1 : 0;
        }

        return (double)asFar / (shuffles + 1);
    }
}
