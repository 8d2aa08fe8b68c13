using System.Collections.Immutable;

namespace SelfInstruct.LocalModels.Decoder;

/// <summary>How a model that was stretched to longer contexts slows its rotations: pair i turns 1 / Divisors[i] as fast.</summary>
/// <param name="Divisors">[d / 2], each positive; empty: no pair is slowed.</param>
public sealed record RotaryScaling(ImmutableArray<float> Divisors)
{
    /// <summary>The settings of Llama 3.1 that gave the divisors; null: they came otherwise.</summary>
    public Llama3Scaling? Settings { get; private init; }

    public static RotaryScaling None { get; } = new([]);

    /// <summary>Every pair alike, when all are; else null.</summary>
    public float? Uniform => Divisors.All(divisor => divisor == Divisors[0]) ? Divisors.FirstOrDefault(1f) : null;

    public static RotaryScaling Linear(int headSize, double factor) => new([.. Enumerable.Repeat((float)factor, headSize / 2)]);

    /// <summary>Llama 3.1: waves longer than the old context are slowed by the whole factor, short ones not at all, those between by a mixture.</summary>
    public static RotaryScaling Llama3(int headSize, double ropeBase, Llama3Scaling settings)
    {
        var (factor, lowFrequency, highFrequency, oldContext) = settings;
        return new([.. Enumerable.Range(0, headSize / 2).Select(Divisor)]) { Settings = settings };

        float Divisor(int pair)
        {
            var waves = oldContext * Math.Pow(ropeBase, -2.0 * pair / headSize) / (2 * Math.PI);
            var smooth = Math.Clamp((waves - lowFrequency) / (highFrequency - lowFrequency), 0, 1);
            return (float)(1 / (((1 - smooth) / factor) + smooth));
        }
    }

    public bool Equals(RotaryScaling? other) => other is not null && Divisors.SequenceEqual(other.Divisors);

    public override int GetHashCode() => Divisors.Aggregate(0, HashCode.Combine);

    public override string ToString() => Divisors.Length == 0 ? "none" : string.Join(' ', Divisors);
}

/// <param name="LowFrequency">Turns in the old context up to which a pair is slowed by the whole factor.</param>
/// <param name="HighFrequency">Turns from which it is not slowed.</param>
/// <param name="OldContext">Positions of the model before it was stretched.</param>
public sealed record Llama3Scaling(double Factor, double LowFrequency, double HighFrequency, double OldContext);
