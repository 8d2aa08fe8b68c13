using System.Collections.Immutable;

namespace SelfInstruct.Classification;

/// <summary>Classification identification (paper, section 2.2 and Table 4); greedy.</summary>
public sealed record ClassificationOptions
{
    public int MaxTokens { get; init; } = 3;

    public ImmutableArray<string> Stop { get; init; } = ["\n", "Task:"];
}
