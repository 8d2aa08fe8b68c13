using System.Buffers;
using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Kernels;

/// <summary>Weights as floats; inputs are rounded first, as ggml rounds them, so that the same file gives the same text.</summary>
internal sealed unsafe class RoundedInputMatrix(PackedMatrix weights, ActivationRounding rounding) : IWeightMatrix
{
    public int Outputs => weights.Outputs;

    public int Inputs => weights.Inputs;

    public void Multiply(in MatrixView a, in MatrixView c, bool accumulate = false)
    {
        ((IWeightMatrix)this).CheckShapes(a, c);
        var stride = RowBuffer.StrideOf(Inputs);
        var rounded = ArrayPool<float>.Shared.Rent(a.Rows * stride);
        for (var row = 0; row < a.Rows; row++)
        {
            InputRounding.Round(new(a.Pointer + (row * a.RowStride), Inputs), rounded.AsSpan(row * stride, Inputs), rounding);
        }

        fixed (float* inputs = rounded)
        {
            weights.Multiply(new MatrixView(inputs, a.Rows, Inputs, stride), c, accumulate);
        }

        ArrayPool<float>.Shared.Return(rounded);
    }

    public void CopyRow(int row, Span<float> values) => weights.CopyRow(row, values);
}
