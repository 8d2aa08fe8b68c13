using SelfInstruct.Evaluation.Agreement;

namespace SelfInstruct.Tests.Evaluation.Agreement;

public sealed class CohenKappaTests
{
    // The data set "anxiety" of the R package irr, raters 1 and 2.
    static readonly int[] First = [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3];
    static readonly int[] Second = [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4];

    // Cohen (1960), table 1, proportions of 100: observed .29, by chance .35.
    static readonly int[,] Cohen1960 = { { 25, 13, 12 }, { 12, 2, 16 }, { 3, 15, 2 } };

    // Hout, Duncan and Sobel (1987), as the data set SexualFun of the R package vcd.
    static readonly int[,] Couples = { { 7, 7, 2, 3 }, { 2, 8, 3, 7 }, { 1, 5, 4, 9 }, { 2, 8, 9, 14 } };

    [Fact]
    public void The_example_of_cohen_1960() => Assert.Equal((0.29 - 0.35) / (1 - 0.35), CohenKappa.Of(Expand(Cohen1960), 3)!.Value, 12);

    // Two raters accept or refuse 50 proposals: 20 and 15 alike, 5 and 10 not; kappa 0.4 (Wikipedia, "Cohen's kappa").
    [Fact]
    public void A_two_by_two_table() => Assert.Equal(0.4, CohenKappa.Of(Expand(new[,] { { 20, 5 }, { 10, 15 } }), 2)!.Value, 12);

    // Printed by R: vcd's Kappa(SexualFun).
    [Theory]
    [InlineData(KappaWeights.Nominal, 0.1293)]
    [InlineData(KappaWeights.Linear, 0.2374)]
    public void Tables_of_the_R_package_vcd(KappaWeights weights, double expected) => Assert.Equal(expected, CohenKappa.Of(Expand(Couples), 4, weights)!.Value, 4);

    // Printed by R: irr's kappa2(anxiety[,1:2], "squared").
    [Fact]
    public void Quadratic_weights_of_the_R_package_irr() => Assert.Equal(0.297, CohenKappa.Of(First.Zip(Second), 7, KappaWeights.Quadratic)!.Value, 3);

    [Theory]
    [InlineData(KappaWeights.Nominal)]
    [InlineData(KappaWeights.Linear)]
    [InlineData(KappaWeights.Quadratic)]
    public void It_is_what_the_definition_says_over_all_pairs(KappaWeights weights)
    {
        var random = new Random(2);
        for (var round = 0; round < 200; round++)
        {
            var ratings = Enumerable.Range(0, random.Next(1, 40)).Select(_ => (random.Next(4), random.Next(4))).ToList();
            var (observed, chance) = (ratings.Average(pair => Cost(pair.Item1, pair.Item2)), ratings.SelectMany(a => ratings.Select(b => Cost(a.Item1, b.Item2))).Average());
            double? expected = chance == 0 ? null : 1 - (observed / chance);
            Assert.Equal(expected ?? 99, CohenKappa.Of(ratings, 4, weights) ?? 99, 9);
        }

        double Cost(int a, int b) => weights switch { KappaWeights.Nominal => a == b ? 0 : 1, KappaWeights.Linear => Math.Abs(a - b), _ => Math.Pow(a - b, 2) };
    }

    [Fact]
    public void Where_chance_agrees_completely_there_is_none()
    {
        Assert.Null(CohenKappa.Of([(1, 1), (1, 1)], 4));
        Assert.Null(CohenKappa.Of([], 4));
    }

    static IEnumerable<(int, int)> Expand(int[,] table) =>
        from i in Enumerable.Range(0, table.GetLength(0))
        from j in Enumerable.Range(0, table.GetLength(1))
        from _ in Enumerable.Range(0, table[i, j])
        select (i, j);
}
