using SelfInstruct.Evaluation.Agreement;

namespace SelfInstruct.Tests.Evaluation.Agreement;

public sealed class KrippendorffAlphaTests
{
    // Krippendorff (2011), section D: four observers, twelve units, 0 where there is no value.
    static readonly int[][] FourObservers =
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ];

    // Wikipedia, "Krippendorff's alpha", the computational example: three coders, fifteen units.
    static readonly int[][] ThreeCoders =
    [
        [0, 0, 0, 0, 0, 3, 4, 1, 2, 1, 1, 3, 3, 0, 3],
        [1, 0, 2, 1, 3, 3, 4, 3, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 2, 1, 3, 4, 4, 0, 2, 1, 1, 3, 3, 0, 4],
    ];

    [Theory]
    [InlineData(MeasurementLevel.Nominal, 0.743)]
    [InlineData(MeasurementLevel.Ordinal, 0.815)]
    [InlineData(MeasurementLevel.Interval, 0.849)]
    public void The_example_of_krippendorff_2011(MeasurementLevel level, double expected) => Assert.Equal(expected, KrippendorffAlpha.Of(Units(FourObservers), level)!.Value, 3);

    [Theory]
    [InlineData(MeasurementLevel.Nominal, 0.691)]
    [InlineData(MeasurementLevel.Interval, 0.811)]
    public void The_example_of_three_coders(MeasurementLevel level, double expected) => Assert.Equal(expected, KrippendorffAlpha.Of(Units(ThreeCoders), level)!.Value, 3);

    [Theory]
    [InlineData(MeasurementLevel.Nominal)]
    [InlineData(MeasurementLevel.Interval)]
    public void It_is_one_less_observed_over_expected_disagreement_of_all_pairs(MeasurementLevel level)
    {
        var random = new Random(3);
        for (var round = 0; round < 100; round++)
        {
            var units = Enumerable.Range(0, 8).Select(_ => Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(1, 5)).ToArray()).ToList();
            Assert.Equal(Twin(units, level) ?? 99, KrippendorffAlpha.Of(units, level) ?? 99, 9);
        }
    }

    [Fact]
    public void Without_disagreement_or_pairs_there_is_none()
    {
        Assert.Null(KrippendorffAlpha.Of([[1, 1], [1, 1]], MeasurementLevel.Nominal));
        Assert.Null(KrippendorffAlpha.Of([[1], [2]], MeasurementLevel.Nominal));
    }

    static double? Twin(List<int[]> units, MeasurementLevel level)
    {
        var pairable = units.Where(static unit => unit.Length > 1).ToList();
        var values = pairable.SelectMany(static unit => unit).ToList();
        var observed = pairable.Sum(unit => unit.SelectMany((a, i) => unit.Where((_, j) => i != j).Select(b => Difference(a, b))).Sum() / (unit.Length - 1)) / values.Count;
        var expected = values.SelectMany((a, i) => values.Where((_, j) => i != j).Select(b => Difference(a, b))).Sum() / (values.Count * (values.Count - 1.0));
        return values.Count == 0 || expected == 0 ? null : 1 - (observed / expected);

        double Difference(int a, int b) => level == MeasurementLevel.Nominal ? (a == b ? 0 : 1) : Math.Pow(a - b, 2);
    }

    static IEnumerable<int[]> Units(int[][] raters) =>
        Enumerable.Range(0, raters[0].Length).Select(unit => raters.Select(rater => rater[unit]).Where(static value => value > 0).ToArray());
}
