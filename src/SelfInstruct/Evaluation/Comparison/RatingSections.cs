using System.Collections.Immutable;
using System.Globalization;
using SelfInstruct.Evaluation.Judging;
using SelfInstruct.Reports;
using static SelfInstruct.Evaluation.Comparison.ModelComparison;

namespace SelfInstruct.Evaluation.Comparison;

/// <summary>What people and judges think of the models of a comparison.</summary>
sealed class RatingSections
{
    static readonly ImmutableArray<string> GradeNames = ["A: valid and satisfying", "B: minor imperfections", "C: significant errors", "D: irrelevant or invalid"];

    readonly ImmutableArray<ScoredModel> _models;
    readonly RatingTable _ratings;
    readonly ImmutableArray<PreferenceLine> _preferences;

    public RatingSections(ImmutableArray<ScoredModel> models, RatingTable ratings, IEnumerable<PreferenceLine> preferences)
    {
        var names = models.Select(static model => model.Name).ToHashSet(StringComparer.Ordinal);
        (_models, _ratings) = (models, ratings);
        _preferences =
        [
            .. preferences.GroupBy(static line => (line.Id, line.First, line.Second, line.Rater)).Select(static lines => lines.Last())
                .Where(line => names.Contains(line.First) && names.Contains(line.Second)),
        ];
    }

    /// <summary>Grades of each rater, agreement and length bias; nothing where no model is rated.</summary>
    public IEnumerable<ReportBlock> Ratings()
    {
        var raters = _ratings.Raters.Where(rater => _models.Any(model => _ratings.Count(rater, model.Name).Sum() > 0)).ToList();
        if (raters.Count == 0)
        {
            yield break;
        }

        yield return new ReportHeading("Ratings");
        for (var i = 0; i < raters.Count; i++)
        {
            yield return RatingChart(raters[i], $"ratings-{i + 1}");
        }

        var agreements = _ratings.Agreements().ToList();
        if (agreements.Count > 0)
        {
            yield return AgreementTable(agreements);
            yield return new ReportParagraph($"Krippendorff's alpha of all raters, ordinal: {Number(_ratings.Alpha())}.");
        }

        yield return new ReportTable(
            "Length bias: Spearman's rho of the length of a response and its grade; above 0, longer responses are rated better.",
            [new("rater", IsNumber: false), new("rho")],
            [.. raters.Select(rater => (ImmutableArray<string>)[rater, Number(_ratings.LengthBias(rater, _models.SelectMany(static model => model.Responses.Select(response => response with { Model = model.Name }))))])]);
    }

    ReportFigure RatingChart(string rater, string name)
    {
        ImmutableArray<StackedRow> rows = [.. _models.Select(model => new StackedRow(model.Name, _ratings.Count(rater, model.Name))).Where(static row => row.Counts.Sum() > 0)];
        var description = string.Join("; ", rows.Select(static row => $"{row.Name}: {row.Counts[0]} A, {row.Counts[1]} B, {row.Counts[2]} C, {row.Counts[3]} D"));
        return new ReportFigure(
            name,
            new StackedBarChart($"Ratings by {rater}", description, GradeNames, rows, AreGrades: true),
            rater.StartsWith("judge:", StringComparison.Ordinal) ? "Given by a language model; see its agreement with people before trusting it." : "Given by a person.");
    }

    static ReportTable AgreementTable(List<RaterAgreement> agreements) => new(
        "Agreement of two raters on responses that both rated. Binary: A and B against C and D.",
        [new("raters", IsNumber: false), new("n"), new("kappa"), new("binary"), new("linear"), new("quadratic"), new("Spearman")],
        [.. agreements.Select(static pair => (ImmutableArray<string>)
        [
            $"{pair.First}, {pair.Second}", pair.N.ToString(CultureInfo.InvariantCulture), Number(pair.Kappa), Number(pair.BinaryKappa), Number(pair.LinearKappa), Number(pair.QuadraticKappa), Number(pair.Spearman),
        ])]);

    /// <summary>Pairwise verdicts; nothing where there are none.</summary>
    public IEnumerable<ReportBlock> Preferences()
    {
        if (_preferences.IsEmpty)
        {
            yield break;
        }

        string[] verdicts = ["first", "tie", "flips", "second"];
        ImmutableArray<StackedRow> rows = [.. _preferences.GroupBy(static line => (line.First, line.Second, line.Rater)).Select(lines => new StackedRow(
            $"{lines.Key.First} / {lines.Key.Second}", [.. verdicts.Select(verdict => lines.Count(line => line.Verdict == verdict))]))];
        var raters = string.Join(", ", _preferences.Select(static line => line.Rater).Distinct());
        yield return new ReportHeading("Pairwise comparison");
        yield return new ReportFigure(
            "preferences",
            new StackedBarChart(
                $"Which response is better, by {raters}",
                string.Join("; ", rows.Select(static row => $"{row.Name}: {row.Counts[0]}, {row.Counts[1]}, {row.Counts[2]}, {row.Counts[3]}")),
                ["the first model's", "a tie", "depends on the order", "the second model's"], rows, AreGrades: true),
            $"Every pair was judged in both orders, and counts as decided where both agree. {_preferences.Count(static line => line.Verdict == "unread")} pairs could not be read and are left out.");
    }
}
