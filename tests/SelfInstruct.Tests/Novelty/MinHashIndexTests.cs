using SelfInstruct.Novelty;

namespace SelfInstruct.Tests.Novelty;

public sealed class MinHashIndexTests
{
    static readonly MinHashOptions Default = new();

    [Theory]
    [InlineData(32)]
    [InlineData(128)]
    [InlineData(512)]
    public void An_estimate_is_within_five_deviations_of_the_exact_jaccard(int hashFunctions)
    {
        var sketcher = new MinHashSketcher(Default with { HashFunctions = hashFunctions });
        List<double> deviations = [];
        foreach (var (a, b) in RandomPairs(count: 600))
        {
            var exact = Jaccard(a, b);
            var deviation = Math.Sqrt(exact * (1 - exact) / hashFunctions);
            var error = Estimate(sketcher, a, b, hashFunctions) - exact;

            // One place may agree by chance: 16 bits of each hash are kept.
            Assert.InRange(Math.Abs(error), 0, (5 * deviation) + (1.0 / hashFunctions));
            if (deviation > 0)
            {
                deviations.Add(error / deviation);
            }
        }

        // Unbiased, and neither worse nor better than independent hash functions: mean 0 and variance 1 within five deviations.
        Assert.True(deviations.Count > 400);
        Assert.InRange(deviations.Average(), -5 / Math.Sqrt(deviations.Count), 5 / Math.Sqrt(deviations.Count));
        Assert.InRange(deviations.Average(static x => x * x), 1 - (5 * Math.Sqrt(2.0 / deviations.Count)), 1 + (5 * Math.Sqrt(2.0 / deviations.Count)));
    }

    [Fact]
    public void Long_texts_of_other_words_agree_nowhere()
    {
        // The least of many hashes is small: were the high bits kept, two fifths of the places would agree.
        var random = new Random(11);
        var (a, b) = (NewWords(random, 50_000), NewWords(random, 50_000));
        Assert.InRange(Estimate(new MinHashSketcher(Default), string.Join(' ', a), string.Join(' ', b), Default.HashFunctions), 0, 1.0 / 128);
    }

    [Fact]
    public void Pairs_far_above_the_threshold_are_found_and_pairs_far_below_are_not()
    {
        var (above, below) = (0, 0);
        foreach (var (a, b) in RandomPairs(count: 2000))
        {
            var exact = Jaccard(a, b);
            if (exact is > 0.95 or < 0.4)
            {
                var index = new MinHashIndex();
                index.Add(a);
                Assert.Equal(exact < 0.4, index.TryAdd(b));
                (above, below) = exact > 0.95 ? (above + 1, below) : (above, below + 1);
            }
        }

        Assert.True(above > 50 && below > 200, $"{above} above, {below} below");
    }

