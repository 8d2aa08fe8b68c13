using System.Runtime.InteropServices;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>Between floats and the bytes of a GGUF tensor.</summary>
internal static class GgufNumbers
{
    /// <summary>Numbers that share a scale in Q8_0.</summary>
    public const int BlockLength = 32;
    const int BlockBytes = 2 + BlockLength;

    /// <param name="elements">Whole blocks.</param>
    public static long Bytes(GgufType type, long elements) => elements / type.BlockLength() * type.BlockBytes();

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
            case GgufType.Q8:
                for (var block = 0; block < values.Length / BlockLength; block++)
                {
                    EncodeBlock(values.Slice(block * BlockLength, BlockLength), bytes.AsSpan(block * BlockBytes, BlockBytes));
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Written are F32, F16 and Q8_0.");
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
            case GgufType.BF16:
                SafetensorsNumbers.Decode(SafetensorsType.BF16, bytes, values);
                break;
            default:
                var (length, size) = (type.BlockLength(), type.BlockBytes());
                for (var block = 0; block < values.Length / length; block++)
                {
                    DecodeBlock(type, bytes.Slice(block * size, size), values.Slice(block * length, length));
                }

                break;
        }
    }

    static void DecodeBlock(GgufType type, ReadOnlySpan<byte> block, Span<float> values)
    {
        switch (type)
        {
            case GgufType.Q4:
                GgufBlocks.DecodeQ4(block, values);
                break;
            case GgufType.Q4K:
                GgufBlocks.DecodeQ4K(block, values);
                break;
            case GgufType.Q6K:
                GgufBlocks.DecodeQ6K(block, values);
                break;
            default:
                DecodeBlock(block, values);
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
