using SelfInstruct.Datasets;

namespace SelfInstruct.Quality;

/// <summary>Where a row is at fault, and why.</summary>
/// <param name="Field">"instruction", "input" or "output".</param>
/// <param name="Start">Of the passage in that field, in UTF-16 code units.</param>
/// <param name="Length">Of the passage; 0 where something is missing.</param>
/// <param name="Reason">A few words for people; holds nothing of the row.</param>
/// <param name="IsSecret">The passage is named by its kind where faults are shown and listed.</param>
public sealed record QualityFault(string Field, int Start, int Length, string Reason, bool IsSecret = false)
{
    /// <summary>All of the field.</summary>
    public static QualityFault Whole(string field, string text, string reason) => new(field, 0, text.Length, reason);

    /// <summary>What people are shown: of a field with a secret anywhere in it only the kind, whatever rule found the passage.</summary>
    public string PassageIn(TrainingExample row) =>
        IsSecret || PersonalData.IsIn(TextOf(row)) ? $"({Reason}, {Length} characters)" : TextOf(row).Substring(Start, Length);

    string TextOf(TrainingExample row) => Field switch { "instruction" => row.Instruction, "input" => row.Input, _ => row.Output };
}

/// <summary>What rows are held against beside themselves.</summary>
/// <param name="Language">ISO 639-1 code that all rows should be in; null: an output should be in its instruction's script.</param>
/// <param name="Unsafe">Words of the user's; null: none.</param>
public sealed record QualityContext(string? Language = null, WordList? Unsafe = null)
{
    public static QualityContext None { get; } = new();
}

/// <summary>A named question on a row; its name is the statistic, and the word in rejected.jsonl. In doubt the answer is null.</summary>
/// <param name="Name">Of the rule.</param>
/// <param name="About">One line for people.</param>
/// <param name="Find">The first fault of its kind. Throws on no row.</param>
public sealed record QualityRule(string Name, string About, Func<TrainingExample, QualityContext, QualityFault?> Find);
