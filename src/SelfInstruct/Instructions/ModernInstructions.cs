using System.Collections.Immutable;
using System.Text.RegularExpressions;
using SelfInstruct.Answers;
using SelfInstruct.Models;
using SelfInstruct.Novelty;

namespace SelfInstruct.Instructions;

/// <summary>Instructions in the answers of chat models: numbered lists, bullets or JSON, and what is wrong with some.</summary>
public static partial class ModernInstructions
{
    /// <summary>Any script, any first character, letters as they are.</summary>
    public static ImmutableArray<InstructionRule> Rules { get; } =
    [
        new("empty", static (candidate, _) => AnswerFaults.IsEmpty(candidate.Text) || !candidate.Text.Any(char.IsLetterOrDigit)),
        new("cut_off", static (candidate, _) => candidate.CutOff || AnswerFaults.EndsInMidSentence(candidate.Text)),
        new("refusal", static (candidate, _) => AnswerFaults.IsRefusal(candidate.Text)),
        new("mentions_ai", static (candidate, _) => AnswerFaults.MentionsAI(candidate.Text)),
        new("prompt_echo", static (candidate, _) => candidate.Context.IsEchoedBy(candidate.Text)),
        new("repeated_text", static (candidate, _) => AnswerFaults.IsRepeated(candidate.Text)),
        new("wrong_language", static (candidate, _) => AnswerFaults.IsInOtherScript(candidate.Text, candidate.Context.Script)),
        new("too_short", static (candidate, options) => CountWords(candidate.Text) < options.MinWords),
        new("too_long", static (candidate, options) => CountWords(candidate.Text) > options.MaxWords),
        InstructionRules.NeedsOtherModality,
    ];

    /// <summary>Candidates in order; without list or JSON, every line is one.</summary>
    public static IEnumerable<CandidateInstruction> Parse(Completion completion)
    {
        var text = AnswerText.Unfence(completion.Text);
        var items = JsonAnswer.ReadItems(text).Select(FindInstruction).OfType<string>().ToList();
        if (items is not [])
        {
            // An element that was cut off is no JSON, and is not among them.
            return items.Select(Clean).Where(static item => item.Length > 0).Select(static item => new CandidateInstruction(item, CutOff: false));
        }

        var listed = ReadList(text).Select(Clean).Where(static item => item.Length > 0).ToList();
        return listed.Select((item, i) => new CandidateInstruction(item, CutOff: completion.IsCutOff && i == listed.Count - 1));
    }

    static string? FindInstruction(System.Text.Json.JsonElement item) =>
        item.ValueKind == System.Text.Json.JsonValueKind.String
            ? item.GetString()
            : JsonAnswer.FindText(item, "instruction", "task", "prompt", "question", "description", "text");

    static IEnumerable<string> ReadList(string text)
    {
        foreach (var marker in (ReadOnlySpan<Regex>)[Number(), Bullet()])
        {
            if (marker.IsMatch(text))
            {
                // What is before the first item, or below the last after a blank line, is said to the reader.
                return marker.Split(text).Skip(1).Select(static item => BlankLine().Split(item.Trim())[0]);
            }
        }

        return text.Split('\n').Where(static line => !line.TrimEnd().EndsWith(':'));
    }

    static string Clean(string item) => Label().Replace(AnswerText.StripEmphasis(WhiteSpace().Replace(item, " ")), "").Trim();

    static int CountWords(string text) => WordSplitter.Modern.Split(text).Count;

    [GeneratedRegex(@"^ {0,3}(?:#{1,4} +)?(?:\*\*|__)?(?:(?:Task|Instruction) +#?)?\d{1,3} ?(?:\*\*|__)?(?:[.):](?:\*\*|__)?|(?<=\*\*|__))(?= |$) *", RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"^ {0,3}[-*•–] +", RegexOptions.Multiline)]
    private static partial Regex Bullet();

    [GeneratedRegex(@"\n[ \t]*\n")]
    private static partial Regex BlankLine();

    [GeneratedRegex("^(?:Task|Instruction): *", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Label();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
