using System.Collections.Immutable;

namespace SelfInstruct.Instances;

/// <summary>Instance generation (paper, section 2.2 and Table 4).</summary>
public sealed record InstanceOptions
{
    /// <summary>How completions are read and judged.</summary>
    public InstanceReading Reading { get; init; } = InstanceReading.Paper;

    /// <summary>Asked after those of <see cref="Reading"/>; their names stand in run.yaml, and only a program can set them.</summary>
    public ImmutableArray<InstanceRule> OwnRules { get; init; } = [];

    /// <summary>The paper's is 0, greedy.</summary>
    public double Temperature { get; init; }

    public double TopP { get; init; } = 1;

    public double PresencePenalty { get; init; } = 1.5;

    public int MaxTokens { get; init; } = 300;

    /// <summary>
    /// Stands in for <see cref="MaxTokens"/> where one of five instructions in a row, counted from the first, is a
    /// classification task (published code: 300 beside 350); null: never.
    /// </summary>
    public int? MaxTokensBesideClassification { get; init; }

    /// <summary>"Example 6" ends a completion after five instances (published code).</summary>
    public ImmutableArray<string> Stop { get; init; } = ["Example 6", "Task:"];

    /// <summary>Instances kept of one instruction, drawn at random (published code: 5).</summary>
    public int MaxPerInstruction { get; init; } = 5;
}
