using System.Runtime.Intrinsics;
using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Kernels;

/// <summary>Numbers as they are after ggml has stored them in the type that it multiplies by the weights' (its vec_dot_type).</summary>
internal static class InputRounding
{
    const int Block = 256;

    static int Lanes => Vector512<float>.Count;

    /// <summary>1.5 · 2²³: added to a number, rounds it to a whole one. ggml's compilers fuse this with the product before it, which decides ties.</summary>
    const float Magic = 12_582_912f;

    public static void Round(ReadOnlySpan<float> values, Span<float> rounded, ActivationRounding rounding)
    {
        switch (rounding)
        {
            case ActivationRounding.F16:
                ToHalves(values, rounded);
                break;
            case ActivationRounding.BF16:
                ToUpperHalves(values, rounded);
                break;
            case ActivationRounding.Q8:
                ToBytes(values, rounded);
                break;
            case ActivationRounding.Q8K:
                ToBytesOfLongBlocks(values, rounded);
                break;
            default:
                values.CopyTo(rounded);
                break;
        }
    }

    static void ToHalves(ReadOnlySpan<float> values, Span<float> rounded)
    {
        var i = 0;
        for (; i <= values.Length - Lanes; i += Lanes)
        {
            VectorMath.Store(ToHalves(VectorMath.Load(values, i)), rounded, i);
        }

        for (; i < values.Length; i++)
        {
            rounded[i] = (float)(Half)values[i];
        }
    }

    /// <summary>There is no instruction for it in .NET: ten bits of a fraction are kept, fewer below the smallest normal half.</summary>
    static Vector512<float> ToHalves(Vector512<float> values)
    {
        const float SmallestNormal = 1f / (1 << 14), Overflow = 65_520f;
        var sign = values.AsUInt32() & Vector512.Create(0x8000_0000);
        var size = Vector512.Abs(values);

        // Between a half and one, floats are 2⁻²⁴ apart, as halves are below the smallest normal one.
        var small = size + Vector512.Create(0.75f) - Vector512.Create(0.75f);
        var kept = Vector512.ConditionalSelect(Vector512.LessThan(size, Vector512.Create(SmallestNormal)), small, KeepUpper(size, 13));
        var infinite = Vector512.GreaterThanOrEqual(size, Vector512.Create(Overflow));
        return (Vector512.ConditionalSelect(infinite, Vector512.Create(float.PositiveInfinity), kept).AsUInt32() | sign).AsSingle();
    }

    static void ToUpperHalves(ReadOnlySpan<float> values, Span<float> rounded)
    {
        var i = 0;
        for (; i <= values.Length - Lanes; i += Lanes)
        {
            VectorMath.Store(KeepUpper(VectorMath.Load(values, i), 16), rounded, i);
        }

        for (; i < values.Length; i++)
        {
            rounded[i] = KeepUpper(Vector512.CreateScalar(values[i]), 16)[0];
        }
    }

    /// <summary>To the nearest number whose lower bits are zero; halves to even.</summary>
    static Vector512<float> KeepUpper(Vector512<float> values, int lower)
    {
        var bits = values.AsUInt32();
        var half = Vector512.Create((1u << (lower - 1)) - 1) + ((bits >>> lower) & Vector512<uint>.One);
        return ((bits + half) & Vector512.Create(uint.MaxValue << lower)).AsSingle();
    }

    static void ToBytes(ReadOnlySpan<float> values, Span<float> rounded)
    {
        Span<short> numbers = stackalloc short[QuantizedPanel.Block];
        for (var at = 0; at < values.Length; at += QuantizedPanel.Block)
        {
            var scale = QuantizedMatrix.Quantize(values.Slice(at, QuantizedPanel.Block), numbers);
            for (var i = 0; i < numbers.Length; i++)
            {
                rounded[at + i] = scale * numbers[i];
            }
        }
    }

    /// <summary>What is largest in magnitude becomes −127, whatever its sign.</summary>
    static void ToBytesOfLongBlocks(ReadOnlySpan<float> values, Span<float> rounded)
    {
        for (var at = 0; at < values.Length; at += Block)
        {
            var block = values.Slice(at, Block);
            var largest = block[IndexOfLargest(block)];
            var (inverse, scale) = largest == 0 ? (0f, 0f) : (-127f / largest, 1 / (-127f / largest));
            for (var i = 0; i < Block; i++)
            {
                rounded[at + i] = scale * MathF.Min(127, MathF.FusedMultiplyAdd(block[i], inverse, Magic) - Magic);
            }
        }
    }

    static int IndexOfLargest(ReadOnlySpan<float> block)
    {
        var best = 0;
        for (var i = 1; i < block.Length; i++)
        {
            best = MathF.Abs(block[i]) > MathF.Abs(block[best]) ? i : best;
        }

        return best;
    }
}
