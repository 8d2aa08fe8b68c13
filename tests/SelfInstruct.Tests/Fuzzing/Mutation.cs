using System.Buffers.Binary;
using System.Collections.Immutable;

namespace SelfInstruct.Tests.Fuzzing;

/// <summary>Breaks an input, with others of its kind to take parts from. The same random numbers break it in the same way.</summary>
/// <param name="others">At least one.</param>
/// <param name="words">Of all seeds: keys, markers, values.</param>
sealed class Mutation(InputForm form, Func<Random, byte[]> others, ImmutableArray<string> words)
{
    const int LongestInput = 128 << 10;
    const int LongestText = 16 << 10;

    static readonly ImmutableArray<long> Numbers =
    [
        0, 1, -1, 2, 3, 4, 8, 12, 13, 16, 31, 32, 33, 63, 64, 127, 128, 255, 256, 1000, 32767, 32768, 65535, 65536, 1 << 20, (1 << 24) - 1, int.MaxValue - 1, int.MaxValue,
        int.MinValue, uint.MaxValue, 1L << 32, (1L << 32) + 1, 1L << 40, long.MaxValue / 2, long.MaxValue - 7, long.MaxValue, long.MinValue,
    ];

    public byte[] Break(byte[] input, Random random)
    {
        // Mostly one fault, so that what is behind the first check is reached; sometimes many.
        var faults = 1;
        while (faults < 8 && random.Next(4) == 0)
        {
            faults++;
        }

        for (var i = 0; i < faults; i++)
        {
            input = BreakOnce(input, random);
        }

        var longest = form is InputForm.Text ? LongestText : LongestInput;
        return input.Length <= longest ? input : input[..longest];
    }

    byte[] BreakOnce(byte[] input, Random random)
    {
        if (random.Next(5) == 0)
        {
            return BreakBytes(input, random);
        }

        return form switch
        {
            InputForm.Json => new JsonMutation(words).Break(input, others(random), random),
            InputForm.Yaml => YamlMutation.Break(input, others(random), words, random),
            InputForm.Text => TextMutation.Break(input, others(random), words, random),
            InputForm.Gguf => GgufMutation.Break(input, words, random),
            _ => SafetensorsMutation.Break(input, words, random),
        };
    }

    /// <summary>What is known of no form: bits, bytes, ranges, numbers, and parts of another input.</summary>
    byte[] BreakBytes(byte[] input, Random random)
    {
        var (at, length) = (random.Next(input.Length + 1), 1 + random.Next(random.Next(4) == 0 ? 256 : 8));
        var end = Math.Min(input.Length, at + length);
        switch (random.Next(8))
        {
            case 0:
                return input[..at];
            case 1:
                return [.. input[..at], .. input[end..]];
            case 2:
                return [.. input[..end], .. input[at..end], .. input[end..]];
            case 3:
                var bytes = new byte[length];
                random.NextBytes(bytes);
                return [.. input[..at], .. bytes, .. input[at..]];
            case 4:
                var other = others(random);
                return [.. input[..at], .. other[random.Next(other.Length + 1)..]];
            case 5:
                return WithNumber(input, at, random);
            default:
                var flipped = (byte[])input.Clone();
                if (at < flipped.Length)
                {
                    flipped[at] ^= random.Next(2) == 0 ? (byte)(1 << random.Next(8)) : (byte)random.Next(256);
                }

                return flipped;
        }
    }

    /// <summary>A number that programs stumble over, in 1, 2, 4 or 8 bytes, little-endian.</summary>
    public static byte[] WithNumber(byte[] input, int at, Random random, int width = 0)
    {
        var changed = (byte[])input.Clone();
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, Interesting(random));
        number[..Math.Min(width > 0 ? width : 1 << random.Next(4), Math.Max(0, input.Length - at))].CopyTo(changed.AsSpan(Math.Min(at, input.Length)));
        return changed;
    }

    public static long Interesting(Random random) => random.Next(4) == 0 ? random.NextInt64() >> random.Next(64) : Numbers[random.Next(Numbers.Length)] + (random.Next(4) == 0 ? random.Next(-2, 3) : 0);

    public static T Pick<T>(IReadOnlyList<T> list, Random random) => list[random.Next(list.Count)];
}
