using System.Collections.Immutable;
using SelfInstruct.LocalModels.Training;

namespace SelfInstruct.Cli;

/// <summary>Short names of the matrices of a block, and Hugging Face's.</summary>
static class LoraTargets
{
    public static ImmutableArray<(string Name, LoraTarget Target, string Module)> Names { get; } =
    [
        ("q", LoraTarget.Query, "q_proj"),
        ("k", LoraTarget.Key, "k_proj"),
        ("v", LoraTarget.Value, "v_proj"),
        ("o", LoraTarget.AttentionOutput, "o_proj"),
        ("gate", LoraTarget.Gate, "gate_proj"),
        ("up", LoraTarget.Up, "up_proj"),
        ("down", LoraTarget.Down, "down_proj"),
    ];

    public static string Module(LoraTarget target) => Names.First(name => name.Target == target).Module;

    /// <exception cref="InvalidDataException">An unknown name.</exception>
    public static ImmutableArray<LoraTarget> Parse(string text) =>
    [
        .. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(static part =>
            Names.Where(name => name.Name == part).Select(static name => (LoraTarget?)name.Target).FirstOrDefault()
            ?? throw new InvalidDataException($"--targets has {part}; known: {string.Join(", ", Names.Select(static name => name.Name))}.")),
    ];
}
