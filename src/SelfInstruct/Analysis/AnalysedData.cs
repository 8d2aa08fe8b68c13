using System.Collections.Immutable;
using SelfInstruct.Reviews;
using SelfInstruct.Runs;

namespace SelfInstruct.Analysis;

/// <param name="Text">What to do.</param>
/// <param name="IsClassification">Null where the data does not say.</param>
public sealed record AnalysedInstruction(string Text, bool? IsClassification = null);

/// <param name="Instruction">Index among the instructions.</param>
/// <param name="Input">Empty where the instruction alone says everything.</param>
public sealed record AnalysedInstance(int Instruction, string Input, string Output);

/// <summary>A data set as it is analysed: instructions, each once, and their instances.</summary>
/// <param name="Name">Of its file or folder, for the report.</param>
/// <param name="Acceptance">Where it comes from a run: what the rules left out.</param>
/// <param name="Notes">What was read otherwise than it stands, one sentence each.</param>
public sealed record AnalysedData(
    string Name,
    ImmutableArray<AnalysedInstruction> Instructions,
    ImmutableArray<AnalysedInstance> Instances,
    RunAcceptance? Acceptance,
    ImmutableArray<string> Notes)
{
    /// <summary>What people said of rows on the review page; empty where nobody did.</summary>
    public ImmutableArray<QualityShares> Quality { get; init; } = [];
}

/// <summary>What a run's rules accepted and left out.</summary>
/// <param name="Rejected">Candidates by stage and rule.</param>
/// <param name="Rounds">In order; empty where the files do not number them.</param>
/// <param name="Decontamination">The evaluation sets that the run was held against; null: none, or not known.</param>
public sealed record RunAcceptance(
    ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, int>> Rejected, ImmutableArray<RoundAcceptance> Rounds, DecontaminationState? Decontamination = null);

/// <param name="Round">From 0.</param>
/// <param name="NotNovel">Of the rejected instructions, those that were too similar to one of the pool.</param>
public sealed record RoundAcceptance(int Round, int Accepted, int Rejected, int NotNovel);
