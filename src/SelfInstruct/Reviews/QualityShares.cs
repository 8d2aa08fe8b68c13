using System.Collections.Immutable;

namespace SelfInstruct.Reviews;

/// <summary>One rater's answers to the three questions of the paper's Table 2.</summary>
/// <param name="N">Rows answered.</param>
/// <param name="ValidTask">Rows with yes.</param>
/// <param name="InputAppropriate">Rows with yes.</param>
/// <param name="OutputCorrect">Rows with yes.</param>
/// <param name="AllValid">Rows with three times yes.</param>
public sealed record QualityShares(string Rater, int N, int ValidTask, int InputAppropriate, int OutputCorrect, int AllValid)
{
    /// <summary>Of each rater, in order of first sight.</summary>
    /// <param name="standing">Of any task; see <see cref="AnnotationTable"/>.</param>
    public static ImmutableArray<QualityShares> Of(IEnumerable<Annotation> standing) =>
    [
        .. standing.Where(static annotation => annotation is { Task: "quality", ValidTask: not null, InputAppropriate: not null, OutputCorrect: not null })
            .GroupBy(static annotation => annotation.Rater, StringComparer.Ordinal)
            .Select(static rows => new QualityShares(
                rows.Key,
                rows.Count(),
                rows.Count(static row => row.ValidTask is true),
                rows.Count(static row => row.InputAppropriate is true),
                rows.Count(static row => row.OutputCorrect is true),
                rows.Count(static row => row is { ValidTask: true, InputAppropriate: true, OutputCorrect: true }))),
    ];
}