    [Fact]
    public void Decisions_are_those_of_a_scan_of_all_sketches_up_to_what_banding_may_miss()
    {
        // Copies come long after their originals: what was found must be found again when the buckets have grown.
        var pairs = RandomPairs(count: 1500).ToList();
        List<string> texts = [.. pairs.Select(static pair => pair.A), .. pairs.Select(static pair => pair.B)];
        var sketcher = new MinHashSketcher(Default);
        var index = new MinHashIndex();
        List<ushort[]> added = [];
        var missed = 0;
        foreach (var text in texts)
        {
            var sketch = new ushort[Default.HashFunctions];
            Assert.True(sketcher.TrySketch(text, sketch));
            var isNear = added.Any(other => MinHashSketcher.Estimate(sketch, other) > Default.Threshold);
            var isAdded = index.TryAdd(text);
            Assert.False(isAdded && isNear && added.Any(other => MinHashSketcher.Estimate(sketch, other) > 0.95));
            Assert.True(isAdded || isNear);
            missed += isAdded && isNear ? 1 : 0;
            if (isAdded)
            {
                added.Add(sketch);
            }
        }

        Assert.Equal(added.Count, index.Count);
        Assert.InRange(missed, 0, (texts.Count - added.Count) / 10);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_decisions_and_another_other_hashes()
    {
        var texts = RandomPairs(count: 500).SelectMany(static pair => new[] { pair.A, pair.B }).ToList();
        var first = await new MinHashIndex().TryAddAsync(texts, CancellationToken.None);
        Assert.Equal(first, await new MinHashIndex().TryAddAsync(texts, CancellationToken.None));
        Assert.Contains(false, first);
        var (a, b) = (new ushort[128], new ushort[128]);
        new MinHashSketcher(Default).TrySketch(texts[0], a);
        new MinHashSketcher(Default with { Seed = 2 }).TrySketch(texts[0], b);
        Assert.NotEqual(a, b);
    }

    [Theory]
    [InlineData("Write a poem about the sea", "write a poem, about the sea!", false)]
    [InlineData("Write a poem about the sea", "sea the about poem a Write", true)]
    [InlineData("Translate this", "this translate", false)]
    [InlineData("Translate this", "Translate this text", true)]
    [InlineData("日本語", "日本語", true)]
    [InlineData("", "", true)]
    public void A_shingle_is_three_words_and_in_shorter_texts_one(string first, string second, bool isNovel)
    {
        var index = new MinHashIndex();
        Assert.True(index.TryAdd(first));
        Assert.Equal(isNovel, index.TryAdd(second));
        Assert.Equal(isNovel ? 2 : 1, index.Count);
    }

    [Fact]
    public void Modern_words_find_near_duplicates_of_every_script()
    {
        var index = new MinHashIndex(Default with { Words = WordSplitter.Modern });
        Assert.True(index.TryAdd("写一首关于大海的诗"));
        Assert.False(index.TryAdd("写一首关于大海的诗。"));
    }

    [Theory]
    [InlineData(0.7, 21, 6, 0.0722)]
    [InlineData(0.9, 9, 14, 0.0965)]
    [InlineData(0.01, 128, 1, 0.2763)]
    [InlineData(1, 1, 128, 0)]
    public void Banding_has_the_most_rows_that_keep_the_promise(double threshold, int bands, int rows, double miss)
    {
        var banding = Banding.Choose(Default with { Threshold = threshold });
        Assert.Equal(new Banding(bands, rows), banding);
        Assert.Equal(miss, banding.MissProbability(threshold), 4);
    }

    [Fact]
    public void Pairs_at_a_jaccard_are_missed_as_often_as_the_options_say()
    {
        // Two sets of 30 and 30 words of which 24 are shared: 22 shingles of 28 in each, Jaccard 22/34.
        var random = new Random(7);
        var options = Default with { Threshold = 22.0 / 34 };
        var banding = Banding.Choose(options);
        var (missed, pairs) = (0, 2000);
        for (var pair = 0; pair < pairs; pair++)
        {
            var a = NewWords(random, 30);
            string[] b = [.. a[..24], .. NewWords(random, 6)];
            var (first, second) = (Sketch(a), Sketch(b));
            var isFound = Enumerable.Range(0, banding.Bands).Any(band => first.AsSpan(band * banding.Rows, banding.Rows).SequenceEqual(second.AsSpan(band * banding.Rows, banding.Rows)));
            missed += isFound ? 0 : 1;
        }

        var expected = banding.MissProbability(options.Threshold);
        Assert.InRange(expected, 0.001, options.MissAtThreshold);
        Assert.InRange(missed, pairs * expected - 5 * Math.Sqrt(pairs * expected), pairs * expected + 5 * Math.Sqrt(pairs * expected));

        ushort[] Sketch(string[] words)
        {
            var sketch = new ushort[options.HashFunctions];
            new MinHashSketcher(options).TrySketch(string.Join(' ', words), sketch);
            return sketch;
        }
    }

    [Theory]
    [InlineData(1.1, 128, 0.1)]
    [InlineData(double.NaN, 128, 0.1)]
    [InlineData(0.7, 100, 0.1)]
    [InlineData(0.7, 0, 0.1)]
    [InlineData(0.7, 128, 0)]
    [InlineData(0.7, 128, 1)]
    public void Options_outside_their_ranges_are_refused(double threshold, int hashFunctions, double miss) =>
        Assert.Throws<ArgumentException>(() => new MinHashIndex(new MinHashOptions { Threshold = threshold, HashFunctions = hashFunctions, MissAtThreshold = miss }));

    [Fact]
    public async Task The_exact_index_decides_the_same_behind_the_common_interface()
    {
        var texts = RandomPairs(count: 200).SelectMany(static pair => new[] { pair.A, pair.B }).ToList();
        var (index, plain) = (new NoveltyIndex(), new NoveltyIndex());
        INearDuplicates common = index;
        await common.AddAsync(texts[..10], CancellationToken.None);
        texts[..10].ForEach(plain.Add);
        Assert.Equal(texts[10..].Select(text => plain.TryAdd(text)), await common.TryAddAsync(texts[10..], CancellationToken.None));
        Assert.Equal(("rouge-l", false), (common.Measure, common.IsApproximate));
        INearDuplicates estimated = new MinHashIndex();
        Assert.Equal(("minhash", true), (estimated.Measure, estimated.IsApproximate));
    }

    /// <summary>Texts of 3 to 60 new words, each with a copy of which up to all words are others.</summary>
    static IEnumerable<(string A, string B)> RandomPairs(int count)
    {
        var random = new Random(5);
        for (var pair = 0; pair < count; pair++)
        {
            var a = NewWords(random, random.Next(3, 61));
            var changed = random.NextDouble() * random.NextDouble() * random.NextDouble();
            string[] b = [.. a.Select(word => random.NextDouble() < changed ? NewWords(random, 1)[0] : word)];
            yield return (string.Join(' ', a), string.Join(' ', b));
        }
    }

    static string[] NewWords(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => $"w{random.Next():x}")];

    static double Estimate(MinHashSketcher sketcher, string a, string b, int hashFunctions)
    {
        var (first, second) = (new ushort[hashFunctions], new ushort[hashFunctions]);
        Assert.True(sketcher.TrySketch(a, first) && sketcher.TrySketch(b, second));
        return MinHashSketcher.Estimate(first, second);
    }

    /// <summary>The slow twin: sets of strings.</summary>
    static double Jaccard(string a, string b)
    {
        var (first, second) = (Shingles(a), Shingles(b));
        var shared = first.Intersect(second).Count();
        return (double)shared / (first.Count + second.Count - shared);
    }

    static HashSet<string> Shingles(string text)
    {
        var words = WordSplitter.Released.Split(text);
        return words.Count < 3
            ? [.. words]
            : [.. Enumerable.Range(0, words.Count - 2).Select(i => $"{words[i]} {words[i + 1]} {words[i + 2]}")];
    }
}
