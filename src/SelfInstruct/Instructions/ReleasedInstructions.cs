using System.Collections.Immutable;
using System.Text.RegularExpressions;
using SelfInstruct.Models;
using SelfInstruct.Python;

namespace SelfInstruct.Instructions;

/// <summary>Instructions as the published code reads and judges them (bootstrap_instructions.py).</summary>
public static partial class ReleasedInstructions
{
    static readonly string[] OtherModality =
        ["image", "images", "graph", "graphs", "picture", "pictures", "file", "files", "map", "maps", "draw", "plot", "go to"];

    /// <summary>In the code's order. What ran out of tokens is rejected whole, before anything else is looked at.</summary>
    public static ImmutableArray<InstructionRule> Rules { get; } =
    [
        new("cut_off", static (candidate, _) => candidate.CutOff),
        new("too_short", static (candidate, options) => PythonText.CountWords(candidate.Text) < options.MinWords),
        new("too_long", static (candidate, options) => PythonText.CountWords(candidate.Text) > options.MaxWords),
        new("needs_other_modality", static (candidate, options) => options.RejectModalities && FindOtherModality(candidate.Text).Any()),
        new("asks_for_program", static (candidate, _) => candidate.Text.StartsWith("Write a program", StringComparison.Ordinal)),
        new("starts_with_punctuation", static (candidate, _) => InstructionRules.AsciiPunctuation.Contains(candidate.Text[0], StringComparison.Ordinal)),
        new("starts_with_non_ascii", static (candidate, _) => !char.IsAscii(candidate.Text[0])),
    ];

    public static string ToListItem(string instruction) => PythonText.Strip(PythonText.CollapseWhiteSpace(instruction)).TrimEnd(':');

    /// <summary>Every letter but the first becomes lower case; the first item has no number and keeps one that a model repeats.</summary>
    public static IEnumerable<CandidateInstruction> Parse(Completion completion) =>
        ItemNumber().Split(completion.Text)
            .Select(static item => PythonCasing.Capitalize(PythonText.Strip(PythonText.CollapseWhiteSpace(item))))
            .Where(static text => text.Length > 0)
            .Select(text => new CandidateInstruction(text, CutOff: completion.FinishReason == "length"));

    /// <summary>The words in it that ask for more than text.</summary>
    public static IEnumerable<string> FindOtherModality(string text) => OtherModality.Where(word => PythonText.ContainsWord(text, word));

    [GeneratedRegex(@"\n" + PythonText.Digit + "+" + PythonText.WhiteSpace + @"?\. ")]
    private static partial Regex ItemNumber();
}
