using System.Collections.Immutable;
using SelfInstruct.Python;

namespace SelfInstruct.Classification;

/// <summary>What counts as a yes.</summary>
/// <param name="Name">The value of the setting classification.reading.</param>
/// <param name="Parse">Null when the answer is neither yes nor no; it is then taken for no.</param>
public sealed record ClassificationReading(string Name, Func<string, bool?> Parse)
{
    /// <summary>Any answer that begins with yes, in any case.</summary>
    public static ClassificationReading Paper { get; } = new("paper", ClassificationPrompt.Parse);

    /// <summary>Three spellings and nothing after them: "Yes." is no yes to the published code.</summary>
    public static ClassificationReading Released { get; } =
        new("released", static answer => PythonText.Strip(answer) is "Yes" or "yes" or "YES" ? true : ClassificationPrompt.Parse(answer) is false ? false : null);

    public static ImmutableArray<ClassificationReading> All { get; } = [Paper, Released];
}
