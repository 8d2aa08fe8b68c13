using System.Collections.Immutable;

namespace SelfInstruct.Classification;

/// <summary>Classification identification (paper, section 2.2 and Table 4); greedy.</summary>
public sealed record ClassificationOptions
{
    /// <summary>What counts as a yes.</summary>
    public ClassificationReading Reading { get; init; } = ClassificationReading.Paper;

    /// <summary>Without effect at temperature 0, but servers are sent it; 0 in the published code.</summary>
    public double TopP { get; init; } = 1;

    public int MaxTokens { get; init; } = 3;

    public ImmutableArray<string> Stop { get; init; } = ["\n", "Task:"];
}
