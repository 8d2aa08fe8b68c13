using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Training;

/// <summary>y += scale · (x · Aᵀ) · Bᵀ and its gradient. One per thread.</summary>
internal sealed unsafe class LowRankProduct
{
    readonly LoraAdapter adapter;
    readonly MatrixProduct product;
    readonly float scale;
    readonly FloatBuffer inner;
    readonly FloatBuffer innerGradient;

    public LowRankProduct(LoraAdapter adapter, int positions, MatrixProduct product)
    {
        (this.adapter, this.product, scale) = (adapter, product, (float)adapter.Options.Scale);
        var columns = adapter.Layers.SelectMany(static layer => layer.All).Max(static update => update.Parts.Length * update.Rank);
        (inner, innerGradient) = (new((long)positions * columns), new((long)positions * columns));
    }

    /// <param name="x">[T, inputs].</param>
    /// <param name="y">[T, outputs of the group], added to.</param>
    public void AddForward(LowRankUpdate update, in MatrixView x, in MatrixView y)
    {
        var scaled = Inner(update, x);
        foreach (var (index, part) in update.Parts.Index())
        {
            product.Multiply(
                scaled.SliceColumns(index * update.Rank, update.Rank), Up(update, part, adapter.Values), y.SliceColumns(part.FirstOutput, part.Outputs), accumulate: true);
        }
    }

    /// <param name="x">[T, inputs].</param>
    /// <param name="yGradient">[T, outputs of the group].</param>
    /// <param name="xGradient">[T, inputs], added to.</param>
    /// <param name="gradient">Of the adapter's vector, added to.</param>
    public void AddBackward(LowRankUpdate update, in MatrixView x, in MatrixView yGradient, in MatrixView xGradient, FloatBuffer gradient)
    {
        var scaled = Inner(update, x);
        var slope = View(update, innerGradient, x.Rows);
        foreach (var (index, part) in update.Parts.Index())
        {
            var (column, outputs) = (index * update.Rank, yGradient.SliceColumns(part.FirstOutput, part.Outputs));
            product.Multiply(scaled.SliceColumns(column, update.Rank).Transposed, outputs, Up(update, part, gradient), accumulate: true);
            product.Multiply(outputs, Up(update, part, adapter.Values).Transposed, slope.SliceColumns(column, update.Rank));
        }

        VectorMath.Scale(innerGradient.Span[..(slope.Rows * slope.Columns)], scale);
        product.Multiply(slope.Transposed, x, Down(update, gradient), accumulate: true);
        product.Multiply(slope, Down(update, adapter.Values), xGradient, accumulate: true);
    }

    /// <summary>scale · x · Aᵀ for all parts side by side.</summary>
    MatrixView Inner(LowRankUpdate update, in MatrixView x)
    {
        var result = View(update, inner, x.Rows);
        product.Multiply(x, Down(update, adapter.Values).Transposed, result);
        VectorMath.Scale(inner.Span[..(result.Rows * result.Columns)], scale);
        return result;
    }

    static MatrixView View(LowRankUpdate update, FloatBuffer buffer, int rows) => new(buffer.Pointer, rows, update.Parts.Length * update.Rank);

    static MatrixView Down(LowRankUpdate update, FloatBuffer vector) => new(vector.Pointer + update.Down, update.Parts.Length * update.Rank, update.Inputs);

    static MatrixView Up(LowRankUpdate update, LowRankPart part, FloatBuffer vector) => new(vector.Pointer + part.Up, update.Rank, part.Outputs);
}
