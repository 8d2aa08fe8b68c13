using System.Collections.Immutable;
using System.Text.RegularExpressions;
using SelfInstruct.Evaluation.Judging;
using SelfInstruct.Prompts;

namespace SelfInstruct.Curation;

/// <summary>A judge's opinion of a row.</summary>
/// <param name="Score">1 to 5; on the paper's scale the number of questions answered yes, 0 to 3.</param>
/// <param name="ValidTask">The instruction describes a valid task; null on another scale.</param>
/// <param name="InputAppropriate">The input is appropriate for the instruction; null on another scale.</param>
/// <param name="OutputCorrect">The output is a correct and acceptable response; null on another scale.</param>
public readonly record struct RowVerdict(int Score, bool? ValidTask = null, bool? InputAppropriate = null, bool? OutputCorrect = null);

/// <summary>What a judge of rows is asked, and how its answer is read.</summary>
/// <param name="Name">After --scale.</param>
/// <param name="Prompt">Name of its text.</param>
/// <param name="Most">The highest score.</param>
/// <param name="Threshold">Rows below it are left out, unless somebody says otherwise.</param>
/// <param name="ChatEnd">Ends the question to a model that answers messages.</param>
/// <param name="End">Ends it to one that continues text.</param>
/// <param name="Read">Given the answer, and whether the model answers messages.</param>
public sealed partial record RowScale(
    string Name, string Prompt, int Most, int Threshold, string ChatEnd, string End, Func<string, bool, JudgeAnswer<RowVerdict>> Read)
{
    public static RowScale OneToFive { get; } = new(
        "1-5",
        "score",
        Most: 5,
        Threshold: 4,
        "Say in two or three sentences what is good and what is wrong. Then write a last line of exactly this form, with the score in place of X:\nScore: X",
        "Score (1 to 5):",
        static (answer, isChat) => JudgePrompt.Read(answer, isChat, ScoreLines(), static word => word is [>= '1' and <= '5'] ? new RowVerdict(word[0] - '0') : (RowVerdict?)null));

    /// <summary>The questions of the paper's Table 2.</summary>
    public static RowScale Paper { get; } = new(
        "paper",
        "questions",
        Most: 3,
        Threshold: 3,
        "Say in two or three sentences what is good and what is wrong. Then write three last lines of exactly this form, with yes or no in place of X:\nTask: X\nInput: X\nOutput: X",
        "Task, Input, Output (yes or no for each, separated by commas):",
        ReadQuestions);

    public static ImmutableArray<RowScale> All { get; } = [OneToFive, Paper];

    /// <param name="row">Shown between tags that it cannot close.</param>
    /// <param name="isChat">The judge answers messages.</param>
    /// <param name="prompts">Folder of texts that replace the built-in ones; null: none.</param>
    public string Ask(CurationRow row, bool isChat, string? prompts) => PromptTemplate.Load(Prompt, prompts, "curation").Render(TaggedTexts.Show(
    [
        ("instruction", row.Example.Instruction),
        .. row.Example.Input.Length > 0 ? new[] { ("input", row.Example.Input) } : [],
        ("output", row.Example.Output),
    ]) + "\n\n" + (isChat ? ChatEnd : End));

    /// <summary>Three answers, at the end and nowhere else; a verdict is never guessed.</summary>
    static JudgeAnswer<RowVerdict> ReadQuestions(string answer, bool isChat)
    {
        var text = answer.Trim();
        var found = isChat ? QuestionLines().Matches(text) : QuestionWords().Matches(text);
        return found.Count switch
        {
            0 => new(null, text.Length == 0 ? "empty" : isChat ? "no_verdict_line" : "not_a_verdict"),
            1 when found[0].Index + found[0].Length == text.Length => new(ToVerdict(found[0]), null),
            1 => new(null, "verdict_line_not_last"),
            _ => new(null, "several_verdict_lines"),
        };
    }

    static RowVerdict ToVerdict(Match match)
    {
        var (task, input, output) = (IsYes("task"), IsYes("input"), IsYes("output"));
        return new RowVerdict((task ? 1 : 0) + (input ? 1 : 0) + (output ? 1 : 0), task, input, output);

        bool IsYes(string group) => match.Groups[group].Value.Equals("yes", StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex(@"^[ \t]*Score:[ \t]*(?<verdict>[1-5])[ \t]*$", RegexOptions.Multiline)]
    private static partial Regex ScoreLines();

    [GeneratedRegex(@"^[ \t]*Task:[ \t]*(?<task>yes|no)[ \t]*\r?\n+[ \t]*Input:[ \t]*(?<input>yes|no)[ \t]*\r?\n+[ \t]*Output:[ \t]*(?<output>yes|no)[ \t]*$", RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex QuestionLines();

    [GeneratedRegex(@"^(?<task>yes|no)\s*,\s*(?<input>yes|no)\s*,\s*(?<output>yes|no)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex QuestionWords();
}
