using System.Text.RegularExpressions;
using SelfInstruct.Answers;
using SelfInstruct.Datasets;
using SelfInstruct.Models;
using SelfInstruct.Novelty;

namespace SelfInstruct.Curation;

/// <summary>A new task as it is read out of an answer, or the named reason why it is none.</summary>
public sealed partial record EvolvedTask(string Instruction, string Input, string? Fault)
{
    const int MinWords = 4;
    const int MaxWords = 300;

    /// <param name="text">The answer.</param>
    /// <param name="finishReason">How it ended.</param>
    /// <param name="parent">What it was made from.</param>
    public static EvolvedTask Read(string text, string finishReason, TrainingExample parent)
    {
        var match = Form().Match(AnswerText.Unfence(text));
        var (instruction, input) = (AnswerText.StripEmphasis(match.Groups["instruction"].Value), match.Groups["input"].Value.Trim());
        input = NoInput().IsMatch(input) ? "" : input;
        return new EvolvedTask(instruction, input, finishReason switch
        {
            Completion.ContentFilter => Completion.ContentFilter,
            "length" => "cut_off",
            _ when AnswerFaults.IsRefusal(text) => "refusal",
            _ when !match.Success || AnswerFaults.IsEmpty(instruction) => "no_instruction_found",
            _ => FindFault(instruction, input, parent),
        });
    }

    /// <summary>Elimination: what is no task, or no task of its own.</summary>
    static string? FindFault(string instruction, string input, TrainingExample parent)
    {
        var words = WordSplitter.Modern.Split(instruction).Count;
        return words < MinWords ? "too_short"
            : words > MaxWords ? "too_long"
            : AnswerFaults.MentionsAI(instruction) ? "mentions_ai"
            : SpeaksOfRewriting().IsMatch(instruction) && !SpeaksOfRewriting().IsMatch(parent.Instruction) ? "prompt_echo"
            : AnswerFaults.EndsInMidSentence(instruction) ? "cut_off"
            : AnswerFaults.IsRepeated(instruction) || AnswerFaults.IsRepeated(input) ? "repeated_text"
            : AnswerFaults.IsInOtherScript(instruction, Script.FindDominating(parent.Instruction)) ? "wrong_language"
            : null;
    }

    // White space is taken at once: thousands of blank lines would be tried in every division.
    [GeneratedRegex(@"^\s*(?:\*\*)?Instruction:(?:\*\*)?\s*(?<instruction>.+?)(?:\n(?>\s*)(?:\*\*)?Input:(?:\*\*)?\s*(?<input>.*))?(?>\s*)\z", RegexOptions.Singleline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex(@"^[<(\[]?\s*(?:no ?input|none|n/a|empty|\.\.\.)\s*[.>)\]]*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NoInput();

    [GeneratedRegex(@"\b(?:given|original|old|previous|new|rewritten|evolved) (?:task|prompt|instruction)s?\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SpeaksOfRewriting();
}
