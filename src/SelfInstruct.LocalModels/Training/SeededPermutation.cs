using System.Runtime.InteropServices;

namespace SelfInstruct.LocalModels.Training;

/// <summary>An order of [0, count) as a function of its key: a Feistel network on the next even power of two, walked until it lands inside.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SeededPermutation(int Count, ulong Key)
{
    public int At(int position)
    {
        var halfBits = 1;
        while (1L << (2 * halfBits) < Count)
        {
            halfBits++;
        }

        var mask = (1u << halfBits) - 1;
        var value = (uint)position;
        do
        {
            var (left, right) = (value >> halfBits, value & mask);
            for (var round = 0UL; round < 4; round++)
            {
                (left, right) = (right, left ^ ((uint)Mix(Key + (round << 32) + right) & mask));
            }

            value = (left << halfBits) | right;
        }
        while (value >= Count);
        return (int)value;
    }

    /// <summary>SplitMix64's output function (Steele, Lea and Flood, 2014).</summary>
    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
