using System.Collections.Immutable;

namespace SelfInstruct.LocalModels.Training;

/// <summary>Matrices of a block that LoRA can add to.</summary>
public enum LoraTarget
{
    Query,
    Key,
    Value,
    AttentionOutput,
    Gate,
    Up,
    Down,
}

/// <summary>LoRA (Hu et al., 2021): W stays as it is, and W + (alpha / rank) · B · A is what the model computes with.</summary>
public sealed record LoraOptions
{
    /// <summary>Rows of A and columns of B.</summary>
    public int Rank { get; init; } = 8;

    public double Alpha { get; init; } = 16;

    /// <summary>Which matrices of every block; each once.</summary>
    public ImmutableArray<LoraTarget> Targets { get; init; } = [.. Enum.GetValues<LoraTarget>()];

    /// <summary>Of B · A.</summary>
    public double Scale => Alpha / Rank;

    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">Something is out of range; the message lists every mistake.</exception>
    public LoraOptions Validated()
    {
        string[] mistakes =
        [
            .. Rank >= 1 ? (string[])[] : [$"the rank is {Rank} but must be at least 1"],
            .. Alpha > 0 && double.IsFinite(Alpha) ? (string[])[] : [$"alpha is {Alpha} but must be above 0"],
            .. Targets.IsDefaultOrEmpty ? (string[])["no matrix is a target"] : [],
            .. Targets.IsDefault || Targets.Distinct().Count() == Targets.Length ? (string[])[] : ["a target occurs twice"],
        ];
        return mistakes.Length == 0 ? this : throw new ArgumentException("LoRA: " + string.Join("; ", mistakes) + ".");
    }

    internal string Fingerprint => FormattableString.Invariant($"LoRA rank {Rank}, alpha {Alpha:R}, targets {string.Join('+', Targets.Order())}");
}
