using System.Runtime.InteropServices;

namespace SelfInstruct.LocalModels.Kernels;

/// <summary>One number at a time: says what the others do, and runs everywhere.</summary>
internal sealed unsafe class PortableByteProduct : IByteProduct
{
    public int Group => 1;

    public int TileRows => 1;

    public int NumberBytes => sizeof(short);

    public void Store(ReadOnlySpan<short> numbers, Span<byte> target) => MemoryMarshal.AsBytes(numbers).CopyTo(target);

    public void Sum(byte* left, byte* right, in QuantizedRows rows, float* sums)
    {
        for (var lane = 0; lane < QuantizedPanel.Lanes; lane++)
        {
            sums[lane] = Sum(left, lane, rows);
            sums[QuantizedPanel.Lanes + lane] = Sum(right, lane, rows);
        }
    }

    static float Sum(byte* panel, int lane, in QuantizedRows rows)
    {
        var sum = 0f;
        var numbers = (short*)rows.Numbers;
        for (var block = 0; block < rows.Blocks; block++, panel += QuantizedPanel.Bytes)
        {
            var dot = 0;
            for (var i = 0; i < QuantizedPanel.Block; i++)
            {
                dot += QuantizedPanel.Weights(panel)[QuantizedPanel.At(lane, i, 1)] * numbers[(block * QuantizedPanel.Block) + i];
            }

            sum = MathF.FusedMultiplyAdd(dot, QuantizedPanel.Scales(panel)[lane] * rows.Scales[block], sum);
        }

        return sum;
    }
}
