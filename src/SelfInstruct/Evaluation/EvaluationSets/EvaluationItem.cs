using System.Collections.Immutable;
using SelfInstruct.Tasks;

namespace SelfInstruct.Evaluation.EvaluationSets;

/// <summary>One question of an evaluation set.</summary>
/// <param name="Id">Unique in its set.</param>
/// <param name="Task">The task it is an instance of.</param>
/// <param name="Category">The task's; scores are grouped by it.</param>
/// <param name="Input">Empty where the instruction alone says everything.</param>
/// <param name="References">Correct outputs, at least one.</param>
/// <param name="Examples">Solved examples of the task, as many as a prompt may show.</param>
public sealed record EvaluationItem(
    string Id,
    string Task,
    string Category,
    string Instruction,
    string Input,
    ImmutableArray<string> References,
    ImmutableArray<Instance> Examples);
