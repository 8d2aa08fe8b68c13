using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SelfInstruct.LocalModels.Kernels;

/// <summary>Four weights of each of eight outputs meet four inputs broadcast, in one instruction.</summary>
/// <remarks>It wants one factor without sign: inputs are raised by 128, and the sums start at what that adds too much.</remarks>
internal sealed unsafe class VnniByteProduct : IByteProduct
{
    const int Raise = 128;
    const int Step = 4 * QuantizedPanel.Lanes;

    public int Group => 4;

    public int TileRows => 3;

    public int NumberBytes => sizeof(byte);

    public void Store(ReadOnlySpan<short> numbers, Span<byte> target)
    {
        var raise = Vector256.Create((short)Raise);
        var (low, high) = (Vector256.Create(numbers) + raise, Vector256.Create(numbers[16..]) + raise);
        Vector256.Narrow(low.AsUInt16(), high.AsUInt16()).CopyTo(target);
    }

    public void Sum(byte* left, byte* right, in QuantizedRows rows, float* sums)
    {
        if (rows.Count == TileRows)
        {
            SumThree(left, right, rows, sums);
            return;
        }

        for (var row = 0; row < rows.Count; row++)
        {
            // One panel after the other: what does not fit the cache is read in its order.
            SumOne(left, rows.Slice(row, 1), sums + (row * 2 * QuantizedPanel.Lanes));
            SumOne(right, rows.Slice(row, 1), sums + (((row * 2) + 1) * QuantizedPanel.Lanes));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SumOne(byte* panel, in QuantizedRows rows, float* sums)
    {
        var sum = Vector256<float>.Zero;
        var numbers = rows.Numbers;
        for (var block = 0; block < rows.Blocks; block++, panel += QuantizedPanel.Bytes, numbers += QuantizedPanel.Block)
        {
            // Four sums, for four chains of additions.
            Vector256<int> a = Vector256.Load(QuantizedPanel.Offsets(panel)), b = default, c = default, d = default;
            var weights = QuantizedPanel.Weights(panel);
            for (nint i = 0; i < QuantizedPanel.Block; i += 16, weights += 4 * Step)
            {
                a = Add(a, Four(numbers + i), weights);
                b = Add(b, Four(numbers + i + 4), weights + Step);
                c = Add(c, Four(numbers + i + 8), weights + (2 * Step));
                d = Add(d, Four(numbers + i + 12), weights + (3 * Step));
            }

            sum = Add(sum, a + b + (c + d), Vector256.Load(QuantizedPanel.Scales(panel)), rows.Scales[block]);
        }

        sum.Store(sums);
    }

    /// <summary>Three rows and two panels: six sums of integers, six of floats, two vectors of weights and one of inputs fill the registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SumThree(byte* left, byte* right, in QuantizedRows rows, float* sums)
    {
        Vector256<float> left0 = default, left1 = default, left2 = default, right0 = default, right1 = default, right2 = default;
        byte* numbers = rows.Numbers;
        float* scales = rows.Scales;
        nint row = rows.RowBytes, blocks = rows.Blocks;
        for (nint block = 0; block < blocks; block++, left += QuantizedPanel.Bytes, right += QuantizedPanel.Bytes, numbers += QuantizedPanel.Block)
        {
            var leftOffsets = Vector256.Load(QuantizedPanel.Offsets(left));
            var rightOffsets = Vector256.Load(QuantizedPanel.Offsets(right));
            Vector256<int> a0 = leftOffsets, a1 = leftOffsets, a2 = leftOffsets, b0 = rightOffsets, b1 = rightOffsets, b2 = rightOffsets;
            sbyte* leftWeights = QuantizedPanel.Weights(left), rightWeights = QuantizedPanel.Weights(right);
            var number = numbers;
            for (var i = 0; i < QuantizedPanel.Block; i += 4, leftWeights += Step, rightWeights += Step, number += 4)
            {
                var (leftWeight, rightWeight) = (Vector256.Load(leftWeights), Vector256.Load(rightWeights));
                var x0 = Four(number);
                a0 = AvxVnni.MultiplyWideningAndAdd(a0, x0, leftWeight);
                b0 = AvxVnni.MultiplyWideningAndAdd(b0, x0, rightWeight);
                var x1 = Four(number + row);
                a1 = AvxVnni.MultiplyWideningAndAdd(a1, x1, leftWeight);
                b1 = AvxVnni.MultiplyWideningAndAdd(b1, x1, rightWeight);
                var x2 = Four(number + (2 * row));
                a2 = AvxVnni.MultiplyWideningAndAdd(a2, x2, leftWeight);
                b2 = AvxVnni.MultiplyWideningAndAdd(b2, x2, rightWeight);
            }

            var (leftScale, rightScale) = (Vector256.Load(QuantizedPanel.Scales(left)), Vector256.Load(QuantizedPanel.Scales(right)));
            var (scale0, scale1, scale2) = (scales[block], scales[block + blocks], scales[block + (2 * blocks)]);
            (left0, right0) = (Add(left0, a0, leftScale, scale0), Add(right0, b0, rightScale, scale0));
            (left1, right1) = (Add(left1, a1, leftScale, scale1), Add(right1, b1, rightScale, scale1));
            (left2, right2) = (Add(left2, a2, leftScale, scale2), Add(right2, b2, rightScale, scale2));
        }

        left0.Store(sums);
        right0.Store(sums + QuantizedPanel.Lanes);
        left1.Store(sums + (2 * QuantizedPanel.Lanes));
        right1.Store(sums + (3 * QuantizedPanel.Lanes));
        left2.Store(sums + (4 * QuantizedPanel.Lanes));
        right2.Store(sums + (5 * QuantizedPanel.Lanes));
    }

    /// <summary>Four inputs, broadcast.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<byte> Four(byte* numbers) => Vector256.Create(*(int*)numbers).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> Add(Vector256<int> sum, Vector256<byte> inputs, sbyte* weights) =>
        AvxVnni.MultiplyWideningAndAdd(sum, inputs, Vector256.Load(weights));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Add(Vector256<float> sum, Vector256<int> dot, Vector256<float> weightScales, float scale) =>
        Fma.MultiplyAdd(Avx.ConvertToVector256Single(dot), weightScales * Vector256.Create(scale), sum);
}
