using System.Collections.Immutable;
using System.Globalization;

namespace SelfInstruct.Reports;

/// <summary>From a value to its place between the ends of an axis, with ticks at round numbers.</summary>
/// <param name="Low">Place 0; the first tick of a linear axis.</param>
/// <param name="High">Place 1, above <paramref name="Low"/>.</param>
/// <param name="Ticks">Ascending, inside the axis.</param>
/// <param name="IsLogarithmic">All values above 0.</param>
public sealed record Axis(double Low, double High, ImmutableArray<double> Ticks, bool IsLogarithmic = false)
{
    const int WantedSteps = 5;

    /// <summary>The smallest linear axis with round ends that holds the values.</summary>
    /// <param name="values">At least one; all finite.</param>
    /// <param name="fromZero">Bars must begin at 0, or their lengths lie.</param>
    public static Axis Linear(IEnumerable<double> values, bool fromZero)
    {
        var (low, high) = Range(values);
        (low, high) = fromZero ? (Math.Min(0, low), Math.Max(0, high)) : (low, high);
        (low, high) = low == high ? (low == 0 || fromZero ? Math.Min(0, low) : low - (Math.Abs(low) / 2), high == 0 ? 1 : high + (fromZero ? 0 : Math.Abs(high) / 2)) : (low, high);
        var step = RoundStep((high - low) / WantedSteps);
        var (first, last) = ((long)Math.Floor((low / step) + 1e-9), (long)Math.Ceiling((high / step) - 1e-9));
        ImmutableArray<double> ticks = [.. LongRange(first, last).Select(tick => Multiple(tick, step))];
        return new Axis(ticks[0], ticks[^1], ticks);
    }

    /// <summary>A logarithmic axis over whole decades, or from the first 1, 2 or 5 to the last where there are few.</summary>
    /// <param name="values">At least one; all finite and above 0.</param>
    public static Axis Logarithmic(IEnumerable<double> values)
    {
        var (low, high) = Range(values);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(low, nameof(values));
        var decades = LongRange((long)Math.Floor(Math.Log10(low)) - 1, (long)Math.Ceiling(Math.Log10(high)) + 1).ToList();
        int[] mantissas = Math.Log10(high / low) > 3 ? [1] : [1, 2, 5];
        var ticks = decades.SelectMany(decade => mantissas.Select(mantissa => mantissa * Math.Pow(10, decade))).ToList();
        var first = ticks.FindLastIndex(tick => tick <= low * (1 + 1e-9));
        var last = ticks.FindIndex(tick => tick >= high * (1 - 1e-9));
        last = last == first ? last + 1 : last;
        return new Axis(ticks[first], ticks[last], [.. ticks[first..(last + 1)]], IsLogarithmic: true);
    }

    /// <summary>0 at the low end, 1 at the high one.</summary>
    public double Place(double value) => IsLogarithmic
        ? Math.Log(value / Low) / Math.Log(High / Low)
        : (value - Low) / (High - Low);

    /// <summary>A tick's label: as many decimals as the steps need, thousands apart.</summary>
    public string Label(double tick)
    {
        var step = IsLogarithmic || Ticks.Length < 2 ? Math.Abs(tick) : Ticks[1] - Ticks[0];
        var decimals = 0;
        while (decimals < 10 && step > 0 && Math.Abs((step * Math.Pow(10, decimals)) - Math.Round(step * Math.Pow(10, decimals))) > 1e-6)
        {
            decimals++;
        }

        return tick.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    static (double Low, double High) Range(IEnumerable<double> values)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            if (!double.IsFinite(value))
            {
                throw new ArgumentException($"{value} has no place on an axis; leave it out.", nameof(values));
            }

            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        return low <= high ? (low, high) : throw new ArgumentException("There is no value to draw; give at least one.", nameof(values));
    }

    /// <summary>The smallest of 1, 2, 5 times a power of ten that is not below.</summary>
    static double RoundStep(double step)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        return power * ((step / power) switch { <= 1.0000001 => 1, <= 2.0000001 => 2, <= 5.0000001 => 5, _ => 10 });
    }

    // 3 x 0.1 is not 0.3; 3 / 10 is.
    static double Multiple(long tick, double step) => step < 1 ? tick / Math.Round(1 / step) : tick * step;

    static IEnumerable<long> LongRange(long first, long last)
    {
        for (var i = first; i <= last; i++)
        {
            yield return i;
        }
    }
}
