using SelfInstruct.Novelty;

namespace SelfInstruct.Tests.Novelty;

public sealed class NoveltyScanTests
{
    [Fact]
    public void A_text_above_the_threshold_is_found_with_its_nearest_neighbour()
    {
        var novelty = Filled("Write a poem about the sea.", "Write a poem about the sea at night.", "Sort the list.");
        var near = novelty.FindAbove("Write a poem about the sea at noon.", 0.7);
        Assert.Equal("Write a poem about the sea at night.", near?.Text);
        Assert.Equal(2 * (7.0 / 8) * (7.0 / 8) / (7.0 / 8 + 7.0 / 8), near?.Score);
    }

    [Fact]
    public void Exactly_the_threshold_is_novel() =>
        // 7 of 10 words shared: p = r = 0.7 and F = 0.7, which is not above 0.7.
        Assert.Null(Filled("a b c d e f g x y z").FindAbove("a b c d e f g u v w", 0.7));

    [Fact]
    public void The_length_bound_hides_no_neighbour()
    {
        var random = new Random(2);
        for (var trial = 0; trial < 300; trial++)
        {
            var (a, b) = (RandomText(random), RandomText(random));
            var novelty = Filled(b);
            var score = novelty.Record(a).MostSimilar.Values.Single();
            Assert.Equal(score > 0.5 ? score : null, novelty.FindAbove(a, 0.5)?.Score);
        }
    }

    [Fact]
    public void A_record_holds_the_ten_nearest_and_the_mean()
    {
        var novelty = Filled([.. Enumerable.Range(1, 12).Select(static n => string.Join(' ', Enumerable.Range(1, n)))]);
        var record = novelty.Record("1");
        Assert.Equal(10, record.MostSimilar.Count);
        Assert.Equal(1, record.MostSimilar["1"]);
        Assert.Equal(Enumerable.Range(1, 12).Average(static n => 2.0 / (n + 1)), record.Mean, 12);
    }

    static NoveltyScan Filled(params string[] texts)
    {
        var novelty = new NoveltyScan();
        foreach (var text in texts)
        {
            novelty.Add(text);
        }

        return novelty;
    }

    static string RandomText(Random random) => string.Join(' ', Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(5)));
}
