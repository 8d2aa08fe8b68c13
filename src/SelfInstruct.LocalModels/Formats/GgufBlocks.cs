using System.Runtime.InteropServices;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>The quantised blocks of ggml that are only read; layouts as in ggml's dequantize_row functions.</summary>
internal static class GgufBlocks
{
    /// <param name="block">A half-precision scale; then byte i holds numbers i (low four bits) and i + 16, each 8 too large.</param>
    public static void DecodeQ4(ReadOnlySpan<byte> block, Span<float> values)
    {
        var scale = Half(block);
        for (var i = 0; i < 16; i++)
        {
            values[i] = scale * ((block[2 + i] & 0xF) - 8);
            values[i + 16] = scale * ((block[2 + i] >> 4) - 8);
        }
    }

    /// <param name="block">Scale of the scales, scale of the offsets, 12 bytes of both, then 128 of numbers.</param>
    public static void DecodeQ4K(ReadOnlySpan<byte> block, Span<float> values)
    {
        ReadOnlySpan<byte> scales = block.Slice(4, 12), numbers = block[16..];
        for (var part = 0; part < 8; part++)
        {
            var (scale, offset) = SixBits(scales, part);
            var (factor, shift) = (Half(block) * scale, Half(block[2..]) * offset);
            var bytes = numbers.Slice(part / 2 * 32, 32);
            for (var i = 0; i < 32; i++)
            {
                values[(part * 32) + i] = (factor * ((bytes[i] >> (part % 2 * 4)) & 0xF)) - shift;
            }
        }
    }

    /// <param name="block">128 bytes of low bits, 64 of high bits, 16 signed scales, and the scale of those.</param>
    public static void DecodeQ6K(ReadOnlySpan<byte> block, Span<float> values)
    {
        var scale = Half(block[208..]);
        for (var i = 0; i < 256; i++)
        {
            var (half, place) = Math.DivRem(i, 128);
            var (quarter, offset) = Math.DivRem(place, 32);
            var low = (block[(half * 64) + (quarter % 2 * 32) + offset] >> (quarter / 2 * 4)) & 0xF;
            var high = (block[128 + (half * 32) + offset] >> (quarter * 2)) & 3;
            values[i] = scale * unchecked((sbyte)block[192 + (i / 16)]) * ((low | (high << 4)) - 32);
        }
    }

    /// <summary>The last four parts take their two upper bits from the bytes of the first four.</summary>
    static (int Scale, int Offset) SixBits(ReadOnlySpan<byte> packed, int part) => part < 4
        ? (packed[part] & 63, packed[part + 4] & 63)
        : ((packed[part + 4] & 0xF) | (packed[part - 4] >> 6 << 4), (packed[part + 4] >> 4) | (packed[part] >> 6 << 4));

    static float Half(ReadOnlySpan<byte> bytes) => (float)MemoryMarshal.Read<Half>(bytes);
}
