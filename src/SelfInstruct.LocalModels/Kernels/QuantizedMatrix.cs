using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SelfInstruct.LocalModels.Kernels;

/// <summary>
/// A weight matrix W [outputs, inputs] in Q8_0, kept in eight bits. Inputs are rounded to eight bits as well, 32 at a time,
/// as llama.cpp does; products of integers are exact, and each output is one chain of fused multiply-adds over ascending blocks.
/// </summary>
internal sealed unsafe class QuantizedMatrix : IWeightMatrix
{
    const int Block = QuantizedPanel.Block;
    const int Lanes = QuantizedPanel.Lanes;
    const int StoredBlock = 2 + Block;
    const int CacheLineBytes = 64;

    readonly IByteProduct _product;

    /// <summary>Keeps what <see cref="_panels"/> points to.</summary>
    readonly byte[] _storage;
    readonly byte* _panels;
    readonly int _blocks;

    /// <param name="inputs">A multiple of 32.</param>
    /// <param name="product">Null: the fastest of this machine.</param>
    public QuantizedMatrix(int outputs, int inputs, IByteProduct? product = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(inputs % Block, 0, nameof(inputs));
        (Outputs, Inputs, _blocks, _product) = (outputs, inputs, inputs / Block, product ?? IByteProduct.Fastest);
        var length = (long)((outputs + Lanes - 1) / Lanes) * _blocks * QuantizedPanel.Bytes;
        _storage = GC.AllocateArray<byte>(checked((int)(length + CacheLineBytes)), pinned: true);
        var start = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_storage));
        _panels = (byte*)((start + CacheLineBytes - 1) / CacheLineBytes * CacheLineBytes);
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
                Pack(stored.Slice((row * rowBytes) + (block * StoredBlock), StoredBlock), PanelOf(first + row, block), (first + row) % Lanes);
            }
        }
    }

    public void CopyRow(int row, Span<float> values)
    {
        var lane = row % Lanes;
        for (var i = 0; i < values.Length; i++)
        {
            var panel = PanelOf(row, i / Block);
            values[i] = QuantizedPanel.Scales(panel)[lane] * QuantizedPanel.Weights(panel)[QuantizedPanel.At(lane, i % Block, _product.Group)];
        }
    }

    public void Multiply(in MatrixView a, in MatrixView c, bool accumulate = false)
    {
        ((IWeightMatrix)this).CheckShapes(a, c);
        var rowBytes = Inputs * _product.NumberBytes;
        var numbers = ArrayPool<byte>.Shared.Rent(a.Rows * rowBytes);
        var scales = ArrayPool<float>.Shared.Rent(a.Rows * _blocks);
        for (var row = 0; row < a.Rows; row++)
        {
            var values = new ReadOnlySpan<float>(a.Pointer + (row * a.RowStride), Inputs);
            Quantize(values, numbers.AsSpan(row * rowBytes, rowBytes), scales.AsSpan(row * _blocks, _blocks));
        }

        fixed (byte* number = numbers)
        fixed (float* scale = scales)
        {
            MultiplyPanels(new(number, rowBytes, scale, _blocks, a.Rows), c, accumulate);
        }

        ArrayPool<byte>.Shared.Return(numbers);
        ArrayPool<float>.Shared.Return(scales);
    }

    /// <summary>The largest magnitude becomes 127; halves round to even. The scale is kept in half precision, as in a file.</summary>
    internal static float Quantize(ReadOnlySpan<float> values, Span<short> numbers)
    {
        var (a, b, c, d) = (Vector256.Create(values), Vector256.Create(values[8..]), Vector256.Create(values[16..]), Vector256.Create(values[24..]));
        var most = Vector256.Max(Vector256.Max(Vector256.Abs(a), Vector256.Abs(b)), Vector256.Max(Vector256.Abs(c), Vector256.Abs(d)));
        var largest = 0f;
        for (var lane = 0; lane < Vector256<float>.Count; lane++)
        {
            largest = MathF.Max(largest, most[lane]);
        }

        var inverse = Vector256.Create(largest > 0 ? 127f / largest : 0f);
        Vector256.Narrow(Rounded(a * inverse), Rounded(b * inverse)).CopyTo(numbers);
        Vector256.Narrow(Rounded(c * inverse), Rounded(d * inverse)).CopyTo(numbers[16..]);
        return (float)(Half)(largest / 127f);
    }

    static Vector256<int> Rounded(Vector256<float> values) => Vector256.ConvertToInt32(Vector256.Round(values));

    void Quantize(ReadOnlySpan<float> row, Span<byte> numbers, Span<float> scales)
    {
        Span<short> block = stackalloc short[Block];
        var bytes = Block * _product.NumberBytes;
        for (var i = 0; i < _blocks; i++)
        {
            scales[i] = Quantize(row.Slice(i * Block, Block), block);
            _product.Store(block, numbers.Slice(i * bytes, bytes));
        }
    }

    void Pack(ReadOnlySpan<byte> stored, byte* panel, int lane)
    {
        var sum = 0;
        for (var i = 0; i < Block; i++)
        {
            var weight = (sbyte)stored[2 + i];
            QuantizedPanel.Weights(panel)[QuantizedPanel.At(lane, i, _product.Group)] = weight;
            sum += weight;
        }

        QuantizedPanel.Scales(panel)[lane] = (float)MemoryMarshal.Read<Half>(stored);
        QuantizedPanel.Offsets(panel)[lane] = -128 * sum;
    }

    void MultiplyPanels(in QuantizedRows rows, in MatrixView c, bool accumulate)
    {
        const int Width = 2 * Lanes;
        float* sums = stackalloc float[_product.TileRows * Width];
        for (var output = 0; output < Outputs; output += Width)
        {
            // An odd last panel is its own neighbour, whose sums nobody keeps.
            byte* left = PanelOf(output, 0), right = PanelOf(output + Lanes < Outputs ? output + Lanes : output, 0);
            for (var row = 0; row < rows.Count; row += _product.TileRows)
            {
                var tile = rows.Slice(row, Math.Min(_product.TileRows, rows.Count - row));
                _product.Sum(left, right, tile, sums);
                for (var i = 0; i < tile.Count; i++)
                {
                    Keep(new(sums + (i * Width), Math.Min(Width, Outputs - output)), c.Pointer + ((row + i) * c.RowStride) + output, accumulate);
                }
            }
        }
    }

    static void Keep(ReadOnlySpan<float> sums, float* result, bool accumulate)
    {
        var target = new Span<float>(result, sums.Length);
        if (accumulate)
        {
            VectorMath.Add(sums, target);
        }
        else
        {
            sums.CopyTo(target);
        }
    }

    byte* PanelOf(int row, int block) => _panels + ((((nint)(row / Lanes) * _blocks) + block) * QuantizedPanel.Bytes);
}
