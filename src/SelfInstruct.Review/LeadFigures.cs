using System.Collections.Immutable;
using SelfInstruct.Analysis;
using SelfInstruct.Evaluation.Agreement;
using SelfInstruct.Reviews;
using SelfInstruct.Runs;

namespace SelfInstruct.Review;

/// <param name="Seconds">Median of what an answer took; null without any.</param>
/// <param name="Changed">edit: rows that differ from the model's text. Rejected: rows left out.</param>
public sealed record AnnotatorFigures(string Name, bool IsLead, int Done, int Skipped, int Pending, double? Seconds, int Comments, int? Changed = null, int? Rejected = null);

/// <summary>Agreement of two raters on one question, by the library's functions; null where a coefficient is not defined.</summary>
/// <param name="Scale">What was asked.</param>
/// <param name="N">Answered by both.</param>
/// <param name="Equal">Share of equal answers.</param>
public sealed record AgreementFigures(string Scale, string First, string Second, int N, double Equal, double? Kappa, double? LinearKappa, double? QuadraticKappa, double? Spearman);

/// <param name="Alpha">Krippendorff's, of all raters.</param>
/// <param name="Level">nominal or ordinal.</param>
public sealed record AlphaFigures(string Scale, string Level, double? Alpha);

/// <summary>As a bar of the paper's Figure 6.</summary>
/// <param name="Counts">A, B, C, D.</param>
public sealed record GradeFigures(string Rater, string Model, ImmutableArray<int> Counts);

/// <param name="Wins">Of the first model, over all raters.</param>
/// <param name="WinRate">Of the first model, a tie being half; the mean of the questions' means.</param>
/// <param name="Low">95 % bootstrap over questions.</param>
public sealed record PairFigures(string First, string Second, int Questions, int Wins, int Ties, int Losses, double WinRate, double Low, double High);

/// <summary>GET /api/lead: how the review stands.</summary>
/// <param name="Paper">quality: the paper's per cent, in the order of the questions.</param>
/// <param name="Disagreements">Items on which raters differ and that nobody has settled.</param>
public sealed record LeadFigures(
    string Task,
    ImmutableArray<AnnotatorFigures> Annotators,
    ImmutableArray<AgreementFigures> Agreement,
    ImmutableArray<AlphaFigures> Alpha,
    ImmutableArray<QualityShares> Quality,
    ImmutableArray<GradeFigures> Grades,
    ImmutableArray<PairFigures> Pairs,
    ImmutableArray<int> Paper,
    int Disagreements,
    int Settled)
{
    /// <param name="standing">Annotations of the task.</param>
    public static (ImmutableArray<AgreementFigures> Agreement, ImmutableArray<AlphaFigures> Alpha) MeasureAgreement(ReviewTask task, IReadOnlyCollection<Annotation> standing)
    {
        var scales = ReviewScale.Of(task);
        return ([.. scales.SelectMany(scale => scale.Agreements(standing))], [.. scales.Select(scale => new AlphaFigures(scale.Name, scale.IsOrdinal ? "ordinal" : "nominal", scale.Alpha(standing)))]);
    }

    /// <summary>Of each rater in order of first sight, and each model in order of names.</summary>
    public static ImmutableArray<GradeFigures> CountGrades(IEnumerable<Annotation> standing) =>
    [
        .. standing.Where(static line => line.Rating is not null && line.Model is not null).GroupBy(static line => line.Rater, StringComparer.Ordinal)
            .SelectMany(static rater => rater.GroupBy(static line => line.Model!, StringComparer.Ordinal).OrderBy(static lines => lines.Key, StringComparer.Ordinal)
                .Select(lines => new GradeFigures(rater.Key, lines.Key, [.. new[] { "A", "B", "C", "D" }.Select(grade => lines.Count(line => line.Rating == grade))]))),
    ];

    /// <summary>Of each pair of models; what was settled counts as one more opinion.</summary>
    public static ImmutableArray<PairFigures> CountPairs(IEnumerable<Annotation> standing, long seed) =>
        [.. standing.Where(static line => line.Verdict is not null).GroupBy(static line => (First: line.First!, Second: line.Second!)).Select((lines, i) => CountPair(lines.Key.First, lines.Key.Second, [.. lines], new CounterRandom(seed, "win_rate", 0, i)))];

    static PairFigures CountPair(string first, string second, List<Annotation> lines, Random random)
    {
        var means = lines.GroupBy(static line => line.Id, StringComparer.Ordinal).Select(static question => question.Average(Value)).ToList();
        var interval = Bootstrap.OfMean(means, random);
        return new PairFigures(first, second, means.Count, Count("first"), Count("tie"), Count("second"), means.Average(), interval.Low, interval.High);

        int Count(string verdict) => lines.Count(line => line.Verdict == verdict);
        static double Value(Annotation line) => line.Verdict switch { "first" => 1, "tie" => 0.5, _ => 0 };
    }

    /// <summary>Per cent of the paper's Table 2, in the order of the questions.</summary>
    internal static ImmutableArray<int> PaperQuality { get; } = PaperFigures.Quality is var (valid, input, output, all) ? [valid, input, output, all] : [];
}
