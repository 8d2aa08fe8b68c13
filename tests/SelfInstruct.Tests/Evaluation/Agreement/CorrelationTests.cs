using SelfInstruct.Evaluation.Agreement;

namespace SelfInstruct.Tests.Evaluation.Agreement;

public sealed class CorrelationTests
{
    // Documentation of scipy.stats.spearmanr; the second series has a tie.
    [Fact]
    public void Spearman_of_the_example_of_scipy() => Assert.Equal(0.82078268166812329, Correlation.Spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])!.Value, 14);

    // Wikipedia, "Spearman's rank correlation coefficient": IQ and hours of television, -29/165.
    [Fact]
    public void Spearman_without_ties() => Assert.Equal(
        -29.0 / 165,
        Correlation.Spearman([106, 100, 86, 101, 99, 103, 97, 113, 112, 110], [7, 27, 2, 50, 28, 29, 20, 12, 6, 17])!.Value,
        12);

    [Fact]
    public void Equal_values_share_the_mean_of_their_ranks() => Assert.Equal([2.5, 1, 5, 2.5, 4], Correlation.Ranks([3, 1, 9, 3, 4]));

    [Fact]
    public void A_rank_is_one_more_than_the_values_below_and_half_the_others_that_are_equal()
    {
        var random = new Random(4);
        var values = Enumerable.Range(0, 200).Select(_ => (double)random.Next(20)).ToList();
        Assert.Equal(values.Select(value => values.Count(other => other < value) + ((values.Count(other => other == value) + 1) / 2.0)), Correlation.Ranks(values));
    }

    [Fact]
    public void A_constant_series_goes_together_with_nothing()
    {
        Assert.Null(Correlation.Spearman([1, 1, 1], [1, 2, 3]));
        Assert.Null(Correlation.Pearson([1], [2]));
    }
}
