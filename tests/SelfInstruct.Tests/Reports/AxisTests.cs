using SelfInstruct.Reports;

namespace SelfInstruct.Tests.Reports;

public sealed class AxisTests
{
    [Theory]
    [InlineData(new[] { 0.0, 100 }, true, new[] { 0.0, 20, 40, 60, 80, 100 })]
    [InlineData(new[] { 33.1, 66.0 }, true, new[] { 0.0, 20, 40, 60, 80 })]
    [InlineData(new[] { 0.31, 0.47 }, false, new[] { 0.3, 0.35, 0.4, 0.45, 0.5 })]
    [InlineData(new[] { -3.0, 8 }, true, new[] { -5.0, 0, 5, 10 })]
    [InlineData(new[] { 0.0 }, true, new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [InlineData(new[] { 52_445.0 }, true, new[] { 0.0, 20_000, 40_000, 60_000 })]
    public void Ticks_are_round_and_hold_the_values(double[] values, bool fromZero, double[] ticks)
    {
        var axis = Axis.Linear(values, fromZero);
        Assert.Equal(ticks, axis.Ticks);
        Assert.Equal((ticks[0], ticks[^1]), (axis.Low, axis.High));
        Assert.All(values, value => Assert.InRange(axis.Place(value), 0, 1));
    }

    [Fact]
    public void Any_finite_values_get_an_axis_with_few_ticks()
    {
        var random = new Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            var values = Enumerable.Range(0, random.Next(1, 4)).Select(_ => (random.NextDouble() - 0.3) * Math.Pow(10, random.Next(-6, 7))).ToList();
            var axis = Axis.Linear(values, fromZero: i % 2 == 0);
            Assert.InRange(axis.Ticks.Length, 2, 12);
            Assert.All(values, value => Assert.InRange(axis.Place(value), -1e-6, 1 + 1e-6));
        }
    }

    [Theory]
    [InlineData(new[] { 175.0, 52_445 }, new[] { 100.0, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000 })]
    [InlineData(new[] { 1.0, 1e6 }, new[] { 1.0, 10, 100, 1e3, 1e4, 1e5, 1e6 })]
    [InlineData(new[] { 5.0 }, new[] { 5.0, 10 })]
    public void Logarithmic_ticks_are_round(double[] values, double[] ticks) =>
        Assert.Equal(ticks, Axis.Logarithmic(values).Ticks.Select(static tick => Math.Round(tick, 6)));

    [Fact]
    public void Equal_factors_are_equally_far_apart_on_a_logarithmic_axis()
    {
        var axis = Axis.Logarithmic([10, 1000]);
        Assert.Equal(0.5, axis.Place(100), 9);
    }

    [Theory]
    [InlineData(new[] { 0.0, 1 }, 0.2, "0.2")]
    [InlineData(new[] { 0.0, 5 }, 2, "2")]
    [InlineData(new[] { 0.3, 0.5 }, 0.35, "0.35")]
    [InlineData(new[] { 0.0, 50_000 }, 20_000, "20,000")]
    public void A_label_has_as_many_decimals_as_the_steps_need(double[] values, double tick, string label) =>
        Assert.Equal(label, Axis.Linear(values, fromZero: false).Label(tick));

    [Fact]
    public void What_has_no_place_is_refused()
    {
        Assert.Throws<ArgumentException>(static () => Axis.Linear([double.NaN], fromZero: true));
        Assert.Throws<ArgumentException>(static () => Axis.Linear([], fromZero: true));
        Assert.Throws<ArgumentOutOfRangeException>(static () => Axis.Logarithmic([0, 1]));
    }
}
