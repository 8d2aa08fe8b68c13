using System.Collections.Immutable;

namespace SelfInstruct.Tasks;

/// <summary>A human-written task (paper, section 2.2): what to do, and at least one instance of it.</summary>
public sealed record SeedTask(
    string Id,
    string Name,
    string Instruction,
    ImmutableArray<Instance> Instances,
    bool IsClassification);

/// <param name="Input">Empty where the instruction alone says everything.</param>
public sealed record Instance(string Input, string Output);
