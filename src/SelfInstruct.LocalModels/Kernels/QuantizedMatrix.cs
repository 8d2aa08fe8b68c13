using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SelfInstruct.LocalModels.Kernels;

/// <summary>
/// A weight matrix W [outputs, inputs] in Q8_0, kept in eight bits. Inputs are rounded to eight bits as well, 32 at a time,
/// as llama.cpp does; products of integers are exact, and each output is one chain of fused multiply-adds over ascending blocks.
/// </summary>
/// <remarks>
/// Eight outputs lie side by side: for each block of 32 inputs their eight scales, then eight times four inputs of each,
/// so that one vector of 32 bytes meets four inputs broadcast.
/// </remarks>
internal sealed unsafe class QuantizedMatrix : IWeightMatrix
{
    const int Block = 32;
    const int StoredBlock = 2 + Block;
    const int Lanes = 8;
    const int PanelBlock = Lanes * (sizeof(float) + Block);

    readonly bool _portable;
    readonly byte[] _storage;
    readonly byte* _panels;
    readonly int _blocks;

    /// <param name="inputs">A multiple of 32.</param>
    /// <param name="portable">Do without the machine's own instructions; the same bits, slower.</param>
    public QuantizedMatrix(int outputs, int inputs, bool portable = false)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(inputs % Block, 0, nameof(inputs));
        (Outputs, Inputs, _blocks, _portable) = (outputs, inputs, inputs / Block, portable || !Avx2.IsSupported || !Fma.IsSupported);
        var length = (long)((outputs + Lanes - 1) / Lanes) * _blocks * PanelBlock;
        _storage = GC.AllocateArray<byte>(checked((int)length), pinned: true);
        _panels = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_storage));
    }

    public int Outputs { get; }

    public int Inputs { get; }

    /// <param name="first">First row, a multiple of <see cref="IWeightMatrix.RowStep"/>.</param>
    /// <param name="stored">Rows of Q8_0 blocks.</param>
    public void PackRows(int first, ReadOnlySpan<byte> stored)
    {
        var rowBytes = _blocks * StoredBlock;
        for (var row = 0; row < stored.Length / rowBytes; row++)
        {
            for (var block = 0; block < _blocks; block++)
            {
                var source = stored.Slice((row * rowBytes) + (block * StoredBlock), StoredBlock);
                var lane = (first + row) % Lanes;
                var target = PanelOf(first + row, block);
                ((float*)target)[lane] = (float)MemoryMarshal.Read<Half>(source);
                for (var i = 0; i < Block; i++)
                {
                    target[NumberAt(lane, i)] = source[2 + i];
                }
            }
        }
    }

    public void CopyRow(int row, Span<float> values)
    {
        var lane = row % Lanes;
        for (var i = 0; i < values.Length; i++)
        {
            var source = PanelOf(row, i / Block);
            values[i] = ((float*)source)[lane] * (sbyte)source[NumberAt(lane, i % Block)];
        }
    }

    public void Multiply(ReadOnlySpan<float> a, Span<float> c, int rows, bool accumulate = false)
    {
        if (a.Length != (long)rows * Inputs || c.Length != (long)rows * Outputs)
        {
            throw new ArgumentException($"{rows} rows need {(long)rows * Inputs} inputs and {(long)rows * Outputs} outputs; there are {a.Length} and {c.Length}.", nameof(rows));
        }

        var numbers = ArrayPool<sbyte>.Shared.Rent(a.Length);
        var scales = ArrayPool<float>.Shared.Rent(rows * _blocks);
        for (var block = 0; block < rows * _blocks; block++)
        {
            scales[block] = Quantize(a.Slice(block * Block, Block), numbers.AsSpan(block * Block, Block));
        }

        fixed (sbyte* number = numbers)
        fixed (float* scale = scales, result = c)
        {
            for (var output = 0; output < Outputs; output += Lanes)
            {
                MultiplyPanel(_panels + ((nint)(output / Lanes) * _blocks * PanelBlock), number, scale, result + output, rows, Math.Min(Lanes, Outputs - output), accumulate);
            }
        }

        ArrayPool<sbyte>.Shared.Return(numbers);
        ArrayPool<float>.Shared.Return(scales);
    }

    /// <summary>The largest magnitude becomes 127; halves round to even. The scale is kept in half precision, as in a file.</summary>
    internal static float Quantize(ReadOnlySpan<float> values, Span<sbyte> numbers)
    {
        var (a, b, c, d) = (Vector256.Create(values), Vector256.Create(values[8..]), Vector256.Create(values[16..]), Vector256.Create(values[24..]));
        var most = Vector256.Max(Vector256.Max(Vector256.Abs(a), Vector256.Abs(b)), Vector256.Max(Vector256.Abs(c), Vector256.Abs(d)));
        var largest = 0f;
        for (var lane = 0; lane < Lanes; lane++)
        {
            largest = MathF.Max(largest, most[lane]);
        }

        var inverse = Vector256.Create(largest > 0 ? 127f / largest : 0f);
        Vector256.Narrow(
            Vector256.Narrow(Rounded(a * inverse), Rounded(b * inverse)),
            Vector256.Narrow(Rounded(c * inverse), Rounded(d * inverse))).CopyTo(numbers);
        return (float)(Half)(largest / 127f);
    }

    static Vector256<int> Rounded(Vector256<float> values) => Vector256.ConvertToInt32(Vector256.Round(values));

    void MultiplyPanel(byte* panel, sbyte* numbers, float* scales, float* result, int rows, int lanes, bool accumulate)
    {
        const int Tile = 4;
        float* sums = stackalloc float[Tile * Lanes];
        for (var row = 0; row < rows; row += Tile)
        {
            var count = Math.Min(Tile, rows - row);
            var number = numbers + ((nint)row * Inputs);
            var scale = scales + ((nint)row * _blocks);
            if (_portable)
            {
                SumPortable(panel, number, scale, count, sums);
            }
            else if (count == Tile)
            {
                SumFour(panel, number, scale, sums);
            }
            else
            {
                for (var i = 0; i < count; i++)
                {
                    SumOne(panel, number + ((nint)i * Inputs), scale + ((nint)i * _blocks), sums + (i * Lanes));
                }
            }

            for (var i = 0; i < count; i++)
            {
                Keep(sums + (i * Lanes), result + ((nint)(row + i) * Outputs), lanes, accumulate);
            }
        }
    }

    static void Keep(float* sums, float* result, int lanes, bool accumulate)
    {
        for (var lane = 0; lane < lanes; lane++)
        {
            result[lane] = accumulate ? result[lane] + sums[lane] : sums[lane];
        }
    }

    /// <summary>The twin that says what the others do.</summary>
    void SumPortable(byte* panel, sbyte* numbers, float* scales, int rows, float* sums)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                var sum = 0f;
                for (var block = 0; block < _blocks; block++)
                {
                    var weights = panel + ((nint)block * PanelBlock);
                    var dot = 0;
                    for (var i = 0; i < Block; i++)
                    {
                        dot += (sbyte)weights[NumberAt(lane, i)] * numbers[((nint)row * Inputs) + (block * Block) + i];
                    }

                    sum = MathF.FusedMultiplyAdd(dot, ((float*)weights)[lane] * scales[((nint)row * _blocks) + block], sum);
                }

                sums[(row * Lanes) + lane] = sum;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void SumOne(byte* panel, sbyte* numbers, float* scales, float* sums)
    {
        var (sum, ones) = (Vector256<float>.Zero, Vector256<short>.One);
        for (var block = 0; block < _blocks; block++, panel += PanelBlock, numbers += Block)
        {
            // Two sums, for two chains of additions.
            Vector256<int> even = default, odd = default;
            var weights = (sbyte*)panel + (Lanes * sizeof(float));
            for (var group = 0; group < Block / 4; group += 2)
            {
                var (first, second) = (Vector256.Load(weights + (group * 32)), Vector256.Load(weights + (group * 32) + 32));
                even += Dot(Vector256.Abs(first).AsByte(), first, numbers + (group * 4), ones);
                odd += Dot(Vector256.Abs(second).AsByte(), second, numbers + (group * 4) + 4, ones);
            }

            sum = Add(sum, even + odd, Vector256.Load((float*)panel), scales[block]);
        }

        sum.Store(sums);
    }

    /// <summary>Four rows meet each vector of weights while it is in a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void SumFour(byte* panel, sbyte* numbers, float* scales, float* sums)
    {
        Vector256<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        var ones = Vector256<short>.One;
        nint row = Inputs;
        for (var block = 0; block < _blocks; block++, panel += PanelBlock, numbers += Block)
        {
            Vector256<int> dot0 = default, dot1 = default, dot2 = default, dot3 = default;
            var weights = (sbyte*)panel + (Lanes * sizeof(float));
            for (var group = 0; group < Block / 4; group++)
            {
                var weight = Vector256.Load(weights + (group * 32));
                var magnitude = Vector256.Abs(weight).AsByte();
                var number = numbers + (group * 4);
                dot0 += Dot(magnitude, weight, number, ones);
                dot1 += Dot(magnitude, weight, number + row, ones);
                dot2 += Dot(magnitude, weight, number + (2 * row), ones);
                dot3 += Dot(magnitude, weight, number + (3 * row), ones);
            }

            var scale = Vector256.Load((float*)panel);
            sum0 = Add(sum0, dot0, scale, scales[block]);
            sum1 = Add(sum1, dot1, scale, scales[block + _blocks]);
            sum2 = Add(sum2, dot2, scale, scales[block + (2 * _blocks)]);
            sum3 = Add(sum3, dot3, scale, scales[block + (3 * _blocks)]);
        }

        sum0.Store(sums);
        sum1.Store(sums + Lanes);
        sum2.Store(sums + (2 * Lanes));
        sum3.Store(sums + (3 * Lanes));
    }

    /// <summary>Four inputs times four weights of each of eight outputs. The instruction takes one factor without sign, so the other gets both.</summary>
    /// <remarks>No 16-bit sum overflows: 2 · 128 · 127. An input is never −128, so its sign can always be turned.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> Dot(Vector256<byte> magnitudes, Vector256<sbyte> weights, sbyte* numbers, Vector256<short> ones) =>
        Avx2.MultiplyAddAdjacent(
            Avx2.MultiplyAddAdjacent(magnitudes, Avx2.Sign(Vector256.Create(*(int*)numbers).AsSByte(), weights)), ones);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Add(Vector256<float> sum, Vector256<int> dot, Vector256<float> weightScales, float scale) =>
        Fma.MultiplyAdd(Avx.ConvertToVector256Single(dot), weightScales * Vector256.Create(scale), sum);

    byte* PanelOf(int row, int block) => _panels + ((((nint)(row / Lanes) * _blocks) + block) * PanelBlock);

    /// <summary>Where number i of a block lies behind the start of its panel's block.</summary>
    static int NumberAt(int lane, int i) => (Lanes * sizeof(float)) + (i / 4 * 4 * Lanes) + (lane * 4) + (i % 4);
}
