using SelfInstruct.Analysis.Diversity;
using SelfInstruct.Novelty;
using SelfInstruct.Tests.Novelty;

namespace SelfInstruct.Tests.Analysis;

public sealed class DiversityTests
{
    /// <summary>By hand: 5 of 8 words are different, 4 of 6 pairs, 3 of 4 runs of three, 2 of 2 of four.</summary>
    [Fact]
    public void Distinct_n_is_different_runs_by_all_runs() =>
        Assert.Equal([5 / 8.0, 4 / 6.0, 3 / 4.0, 1.0], Measure("a b c d", "a b c e").Distinct);

    /// <summary>By hand: precisions 3/4, 2/3, 1/2 and 0 of 1, taken as 0.1; no brevity penalty. NLTK's sentence_bleu with method1 has the same form.</summary>
    [Fact]
    public void Self_bleu_of_two_texts_is_the_mean_of_their_bleu() =>
        Assert.Equal(Math.Pow(0.75 * (2 / 3.0) * 0.5 * 0.1, 0.25), Measure("a b c d", "a b c e").SelfBleu!.Value, 12);

    [Fact]
    public void Equal_texts_have_a_self_bleu_of_one_and_strange_ones_of_zero()
    {
        Assert.Equal(1, Measure("a b c d e", "a b c d e").SelfBleu!.Value, 12);
        Assert.Equal(0, Measure("a b c d", "e f g h").SelfBleu);
        Assert.Null(Measure("a b c d").SelfBleu);
        Assert.Equal(0, Measure("", "").SelfBleu);
    }

    [Fact]
    public void All_measures_equal_an_obvious_count_of_strings()
    {
        for (var seed = 0; seed < 8; seed++)
        {
            var texts = AdversarialTexts.Create(16, seed).Where(static text => text.Length < 300).ToList();
            var words = texts.ConvertAll(static text => WordSplitter.Modern.Split(text));
            var measured = RunDiversity.Of(NumberedWords.Of(words));
            for (var n = 1; n <= 4; n++)
            {
                var runs = words.SelectMany(text => Runs(text, n)).ToList();
                Assert.Equal(runs.Count == 0 ? 0 : (double)runs.Distinct().Count() / runs.Count, measured.Distinct[n - 1]);
            }

            Assert.Equal(words.Select((_, i) => Bleu(words, i)).Average(), measured.SelfBleu!.Value, 10);
        }
    }

    /// <summary>Published: the example of the authors' metric card (huggingface.co/spaces/Vertaix/vendiscore) with ns=[1, 2] is 3.90657…; tokens as NLTK makes them.</summary>
    [Fact]
    public void The_vendi_score_of_the_authors_example_is_theirs()
    {
        string[][] sentences = [["Look", ",", "Jane", "."], ["See", "Spot", "."], ["See", "Spot", "run", "."], ["Run", ",", "Spot", ",", "run", "."], ["Jane", "sees", "Spot", "run", "."]];
        Assert.Equal(3.90657, VendiScore.Of(NumberedWords.Of(sentences)), 0.00001);
    }

    /// <summary>By hand: K/3 has the eigenvalues 1.9/3, 0.1/3 and 1/3.</summary>
    [Fact]
    public void The_vendi_score_is_the_exponential_of_the_eigenvalues_entropy()
    {
        double[] shares = [1.9 / 3, 0.1 / 3, 1 / 3.0];
        Assert.Equal(Math.Exp(-shares.Sum(static share => share * Math.Log(share))), VendiScore.Of(new[,] { { 1, 0.9, 0 }, { 0.9, 1, 0 }, { 0, 0, 1 } }), 10);
    }

    [Fact]
    public void The_vendi_score_counts_texts_that_have_nothing_in_common()
    {
        Assert.Equal(4, Vendi("a b", "c d", "e f", "g h"), 10);
        Assert.Equal(1, Vendi("a b", "a b", "a b"), 10);
        Assert.Equal(2, Vendi("a b", "a b", "c d", "c d"), 10);
        Assert.Equal(3, Vendi("a", "b", ""), 10);
    }

    [Fact]
    public void The_kernel_is_one_on_its_diagonal_whatever_the_texts()
    {
        var kernel = VendiScore.Kernel(NumberedWords.Of(AdversarialTexts.Create(60, seed: 3), WordSplitter.Modern));
        Assert.All(Enumerable.Range(0, 60), i => Assert.Equal(1, kernel[i, i], 10));
    }

    static RunDiversity Measure(params string[] texts) => RunDiversity.Of(NumberedWords.Of(texts, WordSplitter.Modern));

    static double Vendi(params string[] texts) => VendiScore.Of(NumberedWords.Of(texts, WordSplitter.Modern));

    static List<string> Runs(IReadOnlyList<string> words, int n) => [.. Enumerable.Range(0, Math.Max(0, words.Count - n + 1)).Select(i => string.Join(' ', words.Skip(i).Take(n)))];

    static double Bleu(List<IReadOnlyList<string>> texts, int own)
    {
        var others = texts.Where((_, i) => i != own).ToList();
        var length = texts[own].Count;
        if (length == 0 || !texts[own].Any(word => others.Exists(other => other.Contains(word))))
        {
            return 0;
        }

        var reference = others.Select(static other => other.Count).OrderBy(other => Math.Abs(other - length)).ThenBy(static other => other).First();
        var product = 1.0;
        for (var n = 1; n <= 4; n++)
        {
            var clipped = Runs(texts[own], n).CountBy(static run => run).Sum(run => Math.Min(run.Value, others.Max(other => Runs(other, n).Count(other => other == run.Key))));
            product *= (clipped == 0 ? 0.1 : clipped) / Math.Max(1, length - n + 1);
        }

        return (length > reference ? 1 : Math.Exp(1 - ((double)reference / length))) * Math.Pow(product, 0.25);
    }
}
