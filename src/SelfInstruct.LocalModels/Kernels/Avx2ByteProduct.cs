using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SelfInstruct.LocalModels.Kernels;

/// <summary>Two weights of each of eight outputs, widened to 16 bits, meet two inputs broadcast.</summary>
/// <remarks>AVX2's product of bytes adds pairs in 16 bits, where 127 · 255 · 2 does not fit.</remarks>
internal sealed unsafe class Avx2ByteProduct : IByteProduct
{
    public int Group => 2;

    public int TileRows => 4;

    public int NumberBytes => sizeof(short);

    public void Store(ReadOnlySpan<short> numbers, Span<byte> target) => MemoryMarshal.AsBytes(numbers).CopyTo(target);

    public void Sum(byte* left, byte* right, in QuantizedRows rows, float* sums)
    {
        for (var half = 0; half < 2; half++)
        {
            byte* panel = half == 0 ? left : right;
            float* target = sums + (half * QuantizedPanel.Lanes);
            if (rows.Count == TileRows)
            {
                SumFour(panel, rows, target);
                continue;
            }

            for (var row = 0; row < rows.Count; row++)
            {
                SumOne(panel, rows.Slice(row, 1), target + (row * 2 * QuantizedPanel.Lanes));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SumOne(byte* panel, in QuantizedRows rows, float* sums)
    {
        var sum = Vector256<float>.Zero;
        var numbers = (short*)rows.Numbers;
        for (var block = 0; block < rows.Blocks; block++, panel += QuantizedPanel.Bytes, numbers += QuantizedPanel.Block)
        {
            // Two sums, for two chains of additions.
            Vector256<int> even = default, odd = default;
            var weights = QuantizedPanel.Weights(panel);
            for (var i = 0; i < QuantizedPanel.Block; i += 4)
            {
                even += Dot(Avx2.ConvertToVector256Int16(weights + (i * QuantizedPanel.Lanes)), numbers + i);
                odd += Dot(Avx2.ConvertToVector256Int16(weights + ((i + 2) * QuantizedPanel.Lanes)), numbers + i + 2);
            }

            sum = Add(sum, even + odd, Vector256.Load(QuantizedPanel.Scales(panel)), rows.Scales[block]);
        }

        sum.Store(sums);
    }

    /// <summary>Four rows meet each vector of weights while it is in a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SumFour(byte* panel, in QuantizedRows rows, float* sums)
    {
        Vector256<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        short* numbers = (short*)rows.Numbers;
        float* scales = rows.Scales;
        nint row = rows.RowBytes / sizeof(short), blocks = rows.Blocks;
        for (nint block = 0; block < blocks; block++, panel += QuantizedPanel.Bytes, numbers += QuantizedPanel.Block)
        {
            Vector256<int> dot0 = default, dot1 = default, dot2 = default, dot3 = default;
            sbyte* weights = QuantizedPanel.Weights(panel);
            short* number = numbers;
            for (var i = 0; i < QuantizedPanel.Block; i += 2, weights += 2 * QuantizedPanel.Lanes, number += 2)
            {
                var weight = Avx2.ConvertToVector256Int16(weights);
                dot0 += Dot(weight, number);
                dot1 += Dot(weight, number + row);
                dot2 += Dot(weight, number + (2 * row));
                dot3 += Dot(weight, number + (3 * row));
            }

            var scale = Vector256.Load(QuantizedPanel.Scales(panel));
            sum0 = Add(sum0, dot0, scale, scales[block]);
            sum1 = Add(sum1, dot1, scale, scales[block + blocks]);
            sum2 = Add(sum2, dot2, scale, scales[block + (2 * blocks)]);
            sum3 = Add(sum3, dot3, scale, scales[block + (3 * blocks)]);
        }

        const int Width = 2 * QuantizedPanel.Lanes;
        sum0.Store(sums);
        sum1.Store(sums + Width);
        sum2.Store(sums + (2 * Width));
        sum3.Store(sums + (3 * Width));
    }

    /// <summary>Two inputs times two weights of each of eight outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> Dot(Vector256<short> weights, short* numbers) =>
        Avx2.MultiplyAddAdjacent(weights, Vector256.Create(*(int*)numbers).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Add(Vector256<float> sum, Vector256<int> dot, Vector256<float> weightScales, float scale) =>
        Fma.MultiplyAdd(Avx.ConvertToVector256Single(dot), weightScales * Vector256.Create(scale), sum);
}
