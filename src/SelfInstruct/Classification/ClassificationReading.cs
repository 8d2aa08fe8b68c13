using System.Collections.Immutable;
using System.Text.RegularExpressions;
using SelfInstruct.Python;

namespace SelfInstruct.Classification;

/// <summary>What counts as a yes.</summary>
/// <param name="Name">The value of the setting classification.reading.</param>
/// <param name="Parse">Null when the answer is neither yes nor no; it is then taken for no.</param>
public sealed partial record ClassificationReading(string Name, Func<string, bool?> Parse)
{
    /// <summary>The prompt asks in words, and a chat model is sent it as it is.</summary>
    public bool IsMessage { get; init; }

    /// <summary>Any answer that begins with yes, in any case.</summary>
    public static ClassificationReading Paper { get; } = new("paper", ClassificationPrompt.Parse);

    /// <summary>Three spellings and nothing after them: "Yes." is no yes to the published code.</summary>
    public static ClassificationReading Released { get; } =
        new("released", static answer => PythonText.Strip(answer) is "Yes" or "yes" or "YES" ? true : ClassificationPrompt.Parse(answer) is false ? false : null);

    /// <summary>The first yes or no in the answer, bold, quoted or in JSON.</summary>
    public static ClassificationReading Modern { get; } = new("modern", ParseModern) { IsMessage = true };

    public static ImmutableArray<ClassificationReading> All { get; } = [Paper, Released, Modern];

    static bool? ParseModern(string answer) => Verdict().Match(answer) is { Success: true } verdict ? verdict.Groups["yes"].Success : null;

    [GeneratedRegex(@"\b(?:(?<yes>yes|true)|no|false)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Verdict();
}
