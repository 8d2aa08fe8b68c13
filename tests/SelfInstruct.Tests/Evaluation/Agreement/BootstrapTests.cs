using SelfInstruct.Evaluation.Agreement;

namespace SelfInstruct.Tests.Evaluation.Agreement;

public sealed class BootstrapTests
{
    // Efron and Tibshirani, An Introduction to the Bootstrap (1993), table 2.1: survival of treated mice, days.
    static readonly double[] Mice = [94, 197, 16, 38, 99, 141, 23];

    // The same book, table 2.2: the bootstrap standard error of their mean goes to 23.36.
    [Fact]
    public void The_standard_error_of_the_mice()
    {
        List<double> means = [];
        _ = Bootstrap.Percentile(7, items => Keep(items.ToArray().Average(item => Mice[item])), new Random(5), resamples: 200_000);
        var mean = means.Average();
        Assert.Equal(23.36, Math.Sqrt(means.Average(value => Math.Pow(value - mean, 2))), 0.15);

        double Keep(double value)
        {
            means.Add(value);
            return value;
        }
    }

    [Fact]
    public void The_interval_is_that_of_all_resamples_there_are()
    {
        var all = Means(7, 0).Order().ToArray();
        var interval = Bootstrap.OfMean(Mice, new Random(6), resamples: 200_000, level: 0.9);
        Assert.Equal(Bootstrap.Quantile(all, 0.05), interval.Low, 0.5);
        Assert.Equal(Bootstrap.Quantile(all, 0.95), interval.High, 0.5);

        static IEnumerable<double> Means(int left, double sum) => left == 0 ? [sum / 7] : Mice.SelectMany(value => Means(left - 1, sum + value));
    }

    // numpy.quantile([1, 2, 3, 4], [0, 0.1, 0.5, 1]), its default method.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.1, 1.3)]
    [InlineData(0.5, 2.5)]
    [InlineData(1, 4)]
    public void A_quantile_lies_between_its_neighbours(double share, double expected) => Assert.Equal(expected, Bootstrap.Quantile([1, 2, 3, 4], share), 12);

    [Fact]
    public void The_same_seed_gives_the_same_interval() => Assert.Equal(Bootstrap.OfMean(Mice, new Random(7)), Bootstrap.OfMean(Mice, new Random(7)));
}
