using System.Globalization;
using SelfInstruct.Evaluation;

namespace SelfInstruct.Tests.Evaluation;

public sealed class MetricTests
{
    [Theory]
    [InlineData("caresses ponies cats feed agreed plastered motoring sing", "caress poni cat feed agre plaster motor sing")] // the examples of Porter (1980)
    [InlineData("conflated troubled sized hopping falling hissing filing happy", "conflat troubl size hop fall hiss file happi")]
    [InlineData("relational conditional rational triplicate formative electrical goodness", "relat condit ration triplic form electr good")]
    [InlineData("revival adjustable adoption communism probate cease controll roll", "reviv adjust adopt commun probat ceas control roll")]
    [InlineData("dying skies news succeed ties tied enjoy geology", "die sky news succeed tie tie enjoy geolog")] // NLTK's own
    public void Stems_are_Porter_s_with_NLTK_s_departures(string words, string stems) =>
        Assert.Equal(stems, string.Join(' ', words.Split(' ').Select(PorterStemmer.Stem)));

    [Fact] // of 4 predicted and 5 wanted words, 3 in order: 2 · 3/4 · 3/5 / (3/4 + 3/5)
    public void Words_in_order_make_precision_recall_and_F() =>
        Assert.Equal(
            new RougeLScore(0.75, 0.6, 2 * 0.75 * 0.6 / (0.75 + 0.6)),
            new RougeLScorer(stemmer: false).Score("Open the old gate!", "Open an old iron gate."));

    [Fact]
    public void Only_with_the_stemmer_forms_of_a_word_are_the_same()
    {
        Assert.Equal(0, new RougeLScorer(stemmer: false).Score("gardens growing", "garden grow").FMeasure);
        Assert.Equal(1, new RougeLScorer(stemmer: true).Score("gardens growing", "garden grow").FMeasure);
        Assert.Equal(0, new RougeLScorer(stemmer: true).Score("ads", "ad").FMeasure);
    }

    [Fact]
    public void Scores_are_those_of_the_quadratic_recurrence_whatever_was_scored_before()
    {
        var random = new Random(5);
        var scorer = new RougeLScorer(stemmer: false);
        for (var i = 0; i < 500; i++)
        {
            var (prediction, target) = (RandomWords(random), RandomWords(random));
            var shared = CountShared(prediction, target);
            var (p, r) = ((double)shared / Math.Max(1, prediction.Length), (double)shared / Math.Max(1, target.Length));
            var expected = shared == 0 ? default : new RougeLScore(p, r, 2 * p * r / (p + r));
            Assert.Equal(expected, scorer.Score(string.Join(' ', prediction), string.Join(' ', target)));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Words_of_any_length_and_with_every_letter_are_told_apart_as_the_splitter_does(bool stemmer)
    {
        // The Kelvin sign is a k, the dotted capital I an i that ends its word; the rest of these separates.
        const string Letters = "aAbZz019 \u212A\u0130é_-中";
        var random = new Random(6);
        var scorer = new RougeLScorer(stemmer);
        for (var i = 0; i < 2000; i++)
        {
            var (prediction, target) = (RandomText(), RandomText());
            var (words, wanted) = (scorer.Split(prediction), scorer.Split(target));
            var shared = CountShared([.. words], [.. wanted]);
            var expected = shared == 0 ? default : (shared / (double)words.Count, shared / (double)wanted.Count);
            var score = scorer.Score(prediction, target);
            Assert.Equal(expected, (score.Precision, score.Recall));
        }

        string RandomText() => string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => string.Concat(Enumerable.Repeat(Letters[random.Next(Letters.Length)], random.Next(15))) + (random.Next(3) == 0 ? "ing" : "")));
    }

    [Theory]
    [InlineData("  The cat's\tpyjamas: $5! ", "the cats pyjamas 5")]
    [InlineData("— « ΣΑΣ » ...", "— « σας »")]
    [InlineData("...", "")]
    public void A_normalized_answer_has_no_case_no_ASCII_punctuation_and_single_spaces(string text, string expected) =>
        Assert.Equal(expected, ExactMatch.Normalize(text));

    [Fact]
    public void The_best_reference_counts_for_each_measure_and_each_prediction_weighs_the_same()
    {
        var metrics = PredictionMetrics.Measure("m",
        [
            new("yes", ["No", "YES."]) { Category = "a", Task = "t" },
            new("red boat", ["a red boat sails"]) { Category = "b", Task = "t" },
            new("", ["blue"]) { Category = "b" },
        ]);
        Assert.Equal(new GroupMetrics("m", 3, 55.5556, 33.3333), metrics.All);
        Assert.Equal([new("a", 1, 100, 100), new("b", 2, 33.3333, 0)], metrics.Categories);
        Assert.Equal([new("t", 2, 83.3333, 50)], metrics.Tasks);
        Assert.Throws<ArgumentException>(static () => PredictionMetrics.Measure("m", []));
        Assert.Throws<ArgumentException>(static () => PredictionMetrics.Measure("m", [new("x", [])]));
    }

    [Theory] // Python: round(x, 4)
    [InlineData(0.03125, 0.0312)]
    [InlineData(0.09375, 0.0938)]
    [InlineData(2.00005, 2)]
    [InlineData(1.00005, 1.0001)]
    [InlineData(1.00015, 1.0002)]
    [InlineData(100, 100)]
    public void Four_decimals_round_the_exact_value_with_ties_to_even(double value, double expected)
    {
        var exact = decimal.Parse(value.ToString("F28", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        Assert.Equal(expected, (double)Math.Round(exact, 4, MidpointRounding.ToEven));
        Assert.Equal(expected, FourDecimals.Round(value));
    }

    static string[] RandomWords(Random random) => [.. Enumerable.Range(0, random.Next(90)).Select(_ => $"w{random.Next(12)}")];

    static int CountShared(string[] a, string[] b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                table[i, j] = a[i - 1] == b[j - 1] ? table[i - 1, j - 1] + 1 : Math.Max(table[i - 1, j], table[i, j - 1]);
            }
        }

        return table[a.Length, b.Length];
    }
}
