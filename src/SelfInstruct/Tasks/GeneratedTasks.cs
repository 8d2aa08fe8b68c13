using System.Text.Json;

namespace SelfInstruct.Tasks;

/// <summary>A line of machine_generated_instructions.jsonl: an instruction that passed every rule and joined the pool.</summary>
/// <param name="MostSimilar">The ten nearest of the pool at that time, nearest first: text and ROUGE-L in [0, 1].</param>
/// <param name="AvgSimilarityScore">Mean ROUGE-L to the whole pool at that time.</param>
/// <param name="Metadata">Which completion it came from; in the original's files, the provider's whole response.</param>
/// <param name="RequestIdx">Counts completions over the whole run.</param>
/// <param name="Instance">The one that came with it, if the prompt asked for whole tasks: there is nothing more to ask.</param>
public sealed record MachineInstruction(
    string Instruction,
    Dictionary<string, double>? MostSimilar = null,
    double AvgSimilarityScore = 0,
    JsonElement? Metadata = null,
    int RequestIdx = 0,
    string? Id = null,
    int Round = 0,
    Instance? Instance = null);

/// <summary>A line of is_clf_or_not.jsonl.</summary>
/// <param name="IsClassification">The model's own words; null where it was not asked.</param>
public sealed record ClassificationAnswer(string Instruction, string? IsClassification = null, string? Id = null);

/// <summary>A line of machine_generated_instances.jsonl: what the model wrote when asked for instances, not yet parsed.</summary>
public sealed record MachineInstances(
    string Instruction,
    string? RawInstances = null,
    JsonElement? InstanceMetadata = null,
    JsonElement? InstructionMetadata = null,
    Dictionary<string, double>? MostSimilar = null,
    double? AvgSimilarityScore = null,
    string? Id = null);

/// <summary>A line of all_generated_instances.jsonl.</summary>
public sealed record GeneratedInstance(
    string Instruction,
    string Input,
    string Output,
    string? Id = null,
    string? InstructionId = null,
    bool? IsClassification = null);

/// <summary>A line of rejected.jsonl: what was left out, and why.</summary>
/// <param name="Stage">"instructions", "classification", "instances" or "dataset".</param>
/// <param name="Text">The candidate, as it was when the rule saw it.</param>
/// <param name="Rule">Name of the rule; the counts of a run are per rule.</param>
/// <param name="Neighbour">For the novelty rule, the text it is too near to.</param>
/// <param name="Score">For the novelty rule, the ROUGE-L to that neighbour.</param>
/// <param name="Completion">Key of the completion it came from.</param>
public sealed record Rejection(
    string Stage,
    string Text,
    string Rule,
    string? Neighbour = null,
    double? Score = null,
    string? Completion = null,
    int Round = 0);

/// <summary>The part of an instruction's metadata that we write.</summary>
public sealed record InstructionMetadata(string Model, string Completion, string FinishReason, int Slot);

/// <summary>The part of an instance line's metadata that we write.</summary>
public sealed record InstanceMetadata(string Model, string Completion, string FinishReason);
