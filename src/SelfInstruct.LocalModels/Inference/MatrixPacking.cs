using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>Reads tensors a few rows at a time and packs them, so that no matrix is ever there twice.</summary>
sealed class MatrixPacking(IDecoderTensorSource source, IReadOnlyDictionary<(DecoderPart Part, int Layer), DecoderTensor> tensors)
{
    /// <summary>Numbers read at a time, about.</summary>
    const int ChunkLength = 1 << 20;

    float[] _floats = [];
    byte[] _bytes = [];

    public float[] Vector(int layer, DecoderPart part)
    {
        var tensor = tensors[(part, layer)];
        var values = new float[tensor.Columns];
        source.Read(tensor, 0, values);
        return values;
    }

    /// <summary>Several matrices over the same input, one under the other, so that one call multiplies by all.</summary>
    public IWeightMatrix Matrix(int layer, params ReadOnlySpan<DecoderPart> parts)
    {
        var stacked = new List<DecoderTensor>();
        foreach (var part in parts)
        {
            stacked.Add(tensors[(part, layer)]);
        }

        var (outputs, inputs) = (stacked.Sum(tensor => tensor.Rows), stacked[0].Columns);
        if (stacked.TrueForAll(source.IsQ8))
        {
            return Quantized(stacked, new QuantizedMatrix(outputs, inputs));
        }

        // Parts of several types share one product, and so one rounding: none.
        var roundings = stacked.Select(source.RoundingOf).Distinct().ToArray();
        var floats = Floats(stacked, new PackedMatrix(outputs, inputs));
        return roundings is [not ActivationRounding.None] ? new RoundedInputMatrix(floats, roundings[0]) : floats;
    }

    QuantizedMatrix Quantized(IReadOnlyList<DecoderTensor> stacked, QuantizedMatrix matrix)
    {
        var (step, rowBytes) = (RowsAtATime(matrix), (int)GgufNumbers.Bytes(GgufType.Q8, matrix.Inputs));
        var chunk = Room(ref _bytes, Math.Min(step, matrix.Outputs) * rowBytes);
        for (var first = 0; first < matrix.Outputs; first += step)
        {
            var rows = Math.Min(step, matrix.Outputs - first);
            foreach (var (tensor, row, at, count) in Pieces(stacked, first, rows))
            {
                source.ReadQ8(tensor, row, chunk.AsSpan(at * rowBytes, count * rowBytes));
            }

            matrix.PackRows(first, chunk.AsSpan(0, rows * rowBytes));
        }

        return matrix;
    }

    unsafe PackedMatrix Floats(IReadOnlyList<DecoderTensor> stacked, PackedMatrix matrix)
    {
        var step = RowsAtATime(matrix);
        var chunk = Room(ref _floats, Math.Min(step, matrix.Outputs) * matrix.Inputs);
        fixed (float* pointer = chunk)
        {
            for (var first = 0; first < matrix.Outputs; first += step)
            {
                var rows = Math.Min(step, matrix.Outputs - first);
                foreach (var (tensor, row, at, count) in Pieces(stacked, first, rows))
                {
                    source.Read(tensor, row, chunk.AsSpan(at * matrix.Inputs, count * matrix.Inputs));
                }

                matrix.PackRows(first, new(pointer, rows, matrix.Inputs));
            }
        }

        return matrix;
    }

    static T[] Room<T>(ref T[] buffer, int length) => buffer.Length >= length ? buffer : buffer = new T[length];

    static int RowsAtATime(IWeightMatrix matrix) =>
        Math.Max(1, ChunkLength / matrix.Inputs / IWeightMatrix.RowStep) * IWeightMatrix.RowStep;

    /// <summary>Which rows of which tensor lie at rows [first, first + rows) of the stack, and where in that range.</summary>
    static IEnumerable<(DecoderTensor Tensor, int Row, int At, int Count)> Pieces(IReadOnlyList<DecoderTensor> stacked, int first, int rows)
    {
        var start = 0;
        foreach (var tensor in stacked)
        {
            var from = Math.Max(first, start);
            var to = Math.Min(first + rows, start + tensor.Rows);
            if (from < to)
            {
                yield return (tensor, from - start, from - first, to - from);
            }

            start += tensor.Rows;
        }
    }
}
