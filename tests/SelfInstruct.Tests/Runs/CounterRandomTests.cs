using SelfInstruct.Runs;

namespace SelfInstruct.Tests.Runs;

public sealed class CounterRandomTests
{
    [Fact]
    public void The_same_place_gives_the_same_numbers()
    {
        Assert.Equal(Numbers(new CounterRandom(1, "a", 2, 3)), Numbers(new CounterRandom(1, "a", 2, 3)));
        Assert.NotEqual(Numbers(new CounterRandom(1, "a", 2, 3)), Numbers(new CounterRandom(1, "a", 3, 2)));
        Assert.NotEqual(Numbers(new CounterRandom(1, "a", 2, 3)), Numbers(new CounterRandom(2, "a", 2, 3)));
    }

    [Fact]
    public void Numbers_are_spread_evenly()
    {
        var random = new CounterRandom(5, "spread", 0, 0);
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
        {
            counts[random.Next(7)]++;
        }

        // Six standard deviations of a binomial with n 70,000 and p 1/7.
        Assert.All(counts, static count => Assert.InRange(count, 10_000 - 556, 10_000 + 556));
    }

    [Fact]
    public void Draws_are_distinct_and_at_most_all()
    {
        var random = new CounterRandom(5, "draw", 0, 0);
        Assert.Equal(5, random.Draw(Enumerable.Range(0, 9).ToArray(), 5).Distinct().Count());
        Assert.Equal([0, 1, 2], random.Draw(new[] { 0, 1, 2 }, 10).Order());
    }

    [Fact]
    public void Bounds_are_kept()
    {
        var random = new CounterRandom(5, "bounds", 0, 0);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(random.Next(-3, 4), -3, 3));
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(random.NextDouble(), 0, 0.9999999999999999));
        Assert.Equal(4, random.Next(4, 5));
    }

    static int[] Numbers(Random random) => [.. Enumerable.Range(0, 5).Select(_ => random.Next(1_000_000))];
}
