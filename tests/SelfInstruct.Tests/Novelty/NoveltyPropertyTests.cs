using FsCheck;
using FsCheck.Fluent;
using SelfInstruct.Novelty;

namespace SelfInstruct.Tests.Novelty;

public sealed class NoveltyPropertyTests
{
    static readonly Gen<string> Text =
        Gen.ArrayOf(Gen.Elements("a", "b", "c", "d", "e", "the", "of", "x1", "x2", "x3")).Select(static words => string.Join(' ', words));

    static Arbitrary<string[]> Texts => Arb.From(Gen.ArrayOf(Text));

    [Fact]
    public void Scores_are_symmetric_and_within_their_bounds() =>
        Check(Prop.ForAll(Arb.From(Gen.Two(Text)), static pair =>
        {
            var (a, b) = (Score(pair.Item1, pair.Item2), Score(pair.Item2, pair.Item1));
            var (m, n) = (Words(pair.Item1), Words(pair.Item2));
            return a == b && a >= 0 && a <= 2.0 * Math.Min(m, n) / Math.Max(1, m + n) + 1e-12 && (pair.Item1 != pair.Item2 || m == 0 || a == 1);
        }));

    [Fact]
    public void What_is_accepted_is_no_neighbour_of_another_and_what_is_rejected_is_of_one() =>
        Check(Prop.ForAll(Texts, static texts =>
        {
            var index = new NoveltyIndex();
            var verdicts = index.AddNovel(texts);
            var accepted = texts.Where((_, i) => verdicts[i].Record is not null).ToList();
            return texts.Select((text, i) => verdicts[i].Above is { } near ? accepted.Contains(near.Text) && near.Score == Score(text, near.Text) && near.Score > 0.7 : accepted.Contains(text)).All(static right => right)
                && accepted.All(a => accepted.All(b => ReferenceEquals(a, b) || Score(a, b) <= 0.7));
        }));

    [Fact]
    public void A_record_is_the_twin_s_whatever_was_added() =>
        Check(Prop.ForAll(Texts, Arb.From(Text), static (texts, text) =>
        {
            var (index, twin) = (new NoveltyIndex(new NoveltyOptions { FirstReorder = 4, SplitFrom = 8, LongList = 1 }), new NoveltyScan());
            Array.ForEach(texts, index.Add);
            Array.ForEach(texts, twin.Add);
            var (actual, expected) = (index.Record(text), twin.Record(text));
            return actual.MostSimilar.SequenceEqual(expected.MostSimilar) && Math.Abs(actual.Mean - expected.Mean) < 1e-12
                && index.FindAbove(text) == twin.FindAbove(text);
        }));

    [Fact]
    public void The_ten_nearest_do_not_depend_on_the_order_or_the_shards_they_come_in() =>
        Check(Prop.ForAll(Arb.From(Gen.ArrayOf(Gen.Choose(0, 12))), Arb.From(Gen.Choose(0, int.MaxValue)), static (scores, seed) =>
        {
            var offers = scores.Select(static (score, id) => (Score: score / 12.0, Id: id)).ToArray();
            var expected = offers.Where(static offer => offer.Score > 0).OrderByDescending(static offer => offer.Score).ThenBy(static offer => offer.Id).Take(10).Select(static offer => (offer.Id, offer.Score));
            new Random(seed).Shuffle(offers);
            var shards = offers.Chunk(7).Select(static shard => Nearest(shard.Select(static offer => (offer.Id, offer.Score)))).ToList();
            return List(Nearest(shards.SelectMany(List))).SequenceEqual(expected);
        }));

    [Fact]
    public async Task Readers_see_every_text_that_was_counted_while_others_are_added()
    {
        var texts = AdversarialTexts.Create(1000, seed: 11).ConvertAll(static text => text.Length > 400 ? text[..400] : text);
        var index = new NoveltyIndex(new NoveltyOptions { FirstReorder = 32, SplitFrom = 256, LongList = 8 });
        var readers = Enumerable.Range(0, 2).Select(seed => Task.Run(() => ReadWhileGrowing(index, texts, new Random(seed)))).ToArray();
        texts.ForEach(index.Add);
        await Task.WhenAll(readers);
    }

