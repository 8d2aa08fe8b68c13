using SelfInstruct.Novelty;

namespace SelfInstruct.Tests.Novelty;

/// <summary>Against the definition of ROUGE-L, pair by pair.</summary>
public sealed class ComparedTextsTests
{
    static readonly IReadOnlyList<string> Texts = AdversarialTexts.Create(300, seed: 11);
    static readonly List<IReadOnlyList<string>> Words = [.. Texts.Select(static text => (IReadOnlyList<string>)[.. WordSplitter.Released.Split(text).Select(string.Intern)])];

    [Fact]
    public void The_nearest_other_text_is_found_for_each()
    {
        var nearest = new ComparedTexts(Texts, WordSplitter.Released).FindNearest(CancellationToken.None);
        for (var i = 0; i < Texts.Count; i++)
        {
            Assert.Equal(Slowly(Words[i], skip: i), nearest[i]);
        }
    }

    [Fact]
    public void The_nearest_of_these_texts_is_found_for_others()
    {
        var others = AdversarialTexts.Create(80, seed: 12);
        var nearest = new ComparedTexts(Texts, WordSplitter.Released).FindNearest(others, CancellationToken.None);
        for (var i = 0; i < others.Count; i++)
        {
            Assert.Equal(Slowly([.. WordSplitter.Released.Split(others[i]).Select(string.Intern)], skip: -1), nearest[i]);
        }
    }

    [Fact]
    public void The_highest_of_some_is_that_of_comparing_each_and_never_below_what_is_known()
    {
        var compared = new ComparedTexts(Texts, WordSplitter.Released);
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            var text = random.Next(Texts.Count);
            var others = Enumerable.Range(0, random.Next(0, 40)).Select(_ => random.Next(Texts.Count)).ToArray();
            var known = random.Next(3) == 0 ? random.NextDouble() : 0;
            Assert.Equal(others.Select(other => NoveltyScan.FMeasure(Words[text], Words[other])).Append(known).Max(), compared.Highest(text, others, known));
        }
    }

    [Fact]
    public void Without_texts_nothing_is_near()
    {
        var none = new ComparedTexts([], WordSplitter.Released);
        Assert.Empty(none.FindNearest(CancellationToken.None));
        Assert.Equal([Neighbour.None], none.FindNearest(["a text"], CancellationToken.None));
        Assert.Equal([Neighbour.None], new ComparedTexts(["alone"], WordSplitter.Released).FindNearest(CancellationToken.None));
    }

    static Neighbour Slowly(IReadOnlyList<string> words, int skip)
    {
        var best = Neighbour.None;
        for (var i = 0; i < Words.Count; i++)
        {
            var score = i == skip ? 0 : NoveltyScan.FMeasure(words, Words[i]);
            best = score > best.Score ? new Neighbour(i, score) : best;
        }

        return best;
    }
}
