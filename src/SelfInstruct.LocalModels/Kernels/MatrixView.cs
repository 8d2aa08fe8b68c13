using System.Runtime.InteropServices;

namespace SelfInstruct.LocalModels.Kernels;

/// <summary>A matrix in pinned memory; element (i, j) lies at Pointer[i · RowStride + j · ColumnStride].</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct MatrixView(float* pointer, int rows, int columns, nint rowStride, nint columnStride = 1)
{
    public MatrixView(float* pointer, int rows, int columns)
        : this(pointer, rows, columns, columns)
    {
    }

    public float* Pointer { get; } = pointer;

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public nint RowStride { get; } = rowStride;

    public nint ColumnStride { get; } = columnStride;

    public MatrixView Transposed => new(Pointer, Columns, Rows, ColumnStride, RowStride);

    public MatrixView Slice(int row, int rows, int column, int columns) =>
        new(Pointer + (row * RowStride) + (column * ColumnStride), rows, columns, RowStride, ColumnStride);

    /// <summary>Columns [column, column + columns).</summary>
    public MatrixView SliceColumns(int column, int columns) => Slice(0, Rows, column, columns);

    /// <summary>Rows [row, row + rows).</summary>
    public MatrixView SliceRows(int row, int rows) => Slice(row, rows, 0, Columns);
}
