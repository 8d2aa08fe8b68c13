using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SelfInstruct.LocalModels.Kernels;

/// <summary>What is known to be zero, or not wanted, in a product c = a · b of causal attention.</summary>
internal enum ProductShape
{
    Full,

    /// <summary>Only c[i, j] with j ≤ i is wanted; what lies above is left as it was or filled in part.</summary>
    LowerResult,

    /// <summary>a[i, k] is zero for k > i.</summary>
    LowerLeft,

    /// <summary>a[i, k] is zero for k &lt; i.</summary>
    UpperLeft,
}

/// <summary>Rows of a times one packed panel of b. Pointers into pinned memory, strides in floats.</summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct PanelProduct
{
    /// <summary>Rows of the tallest tile of any width.</summary>
    public const int MostTileRows = 12;

    public float* Left;
    public nint LeftRowStride;
    public nint LeftDepthStride;

    /// <summary>Packed rows of a come in groups of so many, as many as the tallest tile of the width takes.</summary>
    public int GroupRows;

    /// <summary>From one group of rows of a to the next.</summary>
    public nint LeftGroupStride;

    /// <summary>Depth-major: all columns of one depth lie together.</summary>
    public float* Panel;
    public float* Result;
    public nint ResultStride;
    public int Rows;
    public int Columns;

    /// <summary>Depth of this block of a and b, from <see cref="FirstDepth"/> of the whole product.</summary>
    public int Depth;
    public int FirstDepth;

    /// <summary>Row of the whole product at which this one starts.</summary>
    public int FirstRow;

    /// <summary>Start from what the result holds instead of from zero.</summary>
    public bool Accumulate;
    public ProductShape Shape;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly float* LeftAt(int row)
    {
        var (group, rest) = Math.DivRem(row, GroupRows);
        return Left + (group * LeftGroupStride) + (rest * LeftRowStride);
    }

    /// <summary>Depths within this block that can be other than zero in the given rows.</summary>
    public readonly (int From, int To) DepthOf(int row, int rows)
    {
        var first = FirstRow + row - FirstDepth;
        return Shape switch
        {
            ProductShape.LowerLeft => (0, Math.Clamp(first + rows, 0, Depth)),
            ProductShape.UpperLeft => (Math.Clamp(first, 0, Depth), Depth),
            _ => (0, Depth),
        };
    }
}
