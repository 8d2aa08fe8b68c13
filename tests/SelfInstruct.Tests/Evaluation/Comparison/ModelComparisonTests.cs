using SelfInstruct.Evaluation;
using SelfInstruct.Evaluation.Comparison;
using SelfInstruct.Evaluation.Judging;
using SelfInstruct.Reports;

namespace SelfInstruct.Tests.Evaluation.Comparison;

public sealed class ModelComparisonTests
{
    const int Questions = 60;

    static readonly ScoredModel Good = Model("good", static i => i % 10 == 0 ? "wrong" : $"answer number {i}");
    static readonly ScoredModel Bad = Model("bad", static i => i % 10 == 1 ? $"answer number {i}" : "<script>alert(1)</script>");

    [Fact]
    public void The_better_model_is_marked()
    {
        var difference = Assert.Single(ModelDifference.Of([Good, Bad], new Random(1), 1000));
        Assert.True(difference.IsSignificant);
        Assert.Equal(Good.RougeL.Average() - Bad.RougeL.Average(), difference.Difference, 9);
        var table = Report([Good, Bad]).Blocks.OfType<ReportTable>().First();
        Assert.Equal(["b", ""], table.Rows.Select(static row => row[^1]));
    }

    [Fact]
    public void Equal_models_are_not_marked() => Assert.False(Assert.Single(ModelDifference.Of([Good, Good with { Name = "same" }], new Random(1), 1000)).IsSignificant);

    [Fact]
    public void Only_common_questions_are_compared()
    {
        var half = Good with { Name = "half", Responses = Bad.Responses[..20], Scores = Bad.Scores[..20] };
        Assert.Equal(20, Assert.Single(ModelDifference.Of([Good, half], new Random(1), 100)).N);
    }

    // Neighbours differ on 6 questions, always in favour of the first: p = 2 / 2^6 = 0.03. Holm (1979) has passed three pairs by then, and asks for 0.05 / 3.
    [Fact]
    public void Many_pairs_are_corrected_after_holm()
    {
        var models = Enumerable.Range(0, 4).Select(i => Model($"m{i}", k => k < 6 * i ? "wrong" : $"answer number {k}")).ToArray();
        var differences = ModelDifference.Of([.. models], new Random(1), 5000);
        Assert.Equal([2 / 64.0, 2 / 4096.0], differences.Take(2).Select(static difference => difference.P));
        Assert.Equal([(0, 2), (0, 3), (1, 3)], differences.Where(static difference => difference.IsSignificant).Select(static difference => (difference.First, difference.Second)));
    }

    [Fact]
    public void Ratings_are_stacked_for_each_rater_and_agreement_is_stated()
    {
        RatingLine[] ratings = [.. Enumerable.Range(0, Questions).SelectMany(i => new[] { new RatingLine($"{i}", "good", "anna", i % 10 == 0 ? "D" : "A"), new RatingLine($"{i}", "good", "judge:x", i % 2 == 0 ? "D" : "A"), new RatingLine($"{i}", "bad", "anna", "C") })];
        var report = Report([Good, Bad], ratings);
        var charts = report.Figures.Select(static figure => figure.Chart).OfType<StackedBarChart>().ToList();
        Assert.Equal(2, charts.Count);
        Assert.Equal([54, 0, 0, 6], charts[0].Rows[0].Counts);
        Assert.Equal([0, 0, 60, 0], charts[0].Rows[1].Counts);
        Assert.Contains(report.Blocks.OfType<ReportHeading>(), static heading => heading.Text == "Where raters disagree");
        Assert.Contains(report.Blocks.OfType<ReportTable>(), static table => table.Caption!.StartsWith("Agreement", StringComparison.Ordinal) && table.Rows.Length == 1 && table.Rows[0][1] == "60");
    }

    [Fact]
    public void A_categorys_chart_takes_exact_match_where_supernis_evaluation_does()
    {
        var chart = Report([Good, Bad]).Figures.Select(static figure => figure.Chart).OfType<BarChart>().Single(static chart => chart.Rows.Length > 1 && chart.Series.Length == 2 && chart.Rows.Contains("word_analogy (EM)"));
        Assert.Equal(["title_generation", "word_analogy (EM)"], chart.Rows.Order(StringComparer.Ordinal));
        Assert.Equal(100 * Good.Scores.Where(static (_, i) => i % 2 == 0).Average(static score => score.ExactMatch ? 1.0 : 0), chart.Series[0].Bars[chart.Rows.IndexOf("word_analogy (EM)")]!.Value, 9);
    }

    [Fact]
    public void The_same_seed_gives_the_same_page_and_no_response_becomes_markup()
    {
        var page = HtmlPage.Write(Report([Good, Bad]));
        Assert.Equal(page, HtmlPage.Write(Report([Good, Bad])));
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void One_model_alone_is_a_report_too() => Assert.Equal("Evaluation of good", Report([Good]).Title);

    [Fact]
    public void A_question_answered_twice_and_one_without_reference_are_errors()
    {
        Assert.Throws<InvalidDataException>(static () => ScoredModel.Of("m", [Good.Responses[0], Good.Responses[0]]));
        Assert.Throws<InvalidDataException>(static () => ScoredModel.Of("m", [Good.Responses[0] with { References = [] }]));
        Assert.Throws<InvalidDataException>(static () => ScoredModel.Of("m", []));
    }

    [Fact]
    public void Preferences_are_stacked_by_pair_and_the_last_of_each_counts()
    {
        PreferenceLine[] lines =
        [
            new("1", "good", "bad", "judge:x", "second"), new("1", "good", "bad", "judge:x", "first"), new("2", "good", "bad", "judge:x", "flips"),
            new("3", "good", "bad", "judge:x", "unread"), new("1", "good", "another", "judge:x", "first"),
        ];
        var figure = Report([Good, Bad], preferences: lines).Figures.Single(static figure => figure.Name == "preferences");
        var row = Assert.Single(((StackedBarChart)figure.Chart).Rows);
        Assert.Equal([1, 0, 1, 0], row.Counts);
        Assert.Contains("1 pairs could not be read", figure.Caption, StringComparison.Ordinal);
    }

    static Report Report(ScoredModel[] models, RatingLine[]? ratings = null, PreferenceLine[]? preferences = null) => new ModelComparison([.. models], new RatingTable(ratings ?? []), preferences ?? [], new ComparisonOptions(Resamples: 100, Shuffles: 1000)).ToReport();

    static ScoredModel Model(string name, Func<int, string> answer) => ScoredModel.Of(
        name,
        Enumerable.Range(0, Questions).Select(i => new ModelResponse($"{i}", name, $"Say number {i}.", "", answer(i), [$"answer number {i}"]) { Category = i % 2 == 0 ? "word_analogy" : "title_generation" }));
}
