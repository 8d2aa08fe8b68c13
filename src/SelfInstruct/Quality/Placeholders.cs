using System.Text.RegularExpressions;
using SelfInstruct.Datasets;

namespace SelfInstruct.Quality;

/// <summary>Text that somebody was to fill in: [Your name], &lt;insert date&gt;, {your_key}, lorem ipsum, TODO in code.</summary>
static partial class Placeholders
{
    public static QualityFault? Find(TrainingExample row, QualityContext context) =>
        (FindIn("output", row.Output) ?? FindIn("input", row.Input) ?? FindIn("instruction", row.Instruction)) is { } fault && !Wanted().IsMatch(row.Instruction)
            ? fault
            : null;

    static QualityFault? FindIn(string field, string text) =>
        MayHoldOne(text) && Placeholder().Match(text) is { Success: true } match
            ? new QualityFault(field, match.Index, match.Length, "to be filled in")
            : null;

    /// <summary>Cheap to look for; without one of them there is no placeholder.</summary>
    static bool MayHoldOne(ReadOnlySpan<char> text) =>
        text.ContainsAny('[', '<', '{') || text.Contains("TODO", StringComparison.Ordinal) || text.Contains("orem ipsum", StringComparison.Ordinal);

    [GeneratedRegex(
        @"\[(?:your|insert|enter|add|company|recipient|sender|name|date|address|phone|email)\b[^\[\]\n]{0,40}\](?!\()|<(?:insert|your|enter)\b[^<>\n]{0,40}>|\{\{? ?(?:your|insert)[ _][^{}\n]{0,40}\}|\bLorem ipsum\b|(?-i:(?:#|//|/\*|<!--) ?TODO\b|\bTODO:)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\b(?:templates?|placeholders?|blanks?|fill(?:ed|ing)? in|lorem ipsum|to-?dos?|forms?|mad ?libs?)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Wanted();
}
