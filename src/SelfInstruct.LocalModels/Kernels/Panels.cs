using System.Runtime.Intrinsics;

namespace SelfInstruct.LocalModels.Kernels;

/// <summary>Brings matrices into the order in which the tile kernels read them.</summary>
internal static unsafe class Panels
{
    /// <summary>Columns of a panel: two vectors.</summary>
    public static int Width(VectorWidth width) => width switch
    {
        VectorWidth.Bits512 => TileKernels<Lanes512, Vector512<float>>.PanelWidth,
        VectorWidth.Bits256 => TileKernels<Lanes256, Vector256<float>>.PanelWidth,
        _ => TileKernels<Lanes128, Vector128<float>>.PanelWidth,
    };

    public static void Multiply(VectorWidth width, in PanelProduct product)
    {
        switch (width)
        {
            case VectorWidth.Bits512:
                TileKernels<Lanes512, Vector512<float>>.Multiply(product);
                break;
            case VectorWidth.Bits256:
                TileKernels<Lanes256, Vector256<float>>.Multiply(product);
                break;
            default:
                TileKernels<Lanes128, Vector128<float>>.Multiply(product);
                break;
        }
    }

    /// <summary>Packs up to <paramref name="panelWidth"/> columns of b; missing ones become zero.</summary>
    /// <param name="b">[depth, columns].</param>
    /// <param name="panel">[depth, panelWidth].</param>
    public static void PackRight(in MatrixView b, float* panel, int panelWidth)
    {
        for (var k = 0; k < b.Rows; k++)
        {
            var destination = new Span<float>(panel + ((nint)k * panelWidth), panelWidth);
            var source = b.Pointer + (k * b.RowStride);
            if (b.ColumnStride == 1)
            {
                new ReadOnlySpan<float>(source, b.Columns).CopyTo(destination);
            }
            else
            {
                for (var column = 0; column < b.Columns; column++)
                {
                    destination[column] = source[column * b.ColumnStride];
                }
            }

            destination[b.Columns..].Clear();
        }
    }

    /// <summary>Packs a in groups of six rows, each group depth-major. The last group is not padded.</summary>
    /// <param name="a">[rows, depth].</param>
    /// <param name="packed">Room for rows rounded up to six, times depth.</param>
    public static void PackLeft(in MatrixView a, float* packed)
    {
        // Few depths at a time: the lines of a, often a power of two apart, then share the cache until they are used up.
        const int DepthStep = 4, Group = PanelProduct.TileRows;
        for (var k = 0; k < a.Columns; k += DepthStep)
        {
            var depths = Math.Min(DepthStep, a.Columns - k);
            for (var row = 0; row < a.Rows; row += Group)
            {
                var part = a.Slice(row, Math.Min(Group, a.Rows - row), k, depths);
                PackGroup(part, packed + ((nint)row * a.Columns) + (k * Group));
            }
        }
    }

    static void PackGroup(in MatrixView a, float* destination)
    {
        const int Group = PanelProduct.TileRows;
        var source = a.Pointer;
        for (var k = 0; k < a.Columns; k++, source += a.ColumnStride, destination += Group)
        {
            if (a.Rows == Group && a.RowStride == 1)
            {
                Vector128.Load(source).Store(destination);
                Vector64.Load(source + 4).Store(destination + 4);
            }
            else
            {
                for (var i = 0; i < a.Rows; i++)
                {
                    destination[i] = source[i * a.RowStride];
                }
            }
        }
    }
}
