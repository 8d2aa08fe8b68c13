using SelfInstruct.Python;
using SelfInstruct.Runs;

namespace SelfInstruct.Tests.Python;

/// <summary>The expected values are CPython 3.11.7's for random.Random(2024).</summary>
public sealed class PythonRandomTests
{
    [Fact]
    public void Fractions() =>
        Assert.Equal([0.47009071843107064, 0.7282642914232076, 0.3037513583913575], Draw(new PythonRandom(2024), 3));

    [Fact]
    public void Samples_of_small_and_of_large_populations_are_drawn_differently()
    {
        var random = new PythonRandom(2024);
        Assert.Equal([481, 186, 745, 592], random.Draw(Range(1000), 4));
        Assert.Equal([4, 3, 6, 7], random.Draw(Range(10), 4));
        Assert.Equal([91, 97, 33, 68, 31, 81, 94], random.Draw(Range(100), 7));
        Assert.Equal([63, 45, 53, 67, 78, 27, 39], random.Draw(Range(90), 7));
    }

    [Fact]
    public void Shuffles_and_choices()
    {
        Random random = new PythonRandom(2024);
        var values = Range(9);
        random.Permute<int>(values);
        Assert.Equal([0, 3, 6, 1, 8, 4, 5, 2, 7], values);
        Assert.Equal([5, 2, 4, 1, 5, 5], Enumerable.Range(0, 6).Select(_ => random.Next(6)));
    }

    [Theory]
    [InlineData(0, 0.8444218515250481)]
    [InlineData(5, 0.6229016948897019)]
    [InlineData(-5, 0.6229016948897019)]
    [InlineData(12345678901234, 0.02504137575317178)]
    public void Seeds_of_any_size(long seed, double first) => Assert.Equal(first, new PythonRandom(seed).NextDouble());

    [Fact]
    public void An_empty_sample_moves_nothing_on()
    {
        var random = new PythonRandom(0);
        Assert.Empty(random.Draw(Range(0), 0));
        Assert.Equal(0.8444218515250481, random.NextDouble());
    }

    [Fact]
    public void More_than_there_are_cannot_be_drawn() => Assert.Throws<ArgumentOutOfRangeException>(() => new PythonRandom(1).Draw(Range(2), 3));

    static int[] Range(int count) => [.. Enumerable.Range(0, count)];

    static double[] Draw(PythonRandom random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];
}
