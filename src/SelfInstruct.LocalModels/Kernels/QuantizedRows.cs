using System.Runtime.InteropServices;

namespace SelfInstruct.LocalModels.Kernels;

/// <summary>Rows of inputs rounded to eight bits, 32 to a scale.</summary>
/// <param name="numbers">As the product's <see cref="IByteProduct.Store"/> left them.</param>
/// <param name="rowBytes">From one row's numbers to the next's.</param>
/// <param name="scales">[count, blocks].</param>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct QuantizedRows(byte* numbers, nint rowBytes, float* scales, int blocks, int count)
{
    public byte* Numbers { get; } = numbers;

    public nint RowBytes { get; } = rowBytes;

    public float* Scales { get; } = scales;

    public int Blocks { get; } = blocks;

    public int Count { get; } = count;

    public QuantizedRows Slice(int row, int rows) => new(Numbers + (row * RowBytes), RowBytes, Scales + ((nint)row * Blocks), Blocks, rows);
}
