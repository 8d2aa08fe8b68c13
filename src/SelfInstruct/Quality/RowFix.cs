using System.Collections.Immutable;
using SelfInstruct.Datasets;

namespace SelfInstruct.Quality;

/// <summary>A change that loses nothing of worth.</summary>
/// <param name="Removed">The text that went.</param>
public sealed record AppliedFix(string Rule, string Field, string Removed);

/// <summary>What is changed without asking: white space around a text goes, and with it an instance that follows the first behind a blank line.</summary>
public static class RowFix
{
    /// <summary>Rules whose faults are mended here; rows of "empty" and "duplicate" are dropped; all others are left to people.</summary>
    public static ImmutableArray<string> Rules { get; } = ["white_space", "merged_instances"];

    /// <summary>Mending what is mended changes nothing.</summary>
    /// <param name="row">As it stands.</param>
    /// <param name="rules">Only faults of these are mended.</param>
    public static (TrainingExample Row, ImmutableArray<AppliedFix> Fixes) Mend(TrainingExample row, IReadOnlyCollection<string> rules)
    {
        var fixes = ImmutableArray.CreateBuilder<AppliedFix>();
        if (rules.Contains("merged_instances") && MergedInstances.Cut(row) is { } kept)
        {
            fixes.Add(new AppliedFix("merged_instances", "output", row.Output[kept.Length..]));
            row = row with { Output = kept };
        }

        if (rules.Contains("white_space"))
        {
            row = new TrainingExample(Trim("instruction", row.Instruction), Trim("input", row.Input), Trim("output", row.Output));
        }

        return (row, fixes.ToImmutable());

        string Trim(string field, string text)
        {
            var trimmed = text.Trim();
            if (trimmed.Length < text.Length)
            {
                var start = text.Length - text.TrimStart().Length;
                fixes.Add(new AppliedFix("white_space", field, trimmed.Length == 0 ? text : text[..start] + text[(start + trimmed.Length)..]));
            }

            return trimmed;
        }
    }
}
