using System.Collections.Immutable;

namespace SelfInstruct.Evaluation.Agreement;

/// <summary>What the values of a scale mean.</summary>
public enum MeasurementLevel
{
    Nominal,
    Ordinal,
    Interval,
}

/// <summary>
/// Krippendorff's alpha (Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011): agreement of any number of
/// raters, of whom not every one has rated every unit.
/// </summary>
public static class KrippendorffAlpha
{
    /// <param name="units">For each, the values it was given; a missing rating is left out.</param>
    /// <param name="level">Of the scale.</param>
    /// <returns>Null where no unit has two ratings or all values are the same.</returns>
    public static double? Of(IEnumerable<IReadOnlyList<int>> units, MeasurementLevel level)
    {
        var pairable = units.Where(static unit => unit.Count > 1).ToList();
        ImmutableArray<int> values = [.. pairable.SelectMany(static unit => unit).Distinct().Order()];
        var index = values.Select(static (value, i) => (value, i)).ToDictionary(static pair => pair.value, static pair => pair.i);
        var (coincidences, counts) = Count(pairable, index);
        var total = counts.Sum();
        var (observed, expected) = (0.0, 0.0);
        for (var a = 0; a < values.Length; a++)
        {
            for (var b = a + 1; b < values.Length; b++)
            {
                var difference = Difference(a, b, values, counts, level);
                observed += coincidences[a, b] * difference;
                expected += (double)counts[a] * counts[b] * difference;
            }
        }

        return expected == 0 ? null : 1 - ((total - 1) * observed / expected);
    }

    /// <summary>How often each two values stand in one unit, a unit's pairs weighing as much as its ratings.</summary>
    static (double[,] Coincidences, long[] Counts) Count(List<IReadOnlyList<int>> units, Dictionary<int, int> index)
    {
        var (coincidences, counts) = (new double[index.Count, index.Count], new long[index.Count]);
        foreach (var unit in units)
        {
            for (var i = 0; i < unit.Count; i++)
            {
                counts[index[unit[i]]]++;
                for (var j = 0; j < unit.Count; j++)
                {
                    coincidences[index[unit[i]], index[unit[j]]] += i == j ? 0 : 1.0 / (unit.Count - 1);
                }
            }
        }

        return (coincidences, counts);
    }

    static double Difference(int a, int b, ImmutableArray<int> values, long[] counts, MeasurementLevel level)
    {
        var distance = level switch
        {
            MeasurementLevel.Nominal => 1,
            MeasurementLevel.Interval => (double)values[b] - values[a],
            _ => counts[a..(b + 1)].Sum() - ((counts[a] + counts[b]) / 2.0),
        };
        return distance * distance;
    }
}
