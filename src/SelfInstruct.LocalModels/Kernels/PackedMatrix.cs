namespace SelfInstruct.LocalModels.Kernels;

/// <summary>A weight matrix W [outputs, inputs] packed for a · Wᵀ. Safe to share between threads while nobody repacks it.</summary>
internal sealed unsafe class PackedMatrix : IWeightMatrix
{
    readonly VectorWidth width;
    readonly int panelWidth;
    readonly int tileRows;
    readonly FloatBuffer panels;

    /// <param name="weights">Row-major [outputs, inputs].</param>
    public PackedMatrix(ReadOnlySpan<float> weights, int outputs, int inputs, VectorWidth? width = null)
        : this(outputs, inputs, width) => Pack(weights);

    /// <summary>All zero until packed.</summary>
    public PackedMatrix(int outputs, int inputs, VectorWidth? width = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        (Outputs, Inputs) = (outputs, inputs);
        this.width = width ?? VectorWidths.Widest;
        (panelWidth, tileRows) = (Panels.Width(this.width), Panels.TileRows(this.width));
        var panelCount = (outputs + panelWidth - 1) / panelWidth;
        panels = new FloatBuffer((long)panelCount * panelWidth * inputs);
    }

    public int Outputs { get; }

    public int Inputs { get; }

    /// <summary>Replaces the weights.</summary>
    /// <param name="weights">Row-major [outputs, inputs].</param>
    public void Pack(ReadOnlySpan<float> weights)
    {
        CheckLength(weights.Length, (long)Outputs * Inputs, nameof(weights));
        fixed (float* pointer = weights)
        {
            Pack(new MatrixView(pointer, Outputs, Inputs));
        }
    }

    /// <summary>Replaces the weights by those in pinned memory.</summary>
    /// <param name="weights">[outputs, inputs], in any orientation.</param>
    public void Pack(in MatrixView weights)
    {
        PackRows(0, weights);
    }

    /// <summary>Replaces some of the weights.</summary>
    /// <param name="first">First row, where a panel begins: a multiple of <see cref="IWeightMatrix.RowStep"/>.</param>
    /// <param name="weights">[rows, inputs], in any orientation; up to where a panel ends, or to the last row.</param>
    public void PackRows(int first, in MatrixView weights)
    {
        var transposed = weights.Transposed;
        for (var column = 0; column < weights.Rows; column += panelWidth)
        {
            var columns = Math.Min(panelWidth, weights.Rows - column);
            Panels.PackRight(transposed.SliceColumns(column, columns), panels.Pointer + ((nint)(first + column) * Inputs), panelWidth);
        }
    }

    public void CopyRow(int row, Span<float> values)
    {
        var (panel, column) = Math.DivRem(row, panelWidth);
        var source = panels.Pointer + ((nint)panel * panelWidth * Inputs) + column;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = source[(nint)i * panelWidth];
        }
    }

    public void Multiply(in MatrixView a, in MatrixView c, bool accumulate = false)
    {
        ((IWeightMatrix)this).CheckShapes(a, c);
        for (var depth = 0; depth < Inputs; depth += MatrixProduct.DepthBlock)
        {
            var part = a.SliceColumns(depth, Math.Min(MatrixProduct.DepthBlock, Inputs - depth));
            MultiplyPanels(part, depth, c, accumulate || depth > 0);
        }
    }

    void MultiplyPanels(in MatrixView a, int depth, in MatrixView c, bool accumulate)
    {
        for (var column = 0; column < Outputs; column += panelWidth)
        {
            Panels.Multiply(width, new PanelProduct
            {
                Left = a.Pointer,
                LeftRowStride = a.RowStride,
                LeftDepthStride = a.ColumnStride,
                GroupRows = tileRows,
                LeftGroupStride = tileRows * a.RowStride,
                Panel = panels.Pointer + ((nint)column * Inputs) + (depth * panelWidth),
                Result = c.Pointer + column,
                ResultStride = c.RowStride,
                Rows = a.Rows,
                Columns = Math.Min(panelWidth, Outputs - column),
                Depth = a.Columns,
                Accumulate = accumulate,
            });
        }
    }

    static void CheckLength(int length, long expected, string name)
    {
        if (length != expected)
        {
            throw new ArgumentException($"{name} has {length} elements where the shape asks for {expected}.", name);
        }
    }
}
