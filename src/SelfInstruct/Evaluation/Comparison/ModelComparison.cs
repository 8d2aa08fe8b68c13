using System.Collections.Immutable;
using System.Globalization;
using SelfInstruct.Evaluation.Agreement;
using SelfInstruct.Evaluation.EvaluationSets;
using SelfInstruct.Evaluation.Judging;
using SelfInstruct.Reports;

namespace SelfInstruct.Evaluation.Comparison;

/// <param name="Resamples">Of each bootstrap interval.</param>
/// <param name="Shuffles">Of each significance test.</param>
/// <param name="Samples">Questions shown with all responses.</param>
/// <param name="Disagreements">Questions shown where raters or models differ most.</param>
public sealed record ComparisonOptions(long Seed = 42, int Resamples = 1000, int Shuffles = 10_000, int Samples = 10, int Disagreements = 10);

/// <summary>Models side by side, as a report: metrics with intervals, ratings (paper, Figure 6), categories, disagreements, samples.</summary>
public sealed class ModelComparison
{
    const int MostCategories = 12;
    const int LongestText = 4000;

    readonly ImmutableArray<ScoredModel> _models;
    readonly RatingTable _ratings;
    readonly RatingSections _sections;
    readonly ComparisonOptions _options;
    readonly Dictionary<(string Model, string Id), ModelResponse> _responses;
    readonly ImmutableArray<string> _common;
    readonly ImmutableArray<(ConfidenceInterval RougeL, ConfidenceInterval ExactMatch)> _intervals;

    /// <param name="models">At least one; names differ.</param>
    /// <param name="ratings">By people or judges, of these models or of others; may be empty.</param>
    /// <param name="preferences">Pairs of these models or of others, compared by judges; may be empty. Of one pair by one judge, the last counts.</param>
    /// <param name="options">How much is drawn and shown.</param>
    public ModelComparison(ImmutableArray<ScoredModel> models, RatingTable ratings, IEnumerable<PreferenceLine> preferences, ComparisonOptions options)
    {
        (_models, _ratings, _options) = (models, ratings, options);
        _sections = new RatingSections(models, ratings, preferences);
        _responses = models.SelectMany(static model => model.Responses.Select(response => (model.Name, Response: response))).ToDictionary(static pair => (pair.Name, pair.Response.Id), static pair => pair.Response);
        _common = [.. models[0].Responses.Select(static response => response.Id).Where(id => models.All(model => _responses.ContainsKey((model.Name, id))))];
        var random = NewRandom(2);
        _intervals = [.. models.Select(model => (Bootstrap.OfMean(model.RougeL, random, options.Resamples), Bootstrap.OfMean(model.ExactMatch, random, options.Resamples)))];
        Differences = ModelDifference.Of(models, NewRandom(1), options.Shuffles);
    }

    public ImmutableArray<ModelDifference> Differences { get; }

    /// <summary>Questions that every model answered.</summary>
    public int Common => _common.Length;

    public Report ToReport() => new(
        _models.Length == 1 ? $"Evaluation of {_models[0].Name}" : $"Evaluation of {_models.Length} models",
        [.. Metrics(), .. _sections.Ratings(), .. _sections.Preferences(), .. Categories(), .. Disagreements(), .. Samples()]);

    internal static string Number(double? value, string format = "0.00") => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";

    static string Interval(ConfidenceInterval interval) => $"[{Number(interval.Low)}, {Number(interval.High)}]";

    /// <summary>a, b, … z, aa.</summary>
    static string Letter(int model) => (model >= 26 ? Letter((model / 26) - 1) : "") + (char)('a' + (model % 26));

    Random NewRandom(int part) => new(HashCode(_options.Seed, part));

    // System.HashCode differs between processes.
    static int HashCode(long seed, int part) => unchecked((int)((seed * 1_000_003) + part));

