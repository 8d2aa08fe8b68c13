using System.Collections.Immutable;
using SelfInstruct.Reviews;

namespace SelfInstruct.Review;

/// <summary>Items on which raters differ.</summary>
/// <param name="Open">That nobody has settled.</param>
/// <param name="Settled">That somebody has.</param>
sealed record Disagreements(ImmutableHashSet<int> Open, ImmutableHashSet<int> Settled)
{
    /// <param name="standing">Annotations of the set's task.</param>
    public static Disagreements Of(ItemSet set, IEnumerable<Annotation> standing)
    {
        var byItem = standing.Where(static line => line.Skipped is null).ToLookup(set.Find);
        ImmutableHashSet<int> settled = [.. byItem.Where(static lines => lines.Key is not null && lines.Any(static line => line.IsAdjudicated)).Select(static lines => lines.Key!.Value)];
        ImmutableHashSet<int> differing = [.. byItem.Where(static lines => lines.Key is not null && Differ(lines.Where(static line => !line.IsAdjudicated))).Select(static lines => lines.Key!.Value)];
        return new Disagreements(differing.Except(settled), differing.Intersect(settled));
    }

    static bool Differ(IEnumerable<Annotation> lines) => lines.GroupBy(static line => line.Model ?? "", StringComparer.Ordinal)
        .Any(static response => response.Select(static line => (line.Rating, line.ValidTask, line.InputAppropriate, line.OutputCorrect, line.Verdict)).Distinct().Skip(1).Any());
}
