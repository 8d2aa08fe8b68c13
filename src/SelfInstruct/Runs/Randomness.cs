using SelfInstruct.Python;

namespace SelfInstruct.Runs;

/// <summary>Where a run's draws come from.</summary>
public enum RandomnessKind
{
    /// <summary>A function of seed, stage, round and slot: nothing to save, and no order of work to keep.</summary>
    Counter,

    /// <summary>One sequence of Python's generator, as the published code draws: the same prompts from the same seed.</summary>
    Python,
}

/// <summary>The randomness of one step.</summary>
public sealed class Randomness
{
    readonly long _seed;

    public Randomness(RandomnessKind kind, long seed) => (_seed, Sequence) = (seed, kind == RandomnessKind.Python ? new PythonRandom(seed) : null);

    /// <summary>The one sequence of all draws; null where each place has its own.</summary>
    public PythonRandom? Sequence { get; }

    public Random At(string stage, int round, int slot) => Sequence ?? (Random)new CounterRandom(_seed, stage, round, slot);
}
