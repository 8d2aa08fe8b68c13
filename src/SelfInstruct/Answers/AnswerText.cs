using System.Text.RegularExpressions;

namespace SelfInstruct.Answers;

/// <summary>The Markdown that chat models put around what was asked for.</summary>
public static partial class AnswerText
{
    /// <summary>The inside of a code fence that is all of the text, but for a sentence before or after it that a list or JSON makes needless.</summary>
    public static string Unfence(string text)
    {
        var trimmed = text.ReplaceLineEndings("\n").Trim();
        return Fence().Match(trimmed) is { Success: true } fence && (fence.Length == trimmed.Length || StartsData().IsMatch(fence.Groups["inside"].Value))
            ? fence.Groups["inside"].Value.Trim()
            : trimmed;
    }

    /// <summary>Without the asterisks of bold type, and without quotation marks or backquotes around all of it.</summary>
    public static string StripEmphasis(string text)
    {
        var plain = Bold().Replace(text.Trim(), "${inside}").Trim();
        return plain.Length > 2 && (plain[0], plain[^1]) is ('"', '"') or ('“', '”') or ('`', '`') && !plain[1..^1].Contains(plain[0], StringComparison.Ordinal)
            ? plain[1..^1].Trim()
            : plain;
    }

    [GeneratedRegex(@"^[ \t]*```[\w+-]*[ \t]*\n(?<inside>.*?)(?:\n[ \t]*```[ \t]*$|\z)", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^\s*(?:[\[{]|\W{0,3}\d+\W{0,3}\s|\W{0,3}(?:Example|Input|Output|Class label)\b)")]
    private static partial Regex StartsData();

    [GeneratedRegex(@"\*\*(?<inside>[^*\n]+)\*\*")]
    private static partial Regex Bold();
}
