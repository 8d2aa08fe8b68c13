namespace SelfInstruct.LocalModels.Kernels;

/// <summary>A weight matrix W [outputs, inputs] laid out for a · Wᵀ. Safe to share between threads.</summary>
internal interface IWeightMatrix
{
    /// <summary>Rows to fill at a time are a multiple of this: two of the widest vectors.</summary>
    const int RowStep = 32;

    int Outputs { get; }

    int Inputs { get; }

    /// <summary>c = a · Wᵀ, or c += a · Wᵀ, over pinned memory. A row's result has the same bits whatever other rows there are.</summary>
    /// <param name="a">[rows, inputs]; columns lie side by side.</param>
    /// <param name="c">[rows, outputs]; columns lie side by side.</param>
    void Multiply(in MatrixView a, in MatrixView c, bool accumulate = false);

    /// <param name="values">[inputs]: row <paramref name="row"/> of W.</param>
    void CopyRow(int row, Span<float> values);

    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    void CheckShapes(in MatrixView a, in MatrixView c)
    {
        if (a.Columns != Inputs || c.Columns != Outputs || a.Rows != c.Rows || c.ColumnStride != 1)
        {
            throw new ArgumentException($"[{a.Rows}, {a.Columns}] times [{Inputs}, {Outputs}] does not give [{c.Rows}, {c.Columns}].", nameof(c));
        }
    }
}
