using System.Runtime.InteropServices;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>Between floats and the bytes of a GGUF tensor.</summary>
internal static class GgufNumbers
{
    /// <summary>Numbers that share a scale in Q8_0.</summary>
    public const int BlockLength = 32;
    const int BlockBytes = 2 + BlockLength;

    public static long Bytes(GgufType type, long elements) => type switch
    {
        GgufType.F32 => elements * 4,
        GgufType.F16 => elements * 2,
        GgufType.Q8 => elements / BlockLength * BlockBytes,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Known are F32, F16 and Q8_0."),
    };

    public static byte[] Encode(GgufType type, ReadOnlySpan<float> values)
    {
        var bytes = new byte[Bytes(type, values.Length)];
        switch (type)
        {
            case GgufType.F32:
                MemoryMarshal.AsBytes(values).CopyTo(bytes);
                break;
            case GgufType.F16:
                EncodeHalves(values, MemoryMarshal.Cast<byte, Half>(bytes.AsSpan()));
                break;
            default:
                for (var block = 0; block < values.Length / BlockLength; block++)
                {
                    EncodeBlock(values.Slice(block * BlockLength, BlockLength), bytes.AsSpan(block * BlockBytes, BlockBytes));
                }

                break;
        }

        return bytes;
    }

    public static void Decode(GgufType type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (type)
        {
            case GgufType.F32:
                bytes.CopyTo(MemoryMarshal.AsBytes(values));
                break;
            case GgufType.F16:
                var halves = MemoryMarshal.Cast<byte, Half>(bytes);
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = (float)halves[i];
                }

                break;
            default:
                for (var block = 0; block < values.Length / BlockLength; block++)
                {
                    DecodeBlock(bytes.Slice(block * BlockBytes, BlockBytes), values.Slice(block * BlockLength, BlockLength));
                }

                break;
        }
    }

    static void EncodeHalves(ReadOnlySpan<float> values, Span<Half> halves)
    {
        for (var i = 0; i < values.Length; i++)
        {
            halves[i] = (Half)values[i];
            if (!Half.IsFinite(halves[i]))
            {
                throw new ArgumentException($"The weight {values[i]} does not fit into F16; write F32.", nameof(values));
            }
        }
    }

    /// <summary>As ggml's reference: the scale is the largest magnitude over 127; halves round away from zero.</summary>
    static void EncodeBlock(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        var largest = 0f;
        foreach (var value in values)
        {
            largest = MathF.Max(largest, MathF.Abs(value));
        }

        var scale = largest / 127f;
        if (!Half.IsFinite((Half)scale))
        {
            throw new ArgumentException($"The weight {largest} does not fit into Q8_0; write F32.", nameof(values));
        }

        var inverse = scale > 0 ? 1f / scale : 0f;
        MemoryMarshal.Write(bytes, (Half)scale);
        for (var i = 0; i < values.Length; i++)
        {
            bytes[2 + i] = unchecked((byte)(sbyte)MathF.Round(values[i] * inverse, MidpointRounding.AwayFromZero));
        }
    }

    static void DecodeBlock(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        var scale = (float)MemoryMarshal.Read<Half>(bytes);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = scale * unchecked((sbyte)bytes[2 + i]);
        }
    }
}
