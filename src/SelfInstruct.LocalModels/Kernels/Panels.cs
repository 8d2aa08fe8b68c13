using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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

    /// <summary>Rows of a tile, and of a group of packed rows.</summary>
    public static int TileRows(VectorWidth width) => width switch
    {
        VectorWidth.Bits512 => Lanes512.TileRows,
        VectorWidth.Bits256 => Lanes256.TileRows,
        _ => Lanes128.TileRows,
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
        if (b.Columns == panelWidth && b.ColumnStride == 1)
        {
            CopyRows(b, panel);
        }
        else if (b.Columns == panelWidth && b.RowStride == 1 && Sse.IsSupported)
        {
            PackTransposed(b, panel);
        }
        else
        {
            PackAny(b, panel, panelWidth);
        }
    }

    static void CopyRows(in MatrixView b, float* panel)
    {
        var source = b.Pointer;
        for (var k = 0; k < b.Rows; k++, source += b.RowStride, panel += b.Columns)
        {
            for (var column = 0; column < b.Columns; column += Vector256<float>.Count)
            {
                Vector256.Load(source + column).Store(panel + column);
            }
        }
    }

    static void PackAny(in MatrixView b, float* panel, int panelWidth)
    {
        for (var k = 0; k < b.Rows; k++)
        {
            var destination = new Span<float>(panel + ((nint)k * panelWidth), panelWidth);
            var source = b.Pointer + (k * b.RowStride);
            for (var column = 0; column < b.Columns; column++)
            {
                destination[column] = source[column * b.ColumnStride];
            }

            destination[b.Columns..].Clear();
        }
    }

    /// <summary>Of a b whose columns lie together: four times four numbers turned in registers.</summary>
    static void PackTransposed(in MatrixView b, float* panel)
    {
        var (k, stride, width) = (0, b.ColumnStride, (nint)b.Columns);
        for (; k <= b.Rows - 4; k += 4)
        {
            var source = b.Pointer + k;
            var target = panel + (k * width);
            for (var column = 0; column < b.Columns; column += 4, source += 4 * stride, target += 4)
            {
                var (r0, r1, r2, r3) = (Vector128.Load(source), Vector128.Load(source + stride), Vector128.Load(source + (2 * stride)), Vector128.Load(source + (3 * stride)));
                var (low01, high01, low23, high23) = (Sse.UnpackLow(r0, r1), Sse.UnpackHigh(r0, r1), Sse.UnpackLow(r2, r3), Sse.UnpackHigh(r2, r3));
                Sse.MoveLowToHigh(low01, low23).Store(target);
                Sse.MoveHighToLow(low23, low01).Store(target + width);
                Sse.MoveLowToHigh(high01, high23).Store(target + (2 * width));
                Sse.MoveHighToLow(high23, high01).Store(target + (3 * width));
            }
        }

        PackAny(b.SliceRows(k, b.Rows - k), panel + (k * width), b.Columns);
    }

    /// <summary>Packs a in groups of rows, each group depth-major. The last group is not padded.</summary>
    /// <param name="a">[rows, depth].</param>
    /// <param name="packed">Room for rows rounded up to whole groups, times depth.</param>
    /// <param name="groupRows">6 or 12.</param>
    /// <param name="zeros">Where given, row i is zero before depth zeros + i, and not read there.</param>
    public static void PackLeft(in MatrixView a, float* packed, int groupRows, int? zeros = null)
    {
        // Few depths at a time: the lines of a, often a power of two apart, then share the cache until they are used up.
        const int DepthStep = 4;
        for (var k = 0; k < a.Columns; k += DepthStep)
        {
            var depths = Math.Min(DepthStep, a.Columns - k);
            var last = zeros is { } first ? Math.Clamp(k + depths - first, 0, a.Rows) : a.Rows;
            for (var row = 0; row < last; row += groupRows)
            {
                var part = a.Slice(row, Math.Min(groupRows, a.Rows - row), k, depths);
                PackGroup(part, packed + ((nint)row * a.Columns) + (k * groupRows), groupRows);
            }
        }
    }

    static void PackGroup(in MatrixView a, float* destination, int groupRows)
    {
        var source = a.Pointer;
        for (var k = 0; k < a.Columns; k++, source += a.ColumnStride, destination += groupRows)
        {
            if (a.Rows == groupRows && a.RowStride == 1)
            {
                Copy(source, destination, groupRows);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Copy(float* source, float* destination, int groupRows)
    {
        Vector128.Load(source).Store(destination);
        if (groupRows == PanelProduct.MostTileRows)
        {
            Vector256.Load(source + 4).Store(destination + 4);
        }
        else
        {
            Vector64.Load(source + 4).Store(destination + 4);
        }
    }
}
