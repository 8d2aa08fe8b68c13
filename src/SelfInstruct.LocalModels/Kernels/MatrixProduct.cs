namespace SelfInstruct.LocalModels.Kernels;

/// <summary>c = a · b for matrices in any orientation; packs as it goes. One per thread.</summary>
internal sealed unsafe class MatrixProduct
{
    /// <summary>A panel of this depth stays in the first-level or near the top of the second-level cache.</summary>
    public const int DepthBlock = 512;

    /// <summary>Floats of a packed at a time; they fill part of the second-level cache.</summary>
    const int LeftBlock = 192 * DepthBlock;

    /// <summary>Floats of b kept packed while several blocks of a pass by, at most.</summary>
    const int RightBlock = 2048 * DepthBlock;

    readonly VectorWidth width;
    readonly int panelWidth;
    readonly int tileRows;
    readonly FloatBuffer packedLeft = new(LeftBlock);
    FloatBuffer packedRight;

    public MatrixProduct(VectorWidth? width = null)
    {
        this.width = width ?? VectorWidths.Widest;
        (panelWidth, tileRows) = (Panels.Width(this.width), Panels.TileRows(this.width));
        packedRight = new FloatBuffer(DepthBlock * panelWidth);
    }

    /// <summary>c = a · b, or c += a · b. Depth is split, but each element stays one ascending chain.</summary>
    /// <param name="a">[rows, depth]; rows contiguous, or else packed first.</param>
    /// <param name="b">[depth, columns].</param>
    /// <param name="c">[rows, columns]; columns lie side by side.</param>
    public void Multiply(in MatrixView a, in MatrixView b, in MatrixView c, bool accumulate = false, ProductShape shape = ProductShape.Full)
    {
        for (var depth = 0; depth < b.Rows; depth += DepthBlock)
        {
            var depths = Math.Min(DepthBlock, b.Rows - depth);
            var part = new PanelProduct
            {
                Depth = depths,
                FirstDepth = depth,
                Accumulate = accumulate || depth > 0,
                Shape = shape,
                ResultStride = c.RowStride,
                GroupRows = tileRows,
            };
            MultiplyRows(a.SliceColumns(depth, depths), b.SliceRows(depth, depths), c, ref part);
        }
    }

    void MultiplyRows(in MatrixView a, in MatrixView b, in MatrixView c, ref PanelProduct part)
    {
        var direct = a.ColumnStride == 1;
        var block = direct ? a.Rows : LeftBlock / a.Columns / tileRows * tileRows;
        var panels = a.Rows > block && PackedLength(b) <= RightBlock ? PackPanels(b) : null;
        for (var row = 0; row < a.Rows; row += block)
        {
            var rows = a.SliceRows(row, Math.Min(block, a.Rows - row));
            var left = direct ? rows : PackLeft(rows, row, part);
            part.LeftGroupStride = tileRows * (direct ? left.RowStride : left.Columns);
            MultiplyPanels(left, row, b, panels, c, ref part);
        }
    }

    MatrixView PackLeft(in MatrixView a, int firstRow, in PanelProduct part)
    {
        // Row i of a is zero before depth i: of the first depths, only the first rows are read.
        var zeros = part.Shape == ProductShape.UpperLeft ? firstRow - part.FirstDepth : (int?)null;
        Panels.PackLeft(a, packedLeft.Pointer, tileRows, zeros);
        return new MatrixView(packedLeft.Pointer, a.Rows, a.Columns, 1, tileRows);
    }

    long PackedLength(in MatrixView b) => (long)b.Rows * ((b.Columns + panelWidth - 1) / panelWidth * panelWidth);

    float* PackPanels(in MatrixView b)
    {
        if (packedRight.Length < PackedLength(b))
        {
            packedRight = new FloatBuffer(PackedLength(b));
        }

        for (var column = 0; column < b.Columns; column += panelWidth)
        {
            Panels.PackRight(b.SliceColumns(column, Math.Min(panelWidth, b.Columns - column)), packedRight.Pointer + ((nint)column * b.Rows), panelWidth);
        }

        return packedRight.Pointer;
    }

    /// <param name="panels">All of b packed, or null: packed here, one panel at a time.</param>
    void MultiplyPanels(in MatrixView left, int firstRow, in MatrixView b, float* panels, in MatrixView c, ref PanelProduct part)
    {
        for (var column = 0; column < b.Columns; column += panelWidth)
        {
            part.Columns = Math.Min(panelWidth, b.Columns - column);
            // A group of packed rows cannot be entered in the middle, so skip whole tiles.
            var skipped = part.Shape == ProductShape.LowerResult ? Math.Max(0, column - firstRow) / tileRows : 0;
            var row = skipped * tileRows;
            if (row >= left.Rows)
            {
                continue;
            }

            if (panels is null)
            {
                Panels.PackRight(b.SliceColumns(column, part.Columns), packedRight.Pointer, panelWidth);
            }

            part.Panel = panels is null ? packedRight.Pointer : panels + ((nint)column * b.Rows);
            part.Left = left.Pointer + (skipped * part.LeftGroupStride);
            part.LeftRowStride = left.RowStride;
            part.LeftDepthStride = left.ColumnStride;
            part.Rows = left.Rows - row;
            part.FirstRow = firstRow + row;
            part.Result = c.Pointer + ((firstRow + row) * c.RowStride) + column;
            Panels.Multiply(width, part);
        }
    }
}