    IEnumerable<ReportBlock> Metrics()
    {
        yield return new ReportHeading("Metrics");
        yield return new ReportTable(
            "ROUGE-L F with Porter stems, the best of the references, × 100; exact match in per cent. Intervals hold 95 % of bootstrap resamples of the questions.",
            [new("", IsNumber: false), new("model", IsNumber: false), new("n"), new("ROUGE-L"), new("interval"), new("exact match"), new("interval"), new("better than", IsNumber: false)],
            [.. _models.Select(MetricsRow)]);
        yield return new ReportParagraph(
            $"\"better than\" names models whose ROUGE-L is lower on the questions that both answered, with p at most 0.05 by approximate randomization ({_options.Shuffles.ToString("#,0", CultureInfo.InvariantCulture)} shuffles, two-sided) after Holm's correction over all pairs. {_common.Length} questions were answered by every model.");
        yield return MetricsChart();
        if (Differences.Length > 0)
        {
            yield return new ReportFold("Every pair of models", [DifferenceTable()]);
        }
    }

    ImmutableArray<string> MetricsRow(ScoredModel model, int index) =>
    [
        Letter(index), model.Name, model.Responses.Length.ToString(CultureInfo.InvariantCulture),
        Number(model.RougeL.Average()), Interval(_intervals[index].RougeL),
        Number(model.ExactMatch.Average()), Interval(_intervals[index].ExactMatch),
        string.Join(", ", Differences.Where(static difference => difference.IsSignificant).Select(difference => Beaten(difference, index)).OfType<int>().Order().Select(Letter)),
    ];

    static int? Beaten(ModelDifference difference, int model) =>
        difference.First == model && difference.Difference > 0 ? difference.Second : difference.Second == model && difference.Difference < 0 ? difference.First : null;

    ReportFigure MetricsChart()
    {
        var bars = _models.Zip(_intervals, static (model, interval) => (Mean: model.RougeL.Average(), Interval: interval.RougeL)).ToList();
        var description = string.Join("; ", _models.Zip(bars, static (model, bar) => $"{model.Name} {Number(bar.Mean)} {Interval(bar.Interval)}"));
        return new ReportFigure(
            "rouge-l",
            new BarChart("ROUGE-L of each model", description, [.. _models.Select(static model => model.Name)], [new("ROUGE-L", [.. bars.Select(static bar => new Bar(bar.Mean, bar.Interval.Low, bar.Interval.High))])], "ROUGE-L F × 100"),
            "Mean over all questions of each model, with the interval of 95 % of bootstrap resamples.");
    }

    ReportTable DifferenceTable() => new(
        "Difference in mean ROUGE-L on common questions, and two-sided p before correction.",
        [new("models", IsNumber: false), new("n"), new("difference"), new("p"), new("significant", IsNumber: false)],
        [.. Differences.Select(difference => (ImmutableArray<string>)
        [
            $"{_models[difference.First].Name} − {_models[difference.Second].Name}", difference.N.ToString(CultureInfo.InvariantCulture), Number(difference.Difference),
            Number(difference.P, "0.0000"), difference.IsSignificant ? "yes" : "no",
        ])]);

    IEnumerable<ReportBlock> Categories()
    {
        var all = _models.SelectMany(static model => model.Categories).Distinct().ToList();
        if (all.Count < 2)
        {
            yield break;
        }

        var random = NewRandom(4);
        var sizes = _models[0].Responses.CountBy(static response => response.Category ?? "").ToDictionary(static pair => pair.Key, static pair => pair.Value);
        var shown = all.OrderByDescending(category => sizes.GetValueOrDefault(category)).Take(MostCategories).ToList();
        var values = all.ToDictionary(static category => category, category => _models.Select(model => model.InCategory(category, random, _options.Resamples)).ToImmutableArray());
        yield return new ReportHeading("Categories");
        yield return new ReportFigure(
            "categories",
            new BarChart(
                "Scores by category",
                string.Join("; ", shown.Select(category => $"{category}: {string.Join(", ", _models.Zip(values[category], static (model, value) => $"{model.Name} {Number(value?.Mean)}"))}")),
                [.. shown.Select(Label)],
                [.. _models.Select((model, i) => new BarSeries(model.Name, [.. shown.Select(category => ToBar(values[category][i]))]))],
                "ROUGE-L F × 100, or exact match in per cent where marked EM"),
            all.Count > shown.Count ? $"The {shown.Count} categories with the most questions; the other {all.Count - shown.Count} are in the table." : "Every category.");
        yield return new ReportFold("Every category", [CategoryTable(all, values, sizes)]);
    }

    static string Label(string category) => SuperNICategories.ByExactMatch(category) ? category + " (EM)" : category;

    static Bar? ToBar((double Mean, ConfidenceInterval Interval, int N)? value) => value is var (mean, interval, _) ? new Bar(mean, interval.Low, interval.High) : null;

    ReportTable CategoryTable(List<string> categories, Dictionary<string, ImmutableArray<(double Mean, ConfidenceInterval Interval, int N)?>> values, Dictionary<string, int> sizes) => new(
        "Mean and 95 % interval.",
        [new("category", IsNumber: false), new("n"), .. _models.Select(static model => new ReportColumn(model.Name))],
        [.. categories.Select(category => (ImmutableArray<string>)
        [
            Label(category), sizes.GetValueOrDefault(category).ToString(CultureInfo.InvariantCulture),
            .. values[category].Select(static value => value is var (mean, interval, _) ? $"{Number(mean)} {Interval(interval)}" : "–"),
        ])]);

    IEnumerable<ReportBlock> Disagreements()
    {
        var apart = RaterDistances().OrderByDescending(static item => item.Distance).Take(_options.Disagreements).ToList();
        if (apart.Count > 0)
        {
            yield return new ReportHeading("Where raters disagree");
            yield return new ReportParagraph("Responses whose grades lie furthest apart, two grades at least.");
            foreach (var (response, model, _, grades) in apart)
            {
                yield return new ReportFold($"{response.Id}, {model}: {grades}", [.. Question(response), Excerpt(model, response.Text)]);
            }
        }

        if (_models.Length < 2 || _common.IsEmpty)
        {
            yield break;
        }

        yield return new ReportHeading("Where models differ most");
        yield return new ReportParagraph("Questions with the widest range of ROUGE-L between the models.");
        var scores = _models.Select(static model => model.ById(byExactMatch: false)).ToList();
        foreach (var id in _common.OrderByDescending(id => scores.Max(model => model[id]) - scores.Min(model => model[id])).Take(_options.Disagreements))
        {
            yield return SideBySide(id, string.Join(", ", _models.Zip(scores, (model, score) => $"{model.Name} {Number(score[id], "0")}")));
        }
    }

    /// <summary>Rated responses with the distance of their best and their worst grade, two at least.</summary>
    IEnumerable<(ModelResponse Response, string Model, int Distance, string Grades)> RaterDistances()
    {
        var raters = _ratings.Raters;
        foreach (var ((model, id), response) in _responses)
        {
            var grades = raters.Select(rater => (Rater: rater, Grade: _ratings.Find(rater, model, id))).Where(static pair => pair.Grade is not null).ToList();
            if (grades.Count > 1 && grades.Max(static pair => (int)pair.Grade!) - grades.Min(static pair => (int)pair.Grade!) is >= 2 and var distance)
            {
                yield return (response, model, distance, string.Join(", ", grades.Select(static pair => $"{pair.Grade} by {pair.Rater}")));
            }
        }
    }

    IEnumerable<ReportBlock> Samples()
    {
        if (_common.IsEmpty)
        {
            yield break;
        }

        yield return new ReportHeading("Samples");
        yield return new ReportParagraph("Drawn at random from the questions that every model answered, with all responses.");
        var ids = _common.ToArray();
        NewRandom(5).Shuffle(ids);
        foreach (var id in ids.Take(_options.Samples))
        {
            yield return SideBySide(id, null);
        }
    }

    ReportFold SideBySide(string id, string? note)
    {
        var first = _responses[(_models[0].Name, id)];
        return new ReportFold(
            MarkupText.Shorten($"{id}{(note is null ? "" : $" ({note})")}: {first.Instruction.ReplaceLineEndings(" ")}", 160),
            [.. Question(first), new ReportSideBySide([.. _models.Select(model => Excerpt(model.Name, _responses[(model.Name, id)].Text))])]);
    }

    static IEnumerable<ReportBlock> Question(ModelResponse response)
    {
        yield return Excerpt("Instruction", response.Instruction);
        if (response.Input.Length > 0)
        {
            yield return Excerpt("Input", response.Input);
        }

        yield return Excerpt(response.References.Length == 1 ? "Reference" : $"First of {response.References.Length} references", response.References[0]);
    }

    static ReportExcerpt Excerpt(string label, string text) => text.Length <= LongestText
        ? new(label, text)
        : new($"{label} (the first {LongestText:#,0} of {text.Length:#,0} characters)", MarkupText.Shorten(text, LongestText));
}
