using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace SelfInstruct.Instructions;

/// <summary>A named reason to reject an instruction; the name is the statistic and the word in rejected.jsonl.</summary>
public sealed record InstructionRule(string Name, Func<CandidateInstruction, InstructionOptions, bool> Rejects);

/// <summary>The heuristics of the paper's section 2.2 as the published code has them; the first that rejects is named.</summary>
public static partial class InstructionRules
{
    /// <summary>Python's string.punctuation.</summary>
    internal const string AsciiPunctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    /// <summary>Asks for more than text, by a keyword.</summary>
    internal static InstructionRule NeedsOtherModality => new(
        "needs_other_modality", static (candidate, options) => options.RejectModalities && OtherModality().IsMatch(candidate.Text));

    public static ImmutableArray<InstructionRule> Paper { get; } =
    [
        new("cut_off", static (candidate, _) => candidate.CutOff),
        new("too_short", static (candidate, options) => CountWords(candidate.Text) < options.MinWords),
        new("too_long", static (candidate, options) => CountWords(candidate.Text) > options.MaxWords),
        NeedsOtherModality,
        new("asks_for_program", static (candidate, _) => candidate.Text.StartsWith("Write a program", StringComparison.OrdinalIgnoreCase)),
        new("starts_with_punctuation", static (candidate, _) => AsciiPunctuation.Contains(candidate.Text[0], StringComparison.Ordinal)),
        new("starts_with_non_ascii", static (candidate, _) => !char.IsAscii(candidate.Text[0])),
    ];

    /// <summary>Null when every rule lets it pass.</summary>
    public static string? FindRejection(CandidateInstruction candidate, InstructionOptions options) =>
        candidate.Fault ?? options.Reading.Rules.Concat(options.OwnRules).FirstOrDefault(rule => rule.Rejects(candidate, options))?.Name;

    static int CountWords(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    [GeneratedRegex(@"\b(?:images?|graphs?|pictures?|files?|maps?|draw|plot|go to)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OtherModality();
}
