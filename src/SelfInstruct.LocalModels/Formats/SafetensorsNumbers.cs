using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>Between floats and the little-endian bytes of a safetensors tensor.</summary>
internal static class SafetensorsNumbers
{
    public static int Size(SafetensorsType type) => type == SafetensorsType.F32 ? 4 : 2;

    public static byte[] Encode(SafetensorsType type, ReadOnlySpan<float> values)
    {
        switch (type)
        {
            case SafetensorsType.F32:
                return MemoryMarshal.AsBytes(values).ToArray();
            case SafetensorsType.F16:
                return GgufNumbers.Encode(GgufType.F16, values);
            default:
                var bytes = new byte[2 * values.Length];
                for (var i = 0; i < values.Length; i++)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), UpperHalf(values[i]));
                }

                return bytes;
        }
    }

    public static void Decode(SafetensorsType type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (type)
        {
            case SafetensorsType.F32:
                GgufNumbers.Decode(GgufType.F32, bytes, values);
                break;
            case SafetensorsType.F16:
                GgufNumbers.Decode(GgufType.F16, bytes, values);
                break;
            default:
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16);
                }

                break;
        }
    }

    /// <summary>Rounds to the nearest, ties to even, without turning a NaN into infinity.</summary>
    static ushort UpperHalf(float value)
    {
        const uint QuietBit = 0x40;
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value)
            ? (ushort)((bits >> 16) | QuietBit)
            : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
