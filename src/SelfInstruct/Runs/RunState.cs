using System.Collections.Immutable;

namespace SelfInstruct.Runs;

/// <summary>run.json: what was done, with what, and how far it got.</summary>
/// <param name="State">"running", "stopped", "failed" or "complete".</param>
/// <param name="Version">Of this library.</param>
/// <param name="PromptsSha256">Of the texts that the prompts are made from.</param>
/// <param name="Target">Instructions asked for.</param>
/// <param name="Finished">Null until complete.</param>
/// <param name="ActiveSeconds">Of work, over all calls; idle time between them is not counted.</param>
/// <param name="Decontamination">Null where nothing was compared with.</param>
/// <param name="Quirks">What was learnt of the model's servers, by name, for each address.</param>
public sealed record RunState(
    string State,
    string Version,
    string Model,
    string Profile,
    long Seed,
    string SeedTasks,
    string SeedTasksSha256,
    string PromptsSha256,
    int Target,
    DateTimeOffset Started,
    double ActiveSeconds,
    RunCounts Counts,
    DateTimeOffset? Finished = null,
    SortedDictionary<string, ImmutableArray<string>>? Quirks = null,
    DecontaminationState? Decontamination = null);

/// <summary>The evaluation sets that the run was held against, and how.</summary>
/// <param name="Words">In a row that may not be shared.</param>
/// <param name="Threshold">ROUGE-L above which an instruction is the same.</param>
public sealed record DecontaminationState(string Method, int Words, double Threshold, ImmutableArray<EvaluationSetState> Sets);

/// <param name="Texts">Instructions, inputs and references.</param>
/// <param name="Sha256">Of all of them.</param>
public sealed record EvaluationSetState(string Name, int Texts, string Sha256);

/// <summary>What a run holds; the numbers of the final table and of `--json`.</summary>
/// <param name="Candidates">Instructions that the model proposed: accepted and rejected.</param>
/// <param name="Rejected">Over all stages, by rule.</param>
/// <param name="Identified">Lines of is_clf_or_not.jsonl.</param>
/// <param name="Classification">Instructions identified as classification tasks.</param>
/// <param name="UnclearClassification">Answers that were neither yes nor no, taken as no (as the original does).</param>
/// <param name="RawInstances">Lines of machine_generated_instances.jsonl.</param>
/// <param name="Instances">Lines of all_generated_instances.jsonl.</param>
/// <param name="Rows">Lines of each fine-tuning file: instances and seed tasks.</param>
/// <param name="CostUsd">0 as well where no price is known.</param>
/// <param name="DroppedDemonstrations">Left out of prompts for want of context.</param>
/// <param name="Stages">What each step's answers used.</param>
public sealed record RunCounts(
    int Seeds,
    int Candidates,
    int Accepted,
    SortedDictionary<string, int> Rejected,
    int Identified,
    int Classification,
    int UnclearClassification,
    int RawInstances,
    int Instances,
    int Rows,
    int Calls,
    long PromptTokens,
    long CompletionTokens,
    double CostUsd,
    int DroppedDemonstrations,
    ImmutableArray<StageSpending>? Stages = null,
    bool PriceIsKnown = true)
{
    public static RunCounts Empty { get; } = new(0, 0, 0, [], 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}

/// <summary>What the answers of one step used.</summary>
public sealed record StageSpending(string Stage, int Calls, long PromptTokens, long CompletionTokens, double CostUsd);
