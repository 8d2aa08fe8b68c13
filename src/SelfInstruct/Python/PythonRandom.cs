using System.Collections.Immutable;
using System.Numerics;

namespace SelfInstruct.Python;

/// <summary>
/// Python's random.Random after random.seed(n): the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998), seeded by
/// array, and the draws that CPython 3.11's Lib/random.py makes of it. A sequence: every draw moves it on.
/// </summary>
public sealed class PythonRandom : Random
{
    const int StateSize = 624;
    const int Shift = 397;
    const int PoolLimit = 21;

    readonly uint[] _state = new uint[StateSize];
    int _next = StateSize;

    public PythonRandom(long seed)
    {
        var magnitude = seed < 0 ? unchecked((ulong)-seed) : (ulong)seed;
        var (low, high) = ((uint)magnitude, (uint)(magnitude >> 32));
        SeedByArray(high == 0 ? [low] : [low, high]);
    }

    /// <summary>randrange(maxValue), which choice and shuffle build on; 0 for 0.</summary>
    public override int Next(int maxValue)
    {
        var bits = 32 - BitOperations.LeadingZeroCount((uint)maxValue);
        uint drawn;
        do
        {
            drawn = bits == 0 ? 0 : NextWord() >> (32 - bits);
        }
        while (drawn >= maxValue && maxValue > 0);
        return (int)drawn;
    }

    public override int Next(int minValue, int maxValue) => minValue + Next(maxValue - minValue);

    public override int Next() => Next(int.MaxValue);

    /// <summary>random(): 53 bits, in [0, 1).</summary>
    public override double NextDouble() => Sample();

    /// <summary>sample(from, count): without replacement, in random order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than there are.</exception>
    public ImmutableArray<T> Draw<T>(IReadOnlyList<T> from, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, from.Count);
        return [.. DrawIndices(from.Count, count).Select(index => from[index])];
    }

    /// <summary>shuffle(values).</summary>
    public void Permute<T>(Span<T> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    protected override double Sample() => (((NextWord() >> 5) * 67108864.0) + (NextWord() >> 6)) / 9007199254740992.0;

    int[] DrawIndices(int length, int count) => length <= PoolLimit + SetOverhead(count) ? DrawFromPool(length, count) : DrawUntilDistinct(length, count);

    /// <summary>CPython copies a small population and compares for a large one; the two draw differently.</summary>
    static int SetOverhead(int count)
    {
        var overhead = 1;
        while (overhead < 3 * count)
        {
            overhead *= 4;
        }

        return count > 5 ? overhead : 0;
    }

    int[] DrawFromPool(int length, int count)
    {
        var pool = Enumerable.Range(0, length).ToArray();
        var drawn = new int[count];
        for (var i = 0; i < count; i++)
        {
            var j = Next(length - i);
            drawn[i] = pool[j];
            pool[j] = pool[length - i - 1];
        }

        return drawn;
    }

    int[] DrawUntilDistinct(int length, int count)
    {
        HashSet<int> taken = [];
        var drawn = new int[count];
        for (var i = 0; i < count; i++)
        {
            do
            {
                drawn[i] = Next(length);
            }
            while (!taken.Add(drawn[i]));
        }

        return drawn;
    }

    void SeedByArray(ReadOnlySpan<uint> key)
    {
        Fill(19650218);
        var (i, j) = (1, 0);
        for (var k = Math.Max(StateSize, key.Length); k > 0; k--)
        {
            _state[i] = (_state[i] ^ (Mixed(i) * 1664525)) + key[j] + (uint)j;
            j = (j + 1) % key.Length;
            i = Advance(i);
        }

        for (var k = StateSize - 1; k > 0; k--)
        {
            _state[i] = (_state[i] ^ (Mixed(i) * 1566083941)) - (uint)i;
            i = Advance(i);
        }

        _state[0] = 0x80000000;
    }

    void Fill(uint seed)
    {
        _state[0] = seed;
        for (var i = 1; i < StateSize; i++)
        {
            _state[i] = (1812433253 * Mixed(i)) + (uint)i;
        }
    }

    uint Mixed(int i) => _state[i - 1] ^ (_state[i - 1] >> 30);

    int Advance(int i)
    {
        if (i + 1 < StateSize)
        {
            return i + 1;
        }

        _state[0] = _state[StateSize - 1];
        return 1;
    }

    uint NextWord()
    {
        if (_next == StateSize)
        {
            Twist();
        }

        var word = _state[_next++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9D2C5680;
        word ^= (word << 15) & 0xEFC60000;
        return word ^ (word >> 18);
    }

    void Twist()
    {
        for (var i = 0; i < StateSize; i++)
        {
            var joined = (_state[i] & 0x80000000) | (_state[(i + 1) % StateSize] & 0x7FFFFFFF);
            _state[i] = _state[(i + Shift) % StateSize] ^ (joined >> 1) ^ ((joined & 1) * 0x9908B0DF);
        }

        _next = 0;
    }
}
