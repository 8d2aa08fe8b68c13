namespace SelfInstruct.LocalModels.Kernels;

/// <summary>c = a · b for matrices in any orientation; packs as it goes. One per thread.</summary>
internal sealed unsafe class MatrixProduct
{
    /// <summary>A panel of this depth stays in the first-level or near the top of the second-level cache.</summary>
    public const int DepthBlock = 512;

    /// <summary>Rows of a packed at a time, a multiple of the tile's; with the depth they fill part of the second-level cache.</summary>
    const int RowBlock = 192;

    readonly VectorWidth width;
    readonly int panelWidth;
    readonly FloatBuffer panel;
    readonly FloatBuffer packedLeft = new(RowBlock * DepthBlock);

    public MatrixProduct(VectorWidth? width = null)
    {
        this.width = width ?? VectorWidths.Widest;
        panelWidth = Panels.Width(this.width);
        panel = new FloatBuffer(DepthBlock * panelWidth);
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
            };
            MultiplyRows(a.SliceColumns(depth, depths), b.SliceRows(depth, depths), c, ref part);
        }
    }

    void MultiplyRows(in MatrixView a, in MatrixView b, in MatrixView c, ref PanelProduct part)
    {
        var direct = a.ColumnStride == 1;
        var block = direct ? a.Rows : RowBlock;
        for (var row = 0; row < a.Rows; row += block)
        {
            var rows = a.SliceRows(row, Math.Min(block, a.Rows - row));
            var left = direct ? rows : Pack(rows);
            part.LeftTileStride = direct ? PanelProduct.TileRows * left.RowStride : PanelProduct.TileRows * (nint)left.Columns;
            MultiplyPanels(left, row, b, c, ref part);
        }
    }

    MatrixView Pack(in MatrixView a)
    {
        Panels.PackLeft(a, packedLeft.Pointer);
        return new MatrixView(packedLeft.Pointer, a.Rows, a.Columns, 1, PanelProduct.TileRows);
    }

    void MultiplyPanels(in MatrixView left, int firstRow, in MatrixView b, in MatrixView c, ref PanelProduct part)
    {
        for (var column = 0; column < b.Columns; column += panelWidth)
        {
            part.Columns = Math.Min(panelWidth, b.Columns - column);
            // A group of packed rows cannot be entered in the middle, so skip whole tiles.
            var skipped = part.Shape == ProductShape.LowerResult ? Math.Max(0, column - firstRow) / PanelProduct.TileRows : 0;
            var row = skipped * PanelProduct.TileRows;
            if (row >= left.Rows)
            {
                continue;
            }

            Panels.PackRight(b.SliceColumns(column, part.Columns), panel.Pointer, panelWidth);
            part.Left = left.Pointer + (skipped * part.LeftTileStride);
            part.LeftRowStride = left.RowStride;
            part.LeftDepthStride = left.ColumnStride;
            part.Panel = panel.Pointer;
            part.Rows = left.Rows - row;
            part.FirstRow = firstRow + row;
            part.Result = c.Pointer + ((firstRow + row) * c.RowStride) + column;
            Panels.Multiply(width, part);
        }
    }
}
