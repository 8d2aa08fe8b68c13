namespace SelfInstruct.LocalModels.Inference;

/// <summary>Randomness as a function of seed and position: nothing to save, nothing that other draws could disturb.</summary>
static class CounterRandom
{
    /// <returns>In [0, 1), a multiple of 2⁻⁵³.</returns>
    public static double Uniform(long seed, long position) =>
        (Mix(Mix((ulong)seed) + (ulong)position) >> 11) * (1.0 / (1L << 53));

    /// <summary>One step of SplitMix64 (Steele, Lea, Flood 2014).</summary>
    static ulong Mix(ulong state)
    {
        var z = state + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
