using System.Collections.Immutable;

namespace SelfInstruct.Instances;

/// <summary>Instance generation (paper, section 2.2 and Table 4); greedy.</summary>
public sealed record InstanceOptions
{
    public double PresencePenalty { get; init; } = 1.5;

    public int MaxTokens { get; init; } = 300;

    /// <summary>"Example 6" ends a completion after five instances (published code).</summary>
    public ImmutableArray<string> Stop { get; init; } = ["Example 6", "Task:"];

    /// <summary>Instances kept of one instruction, drawn at random (published code: 5).</summary>
    public int MaxPerInstruction { get; init; } = 5;
}
