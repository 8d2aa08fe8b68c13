namespace SelfInstruct.LocalModels.Kernels;

/// <summary>A weight matrix W [outputs, inputs] laid out for a · Wᵀ. Safe to share between threads.</summary>
internal interface IWeightMatrix
{
    /// <summary>Rows to fill at a time are a multiple of this: two of the widest vectors.</summary>
    const int RowStep = 32;

    int Outputs { get; }

    int Inputs { get; }

    /// <summary>c = a · Wᵀ, or c += a · Wᵀ. A row's result has the same bits whatever other rows there are.</summary>
    /// <param name="a">[rows, inputs].</param>
    /// <param name="c">[rows, outputs].</param>
    void Multiply(ReadOnlySpan<float> a, Span<float> c, int rows, bool accumulate = false);

    /// <param name="values">[inputs]: row <paramref name="row"/> of W.</param>
    void CopyRow(int row, Span<float> values);
}
