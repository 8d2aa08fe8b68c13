using System.Runtime.InteropServices;
using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Training;

/// <summary>
/// softmax(q · kᵀ / √headSize) · v with a causal mask, for all heads, and its gradient. Sequences side by side in a window
/// are computed one by one, so none can see another.
/// </summary>
/// <param name="positions">Of the longest window.</param>
internal sealed unsafe class CausalAttention(DecoderConfig config, int positions, MatrixProduct product)
{
    readonly int headSize = config.HeadSize;

    /// <summary>Query heads to a head of key and value.</summary>
    readonly int sharing = config.Heads / config.KeyValueHeads;
    readonly float scale = 1f / MathF.Sqrt(config.HeadSize);
    readonly FloatBuffer scoreGradient = new((long)positions * (positions + ScoresPadding));

    /// <summary>What <see cref="RowBuffer.StrideOf"/> may add to a row of scores.</summary>
    public const int ScoresPadding = 16;

    /// <param name="queryKeyValue">[T, (H + 2 KV) · d], query and key turned.</param>
    /// <param name="lengths">Of the sequences; T in all.</param>
    /// <param name="probabilities">Room for [H, T, T]; of each sequence [H, length, length], filled.</param>
    /// <param name="mixed">[T, H · d], filled.</param>
    public void Forward(RowBuffer queryKeyValue, ReadOnlySpan<int> lengths, FloatBuffer probabilities, RowBuffer mixed)
    {
        var squares = probabilities.Pointer;
        var start = 0;
        foreach (var length in lengths)
        {
            for (var head = 0; head < config.Heads; head++, squares += (nint)length * RowBuffer.StrideOf(length))
            {
                Forward(Heads(queryKeyValue, start, length, head), Square(squares, length), Head(mixed, start, length, head));
            }

            start += length;
        }
    }

    /// <param name="mixedGradient">[T, H · d].</param>
    /// <param name="queryKeyValueGradient">[T, (H + 2 KV) · d], filled.</param>
    public void Backward(
        RowBuffer queryKeyValue, ReadOnlySpan<int> lengths, FloatBuffer probabilities, RowBuffer mixedGradient, RowBuffer queryKeyValueGradient)
    {
        var squares = probabilities.Pointer;
        var start = 0;
        foreach (var length in lengths)
        {
            for (var head = 0; head < config.Heads; head++, squares += (nint)length * RowBuffer.StrideOf(length))
            {
                Backward(
                    Heads(queryKeyValue, start, length, head),
                    Square(squares, length),
                    Head(mixedGradient, start, length, head),
                    Heads(queryKeyValueGradient, start, length, head),
                    accumulate: head % sharing > 0);
            }

            start += length;
        }
    }

    void Forward(in HeadViews head, in MatrixView weights, in MatrixView mixed)
    {
        product.Multiply(head.Query, head.Key.Transposed, weights, shape: ProductShape.LowerResult);
        for (var row = 0; row < weights.Rows; row++)
        {
            VectorMath.Softmax(Row(weights, row)[..(row + 1)], scale);
            ClearAfterDiagonal(weights, row);
        }

        product.Multiply(weights, head.Value, mixed, shape: ProductShape.LowerLeft);
    }

    /// <param name="accumulate">Another head has already left its gradient of the key and value both read.</param>
    void Backward(in HeadViews head, in MatrixView weights, in MatrixView mixedGradient, in HeadViews gradient, bool accumulate)
    {
        var scores = Square(scoreGradient.Pointer, weights.Rows);
        product.Multiply(mixedGradient, head.Value.Transposed, scores, shape: ProductShape.LowerResult);
        product.Multiply(weights.Transposed, mixedGradient, gradient.Value, accumulate, shape: ProductShape.UpperLeft);
        for (var row = 0; row < scores.Rows; row++)
        {
            GradientMath.Softmax(Row(weights, row)[..(row + 1)], Row(scores, row)[..(row + 1)], scale);
            ClearAfterDiagonal(scores, row);
        }

        product.Multiply(scores, head.Key, gradient.Query, shape: ProductShape.LowerLeft);
        product.Multiply(scores.Transposed, head.Query, gradient.Key, accumulate, shape: ProductShape.UpperLeft);
    }

    /// <summary>A tile that straddles the diagonal reads up to its own height beyond it.</summary>
    static void ClearAfterDiagonal(in MatrixView square, int row)
    {
        var rest = Row(square, row)[(row + 1)..];
        rest[..Math.Min(rest.Length, PanelProduct.MostTileRows)].Clear();
    }

    static Span<float> Row(in MatrixView matrix, int row) => new(matrix.Pointer + (row * matrix.RowStride), matrix.Columns);

    static MatrixView Square(float* scores, int length) => new(scores, length, length, RowBuffer.StrideOf(length));

    MatrixView Head(RowBuffer buffer, int start, int length, int head) =>
        buffer.View(start + length).Slice(start, length, head * headSize, headSize);

    HeadViews Heads(RowBuffer buffer, int start, int length, int head)
    {
        var all = buffer.View(start + length).SliceRows(start, length);
        var shared = config.QueryWidth + (head / sharing * headSize);
        return new HeadViews(
            all.SliceColumns(head * headSize, headSize),
            all.SliceColumns(shared, headSize),
            all.SliceColumns(config.KeyValueWidth + shared, headSize));
    }

    /// <summary>[length, headSize] each.</summary>
    [StructLayout(LayoutKind.Auto)]
    readonly ref struct HeadViews(MatrixView query, MatrixView key, MatrixView value)
    {
        public MatrixView Query { get; } = query;

        public MatrixView Key { get; } = key;

        public MatrixView Value { get; } = value;
    }
}
