using System.Collections.Immutable;

namespace SelfInstruct.Instances;

/// <summary>Instance generation (paper, section 2.2 and Table 4).</summary>
public sealed record InstanceOptions
{
    /// <summary>The paper's is 0, greedy.</summary>
    public double Temperature { get; init; }

    public double TopP { get; init; } = 1;

    public double PresencePenalty { get; init; } = 1.5;

    public int MaxTokens { get; init; } = 300;

    /// <summary>"Example 6" ends a completion after five instances (published code).</summary>
    public ImmutableArray<string> Stop { get; init; } = ["Example 6", "Task:"];

    /// <summary>Instances kept of one instruction, drawn at random (published code: 5).</summary>
    public int MaxPerInstruction { get; init; } = 5;
}
