using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SelfInstruct.Runs;

/// <summary>
/// Randomness as a pure function of where it is used: (seed, stage, round, slot) gives the same numbers always,
/// so there is no generator state to save and order of work does not matter. SplitMix64 under the usual surface.
/// </summary>
public sealed class CounterRandom : Random
{
    ulong _state;

    public CounterRandom(long seed, string stage, int round, int slot) => _state = unchecked((ulong)Key(seed, stage, round, slot));

    /// <summary>64 bits of SHA-256 over the place; also the seed of a completion asked for there.</summary>
    public static long Key(long seed, string stage, int round, int slot) =>
        BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{stage}/{round}/{slot}")));

    public override int Next() => Next(int.MaxValue);

    public override int Next(int maxValue) => Next(0, maxValue);

    public override int Next(int minValue, int maxValue) => (int)NextInt64(minValue, maxValue);

    public override long NextInt64() => NextInt64(long.MaxValue);

    public override long NextInt64(long maxValue) => NextInt64(0, maxValue);

    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        var range = unchecked((ulong)(maxValue - minValue));
        return range <= 1 ? minValue : minValue + (long)Math.BigMul(NextBits(), range, out _);
    }

    public override double NextDouble() => Sample();

    public override float NextSingle() => (NextBits() >> 40) * (1f / (1 << 24));

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    public override void NextBytes(Span<byte> buffer)
    {
        foreach (ref var b in buffer)
        {
            b = (byte)(NextBits() >> 56);
        }
    }

    protected override double Sample() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    ulong NextBits()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15UL;
            var z = _state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }
}
