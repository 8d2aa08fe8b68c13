using SelfInstruct.Novelty;

namespace SelfInstruct.Tests.Novelty;

/// <summary>Texts in shards, and the newest in an index of their own, say what one index over all says: bit for bit.</summary>
public sealed class NoveltyShardTests
{
    const int Round = 40;

    static readonly List<string> Texts = AdversarialTexts.Create(480, seed: 31);

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(3, 3, 0)]
    [InlineData(12, 12, 0)]
    [InlineData(12, 1, 0)]
    [InlineData(3, 3, 2)]
    [InlineData(12, 5, 1)]
    [InlineData(5, 2, 100)]
    public void Rounds_judged_over_shards_get_one_index_s_verdicts(int shards, int owners, int roundsBehind)
    {
        var options = new NoveltyOptions { FirstReorder = 16, SplitFrom = 64, LongList = 8 };
        var whole = new NoveltyIndex(options);
        var parts = Enumerable.Range(0, owners).Select(owner => new NoveltyShard(options, [.. Enumerable.Range(0, shards).Where(shard => shard % owners == owner)], shards)).ToArray();
        List<string> pool = [];
        List<int> sizes = [];
        for (var round = 0; round * Round < Texts.Count; round++)
        {
            var candidates = Texts.Skip(round * Round).Take(Round).ToList();
            var known = round > roundsBehind ? sizes[round - 1 - roundsBehind] : 0;
            Apply(parts, pool, known);
            var newer = new NoveltyIndex(options);
            pool.Skip(known).ToList().ForEach(newer.Add);

            var verdicts = ShardedVerdicts.Judge(candidates, Ask(parts, candidates), newer, known, most: 20);
            pool.AddRange(candidates.Where((_, i) => verdicts[i].Record is not null));

            var expected = whole.AddNovel(candidates, most: 20);
            Assert.Equal(expected.Select(static verdict => verdict.Above), verdicts.Select(verdict => Named(verdict.Above, pool)));
            Assert.Equal(expected.Select(static verdict => verdict.Record?.Mean), verdicts.Select(static verdict => verdict.Record?.Mean()));
            Assert.Equal(expected.Select(static verdict => verdict.Record?.MostSimilar), verdicts.Select(verdict => verdict.Record?.ToRecord(id => pool[id]).MostSimilar));
            sizes.Add(pool.Count);
        }

        Assert.True(pool.Count is > 100 and < 480, $"{pool.Count} texts: the case tests nothing.");
    }

    [Fact]
    public void A_shard_refuses_a_text_that_leaves_a_gap()
    {
        var shard = new NoveltyShard(new NoveltyOptions(), [1, 2], shards: 4);
        shard.Add(1, "name a red fruit");
        Assert.Equal(2, shard.Next);
        shard.Add(2, "name a blue bird");
        Assert.Equal(5, shard.Next);
        Assert.Throws<ArgumentOutOfRangeException>(() => shard.Add(6, "name a green fruit"));
    }

    [Fact]
    public void Parts_of_different_candidates_do_not_add_up() =>
        Assert.Throws<ArgumentException>(() => PartialRecord.Sum([new PartialRecord(3, 1, [], []), new PartialRecord(4, 1, [], [])]));

    static Similarity? Named(Neighbour? near, List<string> pool) => near is { } one ? new Similarity(pool[one.Index], one.Score) : null;

    static void Apply(NoveltyShard[] parts, List<string> pool, int known)
    {
        foreach (var part in parts)
        {
            for (var number = part.Next; number < known; number = part.Next)
            {
                part.Add(number, pool[number]);
            }
        }
    }

    static List<PartialVerdict> Ask(NoveltyShard[] parts, List<string> candidates)
    {
        var records = parts.Select(part => part.Measure(candidates)).ToList();
        return
        [
            .. candidates.Select((text, i) => parts.Select(part => part.FindAbove(text)).Aggregate(Neighbour.Nearer) is { } above
                ? new PartialVerdict(above, null)
                : new PartialVerdict(null, PartialRecord.Sum([.. records.Select(part => part[i])]))),
        ];
    }
}
