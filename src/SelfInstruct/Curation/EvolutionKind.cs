using System.Collections.Immutable;
using SelfInstruct.Datasets;
using SelfInstruct.Evaluation.Judging;
using SelfInstruct.Prompts;

namespace SelfInstruct.Curation;

/// <summary>A way to make a task from a task: five that deepen it, and one that broadens the set (the idea of Evol-Instruct, Xu et al., 2023; the prompts are ours).</summary>
/// <param name="Name">Its prompt is evolve-NAME.</param>
public sealed record EvolutionKind(string Name)
{
    const string Form = "Write the new task in this form and nothing else. Leave out the second line where no input is needed.\nInstruction: ...\nInput: ...";

    public static ImmutableArray<EvolutionKind> All { get; } = [new("constraint"), new("depth"), new("concrete"), new("reasoning"), new("input"), new("breadth")];

    /// <exception cref="InvalidDataException">No kind has that name.</exception>
    public static ImmutableArray<EvolutionKind> Named(IEnumerable<string> names) =>
        [.. names.Select(static name => All.FirstOrDefault(kind => kind.Name == name)
            ?? throw new InvalidDataException($"--kinds {name}: not known. Known: {string.Join(", ", All.Select(static kind => kind.Name))}."))];

    /// <param name="row">Shown between tags that it cannot close; its output is not.</param>
    /// <param name="prompts">Folder of texts that replace the built-in ones; null: none.</param>
    public string Ask(TrainingExample row, string? prompts) => PromptTemplate.Load("evolve-" + Name, prompts, "curation").Render(
        TaggedTexts.Show([("instruction", row.Instruction), .. row.Input.Length > 0 ? new[] { ("input", row.Input) } : []]) + "\n\n" + Form);
}
