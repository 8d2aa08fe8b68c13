using SelfInstruct.Evaluation.Agreement;

namespace SelfInstruct.Tests.Evaluation.Agreement;

public sealed class PairedTestTests
{
    // Darwin's maize: crossed less self-fertilized plants of fifteen pairs, eighths of an inch (Fisher, The Design of Experiments, 1935, section 17).
    static readonly double[] Maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

    // Fisher counted 863 of 32,768 sums as large (section 21); as many are as small.
    [Fact]
    public void Fishers_randomization_of_darwins_maize() =>
        Assert.Equal(2 * 863 / 32_768.0, PairedTest.Randomization(Maize, new Random(1), shuffles: 32_768), 12);

    [Fact]
    public void Drawn_signs_come_near_to_all_signs() => Assert.Equal(2 * 863 / 32_768.0, PairedTest.Randomization(Maize, new Random(1), shuffles: 30_000), 0.005);

    [Fact]
    public void Equal_items_change_nothing()
    {
        Assert.Equal(PairedTest.Randomization(Maize, new Random(1), 40_000), PairedTest.Randomization([.. Maize, 0, 0, 0], new Random(1), 40_000));
        Assert.Equal(1, PairedTest.Randomization([0, 0, 0], new Random(1)));
    }

    [Fact]
    public void Under_no_difference_every_p_value_is_as_likely()
    {
        var random = new Random(8);
        var values = Enumerable.Range(0, 400).Select(_ => PairedTest.Randomization([.. Enumerable.Range(0, 60).Select(_ => random.NextDouble() - 0.5)], random, 400)).ToList();
        Assert.InRange(values.Count(static p => p <= 0.05) / 400.0, 0.02, 0.09);
        Assert.InRange(values.Average(), 0.44, 0.56);
    }

    [Fact]
    public void A_clear_difference_is_found_by_both_tests()
    {
        double[] differences = [.. Enumerable.Range(0, 50).Select(static i => 1.0 + (i % 3))];
        Assert.True(PairedTest.Randomization(differences, new Random(9)) < 0.001);
        Assert.True(PairedTest.PairedBootstrap(differences, new Random(9)) < 0.001);
    }

    [Fact]
    public void The_paired_bootstrap_of_the_maize_is_near_its_normal_value() => Assert.InRange(PairedTest.PairedBootstrap(Maize, new Random(10)), 0.01, 0.06);
}