    [Fact]
    public async Task Answers_given_while_it_grows_are_those_for_the_texts_counted_before_or_after()
    {
        var texts = AdversarialTexts.Create(400, seed: 12).ConvertAll(static text => text.Length > 200 ? text[..200] : text);
        var index = new NoveltyIndex(new NoveltyOptions { FirstReorder = 16, SplitFrom = 64, LongList = 4 });
        var reader = Task.Run(() =>
        {
            var random = new Random(4);
            List<(string Text, int Before, bool IsNovel, int After)> answers = [];
            while (index.Count < texts.Count)
            {
                var (text, before) = (texts[random.Next(texts.Count)], index.Count);
                answers.Add((text, before, index.IsNovel(text), index.Count));
            }

            return answers;
        });
        texts.ForEach(index.Add);
        foreach (var (text, before, isNovel, after) in (await reader).Take(150))
        {
            Assert.False(isNovel && !IsNovel(before), $"{text} is not novel among {before}");
            Assert.False(!isNovel && IsNovel(after), $"{text} is novel among {after}");

            bool IsNovel(int count) => texts.Take(count).All(other => Score(text, other) <= 0.7);
        }
    }

    [Fact]
    public async Task Two_readers_ahead_of_the_thread_that_adds_come_to_its_decisions()
    {
        var texts = AdversarialTexts.Create(2000, seed: 13).ConvertAll(static text => text.Length > 200 ? text[..200] : text);
        var alone = new NoveltyIndex();
        var expected = texts.ConvertAll(alone.TryAdd);

        var index = new NoveltyIndex(new NoveltyOptions { FirstReorder = 32, SplitFrom = 256, LongList = 8 });
        List<bool> decisions = [];
        var ahead = ReadAsync(texts[..64]);
        for (var start = 0; start < texts.Count; start += 64)
        {
            var answers = await ahead;
            ahead = ReadAsync([.. texts.Skip(start + 64).Take(64)]);
            foreach (var (text, isNovel, among) in answers)
            {
                decisions.Add(isNovel && index.TryAdd(text, among));
            }
        }

        await ahead;
        Assert.Equal(expected, decisions);

        async Task<IEnumerable<(string Text, bool IsNovel, int Among)>> ReadAsync(List<string> part)
        {
            var halves = part.Chunk(32).Select(half => Task.Run(() => half.Select(text => (text, index.IsNovel(text, out var among), among)).ToArray()));
            return (await Task.WhenAll(halves)).SelectMany(static half => half);
        }
    }

    static void ReadWhileGrowing(NoveltyIndex index, List<string> texts, Random random)
    {
        for (var count = 0; count < texts.Count;)
        {
            count = index.Count;
            if (count > 0)
            {
                var id = random.Next(count);
                var isEmpty = WordSplitter.Released.Split(texts[id]).Count == 0;
                Assert.Equal(isEmpty ? null : 1, index.FindAbove(texts[id])?.Score);
                Assert.Equal(isEmpty ? 0 : 1, index.Record(texts[id]).MostSimilar.Values.First());
            }
        }
    }

    static NearestTen Nearest(IEnumerable<(int Id, double Score)> offers)
    {
        var nearest = new NearestTen();
        foreach (var (id, score) in offers)
        {
            nearest.Offer(score, id);
        }

        return nearest;
    }

    static List<(int Id, double Score)> List(NearestTen nearest) => [.. Enumerable.Range(0, nearest.Count).Select(place => nearest[place])];

    static double Score(string a, string b)
    {
        var index = new NoveltyIndex(new NoveltyOptions { Threshold = 0 });
        index.Add(b);
        return index.FindAbove(a)?.Score ?? 0;
    }

    static int Words(string text) => WordSplitter.Released.Split(text).Count;

    static void Check(Property property) => property.QuickCheckThrowOnFailure();
}
