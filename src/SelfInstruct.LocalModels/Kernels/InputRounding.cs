using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Kernels;

/// <summary>Numbers as they are after ggml has stored them in the type that it multiplies by the weights' (its vec_dot_type).</summary>
internal static class InputRounding
{
    const int Block = 256;

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
        for (var i = 0; i < values.Length; i++)
        {
            rounded[i] = (float)(Half)values[i];
        }
    }

    /// <summary>To the nearest number whose lower sixteen bits are zero; halves to even.</summary>
    static void ToUpperHalves(ReadOnlySpan<float> values, Span<float> rounded)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(values[i]);
            rounded[i] = BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF_0000);
        }
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
