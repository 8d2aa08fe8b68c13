using System.Collections.Immutable;
using System.Text.RegularExpressions;
using SelfInstruct.Prompts;

namespace SelfInstruct.Evaluation.Judging;

/// <summary>What a judge said, or why it cannot be read; a verdict is never guessed.</summary>
/// <param name="Verdict">Null where <paramref name="Fault"/> says why.</param>
public sealed record JudgeAnswer<T>(T? Verdict, string? Fault)
    where T : struct;

/// <summary>Which of two responses is better.</summary>
public enum Preference
{
    First,
    Second,
    Tie,
}

/// <summary>Asks a judge, and reads its answer. A chat model may reason, and ends with a line of its own; a model that continues text answers at once.</summary>
public static partial class JudgePrompt
{
    const string Profile = "judge";

    static readonly PromptTemplate RatingTemplate = PromptTemplate.Load("rating", null, Profile);
    static readonly PromptTemplate ComparisonTemplate = PromptTemplate.Load("comparison", null, Profile);

    /// <param name="response">To be rated.</param>
    /// <param name="isChat">The judge answers messages.</param>
    public static string ForRating(ModelResponse response, bool isChat) => RatingTemplate.Render(
        Question(response, [("response", response.Text)])
        + (isChat ? "\n\nSay in two or three sentences what is good and what is wrong. Then write a last line of exactly this form, with the grade in place of X:\nRating: X" : "\n\nRating:"));

    /// <param name="first">Shown first; the question is taken from it.</param>
    /// <param name="second">Of the same question.</param>
    /// <param name="isChat">The judge answers messages.</param>
    public static string ForComparison(ModelResponse first, ModelResponse second, bool isChat) => ComparisonTemplate.Render(
        Question(first, [("response_1", first.Text), ("response_2", second.Text)])
        + (isChat ? "\n\nSay in two or three sentences how they differ. Then write a last line of exactly this form, with 1, 2 or tie in place of X:\nBetter: X" : "\n\nBetter (1, 2 or tie):"));

    public static JudgeAnswer<Grade> ReadRating(string answer, bool isChat) => Read(answer, isChat, RatingLines(), static word => word switch
    {
        "A" => Grade.A,
        "B" => Grade.B,
        "C" => Grade.C,
        "D" => Grade.D,
        _ => (Grade?)null,
    });

    public static JudgeAnswer<Preference> ReadPreference(string answer, bool isChat) => Read(answer, isChat, PreferenceLines(), static word => word switch
    {
        "1" => Preference.First,
        "2" => Preference.Second,
        "tie" => Preference.Tie,
        _ => (Preference?)null,
    });

    /// <summary>Exactly one line of the form, and no other text after it.</summary>
    internal static JudgeAnswer<T> Read<T>(string answer, bool isChat, Regex form, Func<string, T?> verdict)
        where T : struct
    {
        var text = answer.Trim();
        if (!isChat)
        {
            return verdict(text) is { } word ? new(word, null) : new(null, text.Length == 0 ? "empty" : "not_a_verdict");
        }

        var lines = form.Matches(text);
        return lines.Count switch
        {
            0 => new(null, text.Length == 0 ? "empty" : "no_verdict_line"),
            1 when lines[0].Index + lines[0].Length == text.Length && verdict(lines[0].Groups["verdict"].Value) is { } last => new(last, null),
            1 => new(null, "verdict_line_not_last"),
            _ => new(null, "several_verdict_lines"),
        };
    }

    static string Question(ModelResponse asked, ImmutableArray<(string Tag, string Text)> responses) => TaggedTexts.Show(
    [
        ("instruction", asked.Instruction),
        .. asked.Input.Length > 0 ? new[] { ("input", asked.Input) } : [],
        .. asked.References is [var reference, ..] ? new[] { ("reference", reference) } : [],
        .. responses,
    ]);

    [GeneratedRegex(@"^[ \t]*Rating:[ \t]*(?<verdict>[A-D])[ \t]*$", RegexOptions.Multiline)]
    private static partial Regex RatingLines();

    [GeneratedRegex(@"^[ \t]*Better:[ \t]*(?<verdict>1|2|tie)[ \t]*$", RegexOptions.Multiline)]
    private static partial Regex PreferenceLines();
}
