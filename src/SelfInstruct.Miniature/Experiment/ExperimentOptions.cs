using System.Collections.Immutable;

namespace SelfInstruct.Miniature.Experiment;

/// <summary>How large the experiment is. The defaults are what the committed table was made with.</summary>
public sealed record ExperimentOptions
{
    /// <summary>Each makes its own data, tunes its own models, and draws its own questions.</summary>
    public ImmutableArray<int> Seeds { get; init; } = [1, 2, 3];

    /// <summary>Instructions that the model writes.</summary>
    public int Instructions { get; init; } = 800;

    /// <summary>Of those, as many as make the data of each point of the curve (paper, Figure 7).</summary>
    public ImmutableArray<int> Sizes { get; init; } = [25, 50, 100, 200, 400, 800];

    /// <summary>Optimizer steps of every tuned model: rows that are compared have been trained alike.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>Steps of the seeds' second row, in case more harms: about five times through them.</summary>
    public int FewSteps { get; init; } = 60;

    /// <summary>Examples per step.</summary>
    public int BatchSize { get; init; } = 16;

    public double LearningRate { get; init; } = 2e-4;

    /// <summary>Of each family of the world.</summary>
    public int QuestionsPerFamily { get; init; } = 8;

    /// <summary>Longest answer, in tokens.</summary>
    public int MaxTokens { get; init; } = 64;

    /// <summary>A tenth of the work: whether it runs and where it points to, not a result.</summary>
    public static ExperimentOptions Quick { get; } = new()
    {
        Seeds = [1],
        Instructions = 100,
        Sizes = [25, 100],
        Steps = 120,
        QuestionsPerFamily = 2,
    };
}
