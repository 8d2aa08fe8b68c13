using SelfInstruct.Novelty;

namespace SelfInstruct.Tests.Novelty;

public sealed class NoveltyIndexTests
{
    [Fact]
    public void A_text_above_the_threshold_is_found_with_its_nearest_neighbour()
    {
        var novelty = Filled("Write a poem about the sea.", "Write a poem about the sea at night.", "Sort the list.");
        var near = novelty.FindAbove("Write a poem about the sea at noon.");
        Assert.Equal("Write a poem about the sea at night.", near?.Text);
        Assert.Equal(2 * (7.0 / 8) * (7.0 / 8) / (7.0 / 8 + 7.0 / 8), near?.Score);
    }

    [Fact]
    public void Exactly_the_threshold_is_novel() =>
        // 7 of 10 words shared: p = r = 0.7 and F = 0.7, which is not above 0.7.
        Assert.Null(Filled("a b c d e f g x y z").FindAbove("a b c d e f g u v w"));

    [Fact]
    public void A_record_holds_the_ten_nearest_and_the_mean()
    {
        var novelty = Filled([.. Enumerable.Range(1, 12).Select(static n => string.Join(' ', Enumerable.Range(1, n)))]);
        var record = novelty.Record("1");
        Assert.Equal(10, record.MostSimilar.Count);
        Assert.Equal(1, record.MostSimilar["1"]);
        Assert.Equal(Enumerable.Range(1, 12).Average(static n => 2.0 / (n + 1)), record.Mean, 12);
    }

    [Fact]
    public void Fewer_than_ten_that_share_a_word_are_filled_up_with_the_first_added()
    {
        var novelty = Filled([.. Enumerable.Range(1, 14).Select(static n => $"x{n}"), "a b", "…"]);
        var record = novelty.Record("b c");
        Assert.Equal(["a b", .. Enumerable.Range(1, 9).Select(static n => $"x{n}")], record.MostSimilar.Keys);
        Assert.Equal(0.5, record.MostSimilar["a b"]);
        Assert.Equal(0.5 / 16, record.Mean, 15);
    }

    [Fact]
    public void Nothing_is_similar_to_a_text_without_words()
    {
        var novelty = Filled("…", "a b");
        Assert.True(novelty.TryAdd("…"));
        Assert.Equal(0, novelty.Record("…").Mean);
        Assert.Equal(["…", "a b"], novelty.Record("!").MostSimilar.Keys);
    }

    [Fact]
    public void An_empty_pool_finds_everything_novel()
    {
        var record = new NoveltyIndex().Record("a b c");
        Assert.Empty(record.MostSimilar);
        Assert.Equal(0, record.Mean);
        Assert.True(new NoveltyIndex().IsNovel("a b c"));
    }

    [Fact]
    public void Beyond_the_number_wanted_what_is_novel_is_not_added()
    {
        var novelty = new NoveltyIndex();
        var verdicts = novelty.AddNovel(["a b c d", "e f g h", "i j k l", "a b c d"], most: 2);
        Assert.Equal(2, novelty.Count);
        Assert.Equal([true, true, false, false], verdicts.Select(static verdict => verdict.Record is not null));
        Assert.Equal([null, null, null, "a b c d"], verdicts.Select(static verdict => verdict.Above?.Text));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(32)]
    public void Sums_over_thousands_of_equal_texts_fit_every_lane(int words)
    {
        var text = string.Join(' ', Enumerable.Range(0, words));
        var novelty = new NoveltyIndex(new NoveltyOptions { Threshold = 1 });
        for (var i = 0; i < 5000; i++)
        {
            novelty.Add(text);
        }

        var verdicts = novelty.AddNovel([.. Enumerable.Repeat(text, 70)]);
        Assert.All(verdicts, static verdict => Assert.Equal(1, verdict.Record!.Mean));
    }

    [Fact]
    public void A_query_allocates_nothing()
    {
        var texts = AdversarialTexts.Create(600, seed: 7);
        var novelty = new NoveltyIndex(new NoveltyOptions { FirstReorder = 64, SplitFrom = 128, LongList = 8 });
        texts.ForEach(text => novelty.TryAdd(text));
        Ask(); // Scratch memory grows to the longest text.
        var before = GC.GetAllocatedBytesForCurrentThread();
        Ask();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Ask()
        {
            for (var i = 0; i < texts.Count; i++)
            {
                _ = novelty.IsNovel(texts[i]);
            }
        }
    }

    [Fact]
    public void An_index_without_texts_decides_but_names_none()
    {
        var novelty = new NoveltyIndex(new NoveltyOptions { KeepTexts = false });
        Assert.True(novelty.TryAdd("a b c"));
        Assert.False(novelty.TryAdd("a b c"));
        Assert.Contains("only decides", Assert.Throws<InvalidOperationException>(() => novelty.FindAbove("a b c")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_threshold_that_is_no_score_is_refused(double threshold) =>
        Assert.Throws<ArgumentException>(() => new NoveltyIndex(new NoveltyOptions { Threshold = threshold }));

    static NoveltyIndex Filled(params string[] texts)
    {
        var novelty = new NoveltyIndex();
        foreach (var text in texts)
        {
            novelty.Add(text);
        }

        return novelty;
    }
}
