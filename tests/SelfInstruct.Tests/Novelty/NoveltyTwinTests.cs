using System.Runtime.Intrinsics;
using SelfInstruct.Novelty;

namespace SelfInstruct.Tests.Novelty;

/// <summary>The index and the plain scan agree: decisions, neighbours, the ten nearest, means.</summary>
public sealed class NoveltyTwinTests
{
    const int Texts = 600;
    const int LargeTexts = 1300;

    static readonly Lazy<IReadOnlyList<NoveltyVerdict>> Expected = new(() => Judge(AdversarialTexts.Create(Texts, seed: 5)));

    public static TheoryData<int> Widths =>
        new([64, .. Vector128.IsHardwareAccelerated ? [128] : Array.Empty<int>(), .. Vector256.IsHardwareAccelerated ? [256] : Array.Empty<int>(), .. Vector512.IsHardwareAccelerated ? [512] : Array.Empty<int>()]);

    [Theory]
    [MemberData(nameof(Widths))]
    public void Every_width_of_registers_gives_the_twin_s_verdicts(int bits) =>
        AssertAgree(new NoveltyOptions { VectorBits = bits }, batch: 256);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(32)]
    [InlineData(256)]
    [InlineData(1024)]
    public void Every_batch_size_gives_the_twin_s_verdicts(int batch) => AssertAgree(new NoveltyOptions { BatchSize = batch }, batch);

    [Fact]
    public void A_list_longer_than_a_batch_is_judged_as_one_by_one() => AssertAgree(new NoveltyOptions { BatchSize = 100 }, batch: Texts);

    [Theory]
    [InlineData(16, int.MaxValue, 256)]
    [InlineData(8, 32, 0)]
    [InlineData(8, 32, 4)]
    [InlineData(int.MaxValue, int.MaxValue, 256)]
    public void Reordering_and_splitting_change_no_verdict(int reorder, int split, int longList) =>
        AssertAgree(new NoveltyOptions { FirstReorder = reorder, SplitFrom = split, LongList = longList }, batch: 64);

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(0.4)]
    [InlineData(0.9)]
    [InlineData(1)]
    public void Every_threshold_is_decided_as_the_twin_does(double threshold)
    {
        var texts = AdversarialTexts.Create(250, seed: 9);
        var options = new NoveltyOptions { Threshold = threshold, FirstReorder = 4, SplitFrom = 16, LongList = 2 };
        var index = new NoveltyIndex(options);
        var twin = new NoveltyScan(threshold);
        foreach (var text in texts)
        {
            var expected = twin.FindAbove(text);
            Assert.Equal(expected, index.FindAbove(text));
            Assert.Equal(expected is null, index.IsNovel(text));
            Assert.Equal(expected is null, index.TryAdd(text));
            if (expected is null)
            {
                twin.Add(text);
            }
        }
    }

    [Fact]
    public void Asking_one_by_one_gives_the_same_records()
    {
        var index = new NoveltyIndex();
        foreach (var (text, expected) in AdversarialTexts.Create(Texts, seed: 5).Zip(Expected.Value))
        {
            Assert.Equal(expected.Above, index.FindAbove(text));
            if (expected.Record is not null)
            {
                AssertSame(expected.Record, index.Record(text));
                index.Add(text);
            }
        }
    }

    [Fact]
    public void Texts_longer_than_every_table_are_compared_too()
    {
        var random = new Random(3);
        var texts = Enumerable.Range(0, 6).Select(i => AdversarialTexts.RandomText(random, 500 + (i * 70), 3000)).ToList();
        texts.AddRange(texts.ConvertAll(static text => "other words " + text[..(text.Length * 3 / 4)] + " one more"));
        texts.Add(string.Join(' ', Enumerable.Range(0, 4300)));
        texts.Add("0 1 2 x " + string.Join(' ', Enumerable.Range(5, 4200)));
        texts.Add(string.Join(' ', Enumerable.Range(0, 70_000)));
        texts.Add("0 1 2 x " + string.Join(' ', Enumerable.Range(5, 69_000)));
        var verdicts = new NoveltyIndex(new NoveltyOptions { FirstReorder = 4, SplitFrom = 8, LongList = 1 }).AddNovel(texts);
        var expected = Judge(texts[..^2]);
        for (var i = 0; i < expected.Count; i++)
        {
            AssertSame(expected[i], verdicts[i]);
        }

        Assert.Null(verdicts[^2].Above);
        Assert.Equal(texts[^2], verdicts[^1].Above?.Text);
    }

    [Fact]
    public void A_real_pool_is_judged_as_by_the_twin()
    {
        var path = Repository.ConformanceFile("alpaca", "alpaca_data.json");
        using var json = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(path));
        var texts = json.RootElement.EnumerateArray().Take(LargeTexts).Select(static row => row.GetProperty("instruction").GetString()!).ToList();
        var verdicts = new NoveltyIndex().AddNovel(texts);
        foreach (var (expected, actual) in Judge(texts).Zip(verdicts))
        {
            AssertSame(expected, actual);
        }
    }

    static void AssertAgree(NoveltyOptions options, int batch)
    {
        var index = new NoveltyIndex(options);
        var texts = AdversarialTexts.Create(Texts, seed: 5);
        var verdicts = texts.Chunk(batch).SelectMany(chunk => index.AddNovel(chunk)).ToList();
        Assert.Equal(Expected.Value.Count, verdicts.Count);
        Assert.Contains(verdicts, static verdict => verdict.Above is not null);
        foreach (var (expected, actual) in Expected.Value.Zip(verdicts))
        {
            AssertSame(expected, actual);
        }
    }

    static List<NoveltyVerdict> Judge(List<string> texts)
    {
        var twin = new NoveltyScan();
        return texts.ConvertAll(text =>
        {
            var above = twin.FindAbove(text);
            var record = above is null ? twin.Record(text) : null;
            if (above is null)
            {
                twin.Add(text);
            }

            return new NoveltyVerdict(above, record);
        });
    }

    static void AssertSame(NoveltyVerdict expected, NoveltyVerdict actual)
    {
        Assert.Equal(expected.Above, actual.Above);
        Assert.Equal(expected.Record is null, actual.Record is null);
        if (expected.Record is not null)
        {
            AssertSame(expected.Record, actual.Record!);
        }
    }

    static void AssertSame(NoveltyRecord expected, NoveltyRecord actual)
    {
        Assert.Equal(expected.MostSimilar.ToArray(), actual.MostSimilar.ToArray());
        Assert.Equal(expected.Mean, actual.Mean, 1e-12);
    }
}
