using System.Collections.Immutable;

namespace SelfInstruct.Contamination;

/// <summary>Evaluation sets that nothing in a run may be too near to.</summary>
public sealed record DecontaminationOptions
{
    /// <summary>The product's own 252 user-oriented tasks are among them.</summary>
    public bool OwnTasks { get; init; }

    /// <summary>Files of tasks or predictions, and folders of Natural Instructions.</summary>
    public ImmutableArray<string> Against { get; init; } = [];

    /// <summary>Words in a row that two texts may not share; a shorter instruction or input may not be equal.</summary>
    public int Words { get; init; } = new ContaminationOptions().Words;

    /// <summary>ROUGE-L to an evaluation instruction above which an instruction is the same, in [0, 1].</summary>
    public double Threshold { get; init; } = new ContaminationOptions().Threshold;

    /// <summary>There is anything to compare with.</summary>
    public bool IsOn => OwnTasks || Against is not [];
}
