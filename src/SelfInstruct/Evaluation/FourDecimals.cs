namespace SelfInstruct.Evaluation;

/// <summary>Rounds as Python's round(x, 4): by the number's exact value, ties to even. Math.Round scales first, and misses near ties.</summary>
static class FourDecimals
{
    const double Scale = 10_000;

    /// <param name="value">At least 0, below 1e11.</param>
    public static double Round(double value)
    {
        var lower = Math.Floor(value * Scale);

        // Rounded only once, so its sign is right.
        var aboveHalf = Math.FusedMultiplyAdd(value, Scale, -(lower + 0.5));
        var isUp = aboveHalf > 0 || (aboveHalf == 0 && lower % 2 == 1);
        return (isUp ? lower + 1 : lower) / Scale;
    }
}
