using System.Collections.Immutable;
using System.Text.Json;
using SelfInstruct.Evaluation;

namespace SelfInstruct.Tests.Originals;

/// <summary>The measures of google-research's rouge_score, NLTK and Natural Instructions' evaluation.py, line by line.</summary>
public sealed class EvaluationGoldenTests
{
    readonly RougeLScorer _plain = new(stemmer: false);
    readonly RougeLScorer _stemmed = new(stemmer: true);

    [Theory]
    [InlineData("e_rougeL_pairs_1.jsonl")]
    [InlineData("e_rougeL_pairs_2.jsonl")]
    public void Precision_recall_and_F_are_equal_bit_for_bit(string file) => Golden.CompareAll(file, pair =>
    {
        var (prediction, target) = (pair.Text("prediction"), pair.Text("target"));
        Assert.Equal(ReadScore(pair.GetProperty("nostem")), _plain.Score(prediction, target));
        Assert.Equal(ReadScore(pair.GetProperty("stem")), _stemmed.Score(prediction, target));
    });

    [Fact]
    public void Scores_recorded_in_real_runs_are_equal() => Golden.CompareAll("e2_rougeL_recorded_in_real_runs.jsonl", pair =>
        Assert.Equal(pair.GetProperty("recorded_fmeasure").GetDouble(), _plain.Score(pair.Text("instruction"), pair.Text("other")).FMeasure));

    [Fact]
    public void Tokens_are_equal_with_and_without_the_stemmer() => Golden.CompareAll("e3_tokens.jsonl", line =>
    {
        Assert.Equal(line.Texts("nostem"), _plain.Split(line.Text("text")));
        Assert.Equal(line.Texts("stem"), _stemmed.Split(line.Text("text")));
    });

    [Fact]
    public void Stems_are_equal() => Golden.CompareAll("e4_porter_stems.jsonl", static line =>
        Assert.Equal(line.Text("s"), PorterStemmer.Stem(line.Text("w"))));

    [Fact]
    public void Normalized_answers_are_equal() => Golden.CompareAll("e7_normalize_answer.jsonl", static line =>
        Assert.Equal(line.Text("expected"), ExactMatch.Normalize(line.Text("text"))));

    [Theory]
    [InlineData("e6_superni_metric_on_predictions.jsonl")]
    [InlineData("e8_superni_multi_reference.jsonl")]
    public void Each_prediction_scores_the_same(string file) => Golden.CompareAll(file, line =>
    {
        var prediction = ReadPrediction(line);
        Assert.Equal(
            new PredictionScore(line.GetProperty("exact_match").GetBoolean(), line.GetProperty("rougeL").GetDouble()),
            PredictionMetrics.Score(prediction, _stemmed));
        if (line.TryGetProperty("rougeL_no_stem", out var plain))
        {
            Assert.Equal(plain.GetDouble(), PredictionMetrics.Score(prediction, _plain).RougeL);
        }
    });

    [Fact]
    public void Four_published_models_have_the_same_means()
    {
        const string File = "e6_superni_metric_summary.json";
        var lines = Golden.Read("golden", "e6_superni_metric_on_predictions.jsonl").ToLookup(static line => line.Text("model"));
        var models = ReadJson(File).EnumerateArray().ToList();
        foreach (var expected in models)
        {
            var predictions = lines[expected.Text("model")].Select(ReadPrediction).ToList();
            var stripped = predictions.Select(static prediction => prediction with { Text = prediction.Text.Trim() });
            AssertEqual(expected, "", "", PredictionMetrics.Measure("all", predictions).All);
            AssertEqual(expected, "", "_after_strip", PredictionMetrics.Measure("all", stripped).All);
            Assert.Equal(expected.GetProperty("n").GetInt32(), predictions.Count);
        }

        Golden.Report(File, models.Count);
    }

    [Fact]
    public void Means_by_category_and_task_are_the_same()
    {
        const string File = "e8_superni_multi_reference_summary.json";
        var expected = ReadJson(File);
        var metrics = PredictionMetrics.Measure("all", Golden.Read("golden", "e8_superni_multi_reference.jsonl").Select(ReadPrediction));
        AssertEqual(expected, "", "", metrics.All);
        ImmutableArray<GroupMetrics> groups = [.. metrics.Categories, .. metrics.Tasks];
        foreach (var group in groups)
        {
            AssertEqual(expected, "_for_" + group.Name, "", group);
        }

        // Every group has three measures, one of which (ROUGE-1) is not ours.
        Assert.Equal(expected.EnumerateObject().Count(), (groups.Length + 1) * 3);
        Golden.Report(File, (groups.Length + 1) * 2);
    }

    static void AssertEqual(JsonElement expected, string group, string variant, GroupMetrics metrics)
    {
        Assert.Equal(expected.GetProperty("rougeL" + group + variant).GetDouble(), metrics.RougeL);
        Assert.Equal(expected.GetProperty("exact_match" + group + variant).GetDouble(), metrics.ExactMatch);
    }

    static JsonElement ReadJson(string file) => JsonDocument.Parse(File.ReadAllBytes(Repository.ConformanceFile("golden", file))).RootElement;

    static RougeLScore ReadScore(JsonElement numbers) => new(numbers[0].GetDouble(), numbers[1].GetDouble(), numbers[2].GetDouble());

    static Prediction ReadPrediction(JsonElement line) => new(line.Text("prediction"), [.. line.Texts("references")])
    {
        Category = line.TryGetProperty("category", out var category) ? category.GetString() : null,
        Task = line.TryGetProperty("task", out var task) ? task.GetString() : null,
    };
}
