using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Training;

/// <summary>softmax(q · kᵀ / √headSize) · v with a causal mask, for all heads of one window, and its gradient.</summary>
internal sealed unsafe class CausalAttention(DecoderConfig config, int positions, MatrixProduct product)
{
    readonly int headSize = config.HeadSize;
    readonly float scale = 1f / MathF.Sqrt(config.HeadSize);
    readonly FloatBuffer scoreGradient = new((long)positions * positions);

    /// <param name="queryKeyValue">[T, 3D], turned.</param>
    /// <param name="probabilities">[H, T, T], filled.</param>
    /// <param name="mixed">[T, D], filled.</param>
    public void Forward(FloatBuffer queryKeyValue, FloatBuffer probabilities, FloatBuffer mixed)
    {
        for (var head = 0; head < config.Heads; head++)
        {
            var (query, key, value) = Heads(queryKeyValue, head);
            var weights = Square(probabilities, head);
            product.Multiply(query, key.Transposed, weights, shape: ProductShape.LowerResult);
            for (var row = 0; row < positions; row++)
            {
                VectorMath.Softmax(Row(weights, row)[..(row + 1)], scale);
                ClearAfterDiagonal(weights, row);
            }

            product.Multiply(weights, value, Head(mixed, head), shape: ProductShape.LowerLeft);
        }
    }

    /// <param name="mixedGradient">[T, D].</param>
    /// <param name="queryKeyValueGradient">[T, 3D], filled.</param>
    public void Backward(FloatBuffer queryKeyValue, FloatBuffer probabilities, FloatBuffer mixedGradient, FloatBuffer queryKeyValueGradient)
    {
        var scores = Square(scoreGradient, 0);
        for (var head = 0; head < config.Heads; head++)
        {
            var (query, key, value) = Heads(queryKeyValue, head);
            var (queryGradient, keyGradient, valueGradient) = Heads(queryKeyValueGradient, head);
            var (weights, gradient) = (Square(probabilities, head), Head(mixedGradient, head));
            product.Multiply(gradient, value.Transposed, scores, shape: ProductShape.LowerResult);
            product.Multiply(weights.Transposed, gradient, valueGradient, shape: ProductShape.UpperLeft);
            for (var row = 0; row < positions; row++)
            {
                GradientMath.Softmax(Row(weights, row)[..(row + 1)], Row(scores, row)[..(row + 1)], scale);
                ClearAfterDiagonal(scores, row);
            }

            product.Multiply(scores, key, queryGradient, shape: ProductShape.LowerLeft);
            product.Multiply(scores.Transposed, query, keyGradient, shape: ProductShape.UpperLeft);
        }
    }

    /// <summary>A tile that straddles the diagonal reads up to its own height beyond it.</summary>
    static void ClearAfterDiagonal(in MatrixView square, int row)
    {
        var rest = Row(square, row)[(row + 1)..];
        rest[..Math.Min(rest.Length, PanelProduct.TileRows)].Clear();
    }

    static Span<float> Row(in MatrixView matrix, int row) => new(matrix.Pointer + (row * matrix.RowStride), matrix.Columns);

    MatrixView Square(FloatBuffer buffer, int head) =>
        new(buffer.Pointer + ((nint)head * positions * positions), positions, positions);

    MatrixView Head(FloatBuffer buffer, int head) =>
        new MatrixView(buffer.Pointer, positions, config.Width).SliceColumns(head * headSize, headSize);

    (MatrixView Query, MatrixView Key, MatrixView Value) Heads(FloatBuffer buffer, int head)
    {
        var all = new MatrixView(buffer.Pointer, positions, 3 * config.Width);
        var column = head * headSize;
        return (all.SliceColumns(column, headSize),
            all.SliceColumns(config.Width + column, headSize),
            all.SliceColumns((2 * config.Width) + column, headSize));
    }
}
