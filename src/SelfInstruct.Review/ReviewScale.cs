using System.Collections.Immutable;
using SelfInstruct.Evaluation.Agreement;
using SelfInstruct.Reviews;

namespace SelfInstruct.Review;

/// <summary>One question of a task, with its answers as numbers.</summary>
/// <param name="Name">As the lead's page calls it.</param>
/// <param name="Categories">How many answers there are; 0 up to, but not, this.</param>
/// <param name="IsOrdinal">Their order means something.</param>
/// <param name="Value">Null: the annotation does not answer it.</param>
sealed record ReviewScale(string Name, int Categories, bool IsOrdinal, Func<Annotation, int?> Value)
{
    public static ImmutableArray<ReviewScale> Of(ReviewTask task) => task switch
    {
        ReviewTask.Quality =>
        [
            new("valid task", 2, false, static line => Number(line.ValidTask)),
            new("input appropriate", 2, false, static line => Number(line.InputAppropriate)),
            new("output correct", 2, false, static line => Number(line.OutputCorrect)),
            new("all fields valid", 2, false, static line => line.ValidTask is null ? null : Number(line is { ValidTask: true, InputAppropriate: true, OutputCorrect: true })),
        ],
        ReviewTask.Rating =>
        [
            new("grade", 4, true, static line => Grade(line.Rating)),
            new("A or B", 2, false, static line => Grade(line.Rating) / 2),
        ],
        ReviewTask.Pairwise => [new("preference", 3, true, static line => line.Verdict switch { "first" => 0, "tie" => 1, "second" => 2, _ => null })],
        _ => [],
    };

    /// <summary>Of every two raters with an item in common; who settles disagreements is no rater.</summary>
    public IEnumerable<AgreementFigures> Agreements(IEnumerable<Annotation> standing)
    {
        var answers = standing.Where(line => !line.IsAdjudicated && Value(line) is not null)
            .GroupBy(static line => line.Rater, StringComparer.Ordinal)
            .Select(rater => (Name: rater.Key, Values: rater.ToDictionary(UnitOf, line => Value(line)!.Value)))
            .ToList();
        foreach (var (place, (first, of)) in answers.Index())
        {
            foreach (var (second, and) in answers.Skip(place + 1))
            {
                List<(int First, int Second)> pairs = [.. of.Where(pair => and.ContainsKey(pair.Key)).Select(pair => (pair.Value, and[pair.Key]))];
                if (pairs.Count > 0)
                {
                    yield return Measure(first, second, pairs);
                }
            }
        }
    }

    /// <summary>Null where it is not defined.</summary>
    public double? Alpha(IEnumerable<Annotation> standing) => KrippendorffAlpha.Of(
        standing.Where(line => !line.IsAdjudicated && Value(line) is not null).GroupBy(UnitOf).Select(unit => (IReadOnlyList<int>)[.. unit.Select(line => Value(line)!.Value)]),
        IsOrdinal ? MeasurementLevel.Ordinal : MeasurementLevel.Nominal);

    AgreementFigures Measure(string first, string second, List<(int First, int Second)> pairs) => new(
        Name, first, second, pairs.Count, pairs.Average(static pair => pair.First == pair.Second ? 1.0 : 0),
        CohenKappa.Of(pairs, Categories),
        IsOrdinal ? CohenKappa.Of(pairs, Categories, KappaWeights.Linear) : null,
        IsOrdinal ? CohenKappa.Of(pairs, Categories, KappaWeights.Quadratic) : null,
        IsOrdinal ? Correlation.Spearman([.. pairs.Select(static pair => (double)pair.First)], [.. pairs.Select(static pair => (double)pair.Second)]) : null);

    static (string Id, string? Model, string? First, string? Second) UnitOf(Annotation line) => (line.Id, line.Model, line.First, line.Second);

    static int? Number(bool? answer) => answer is { } yes ? yes ? 0 : 1 : null;

    static int? Grade(string? rating) => rating switch { "A" => 0, "B" => 1, "C" => 2, "D" => 3, _ => null };
}
