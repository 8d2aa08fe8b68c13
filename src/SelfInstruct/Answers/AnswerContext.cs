using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace SelfInstruct.Answers;

/// <summary>What an answer is judged against.</summary>
/// <param name="PromptLines">Lines that no answer should repeat.</param>
/// <param name="Script">The script that dominates the seed tasks; null: none does.</param>
/// <param name="Instruction">What was to be done; empty where the answer is itself an instruction.</param>
public sealed partial record AnswerContext(ImmutableArray<string> PromptLines, string? Script, string Instruction = "")
{
    /// <summary>Shorter lines are repeated by chance.</summary>
    const int MinLineLength = 20;

    /// <summary>Nothing is known.</summary>
    public static AnswerContext None { get; } = new([], null);

    /// <summary>The lines of a prompt that are long enough to be told from chance, without their number or marker.</summary>
    public static ImmutableArray<string> LinesOf(string text) =>
        [.. text.ReplaceLineEndings("\n").Split('\n').Select(static line => Marker().Replace(line, "").Trim()).Where(static line => line.Length >= MinLineLength)];

    /// <summary>A line of the prompt stands in the text, word for word.</summary>
    public bool IsEchoedBy(string text) => PromptLines.Any(line => text.Contains(line, StringComparison.Ordinal));

    [GeneratedRegex(@"^\s*(?:\d+\.|-|Task:|Input:|Output:|Class label:)")]
    private static partial Regex Marker();
}
