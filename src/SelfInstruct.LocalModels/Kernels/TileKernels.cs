using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SelfInstruct.LocalModels.Kernels;

/// <summary>c = a · b for one panel of b (depth-major, two vectors wide) and a few rows of a at a time.</summary>
/// <remarks>
/// Each element of c is one chain of fused multiply-adds over ascending depth, whatever the tile and the width;
/// hence no row's result depends on its neighbours. Six rows fill the sixteen registers of AVX2 (twelve sums, two of b,
/// one of a), twelve most of the thirty-two of AVX-512. Each height
/// is written out: the compiler keeps in registers only what has a name.
/// </remarks>
internal static unsafe class TileKernels<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    public static int PanelWidth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * TLanes.Count;
    }

    /// <summary>Pointers and strides in floats; the same tile shape serves row-major and packed rows of a.</summary>
    [StructLayout(LayoutKind.Auto)]
    struct Tile
    {
        public float* Left;
        public nint LeftRowStride;
        public nint LeftDepthStride;
        public float* Panel;
        public nint Depth;
        public float* Result;
        public nint ResultStride;
        public bool Accumulate;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TVector First(int row, int half) =>
            Accumulate ? TLanes.Load(Result + (row * ResultStride) + (half * TLanes.Count)) : default;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(int row, TVector left, TVector right)
        {
            TLanes.Store(left, Result + (row * ResultStride));
            TLanes.Store(right, Result + (row * ResultStride) + TLanes.Count);
        }
    }

    /// <summary>Goes down the rows of one panel, in the tallest tiles that fit.</summary>
    public static void Multiply(in PanelProduct product)
    {
        float* spill = stackalloc float[TLanes.TileRows * PanelWidth];
        for (var row = 0; row < product.Rows;)
        {
            var rows = (product.Rows - row) switch { >= 12 when TLanes.TileRows == 12 => 12, >= 6 => 6, >= 4 => 4, >= 2 => 2, _ => 1 };
            var (from, to) = product.DepthOf(row, rows);
            if (to > from || !product.Accumulate)
            {
                var tile = new Tile
                {
                    Left = product.LeftAt(row) + (from * product.LeftDepthStride),
                    LeftRowStride = product.LeftRowStride,
                    LeftDepthStride = product.LeftDepthStride,
                    Panel = product.Panel + (from * PanelWidth),
                    Depth = to - from,
                    Result = product.Result + (row * product.ResultStride),
                    ResultStride = product.ResultStride,
                    Accumulate = product.Accumulate,
                };
                Multiply(rows, product.Columns, ref tile, spill);
            }

            row += rows;
        }
    }

    /// <summary>A panel cut off by the last column goes through <paramref name="spill"/>, as stores are whole vectors.</summary>
    static void Multiply(int rows, int columns, ref Tile tile, float* spill)
    {
        if (columns == PanelWidth)
        {
            Multiply(rows, tile);
            return;
        }

        var result = tile.Result;
        var stride = tile.ResultStride;
        tile.Result = spill;
        tile.ResultStride = PanelWidth;
        for (var row = 0; row < rows; row++)
        {
            new ReadOnlySpan<float>(result + (row * stride), columns).CopyTo(new Span<float>(spill + (row * PanelWidth), columns));
        }

        Multiply(rows, tile);
        for (var row = 0; row < rows; row++)
        {
            new ReadOnlySpan<float>(spill + (row * PanelWidth), columns).CopyTo(new Span<float>(result + (row * stride), columns));
        }
    }

    static void Multiply(int rows, in Tile tile)
    {
        switch (rows)
        {
            case 12:
                TwelveRows(tile);
                break;
            case 6:
                SixRows(tile);
                break;
            case 4:
                FourRows(tile);
                break;
            case 2:
                TwoRows(tile);
                break;
            default:
                OneRow(tile);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void TwelveRows(in Tile tile)
    {
        nint row = tile.LeftRowStride;
        float* a0 = tile.Left;
        float* a3 = tile.Left + (3 * row);
        float* a6 = tile.Left + (6 * row);
        float* a9 = tile.Left + (9 * row);
        float* b = tile.Panel;
        TVector left0 = tile.First(0, 0), right0 = tile.First(0, 1);
        TVector left1 = tile.First(1, 0), right1 = tile.First(1, 1);
        TVector left2 = tile.First(2, 0), right2 = tile.First(2, 1);
        TVector left3 = tile.First(3, 0), right3 = tile.First(3, 1);
        TVector left4 = tile.First(4, 0), right4 = tile.First(4, 1);
        TVector left5 = tile.First(5, 0), right5 = tile.First(5, 1);
        TVector left6 = tile.First(6, 0), right6 = tile.First(6, 1);
        TVector left7 = tile.First(7, 0), right7 = tile.First(7, 1);
        TVector left8 = tile.First(8, 0), right8 = tile.First(8, 1);
        TVector left9 = tile.First(9, 0), right9 = tile.First(9, 1);
        TVector left10 = tile.First(10, 0), right10 = tile.First(10, 1);
        TVector left11 = tile.First(11, 0), right11 = tile.First(11, 1);
        nint step = tile.LeftDepthStride;
        for (nint k = tile.Depth; k != 0; k--)
        {
            TVector bLeft = TLanes.Load(b), bRight = TLanes.Load(b + TLanes.Count);
            var x0 = TLanes.Broadcast(*a0);
            left0 = TLanes.MultiplyAdd(x0, bLeft, left0);
            right0 = TLanes.MultiplyAdd(x0, bRight, right0);
            var x1 = TLanes.Broadcast(a0[row]);
            left1 = TLanes.MultiplyAdd(x1, bLeft, left1);
            right1 = TLanes.MultiplyAdd(x1, bRight, right1);
            var x2 = TLanes.Broadcast(a0[2 * row]);
            left2 = TLanes.MultiplyAdd(x2, bLeft, left2);
            right2 = TLanes.MultiplyAdd(x2, bRight, right2);
            var x3 = TLanes.Broadcast(*a3);
            left3 = TLanes.MultiplyAdd(x3, bLeft, left3);
            right3 = TLanes.MultiplyAdd(x3, bRight, right3);
            var x4 = TLanes.Broadcast(a3[row]);
            left4 = TLanes.MultiplyAdd(x4, bLeft, left4);
            right4 = TLanes.MultiplyAdd(x4, bRight, right4);
            var x5 = TLanes.Broadcast(a3[2 * row]);
            left5 = TLanes.MultiplyAdd(x5, bLeft, left5);
            right5 = TLanes.MultiplyAdd(x5, bRight, right5);
            var x6 = TLanes.Broadcast(*a6);
            left6 = TLanes.MultiplyAdd(x6, bLeft, left6);
            right6 = TLanes.MultiplyAdd(x6, bRight, right6);
            var x7 = TLanes.Broadcast(a6[row]);
            left7 = TLanes.MultiplyAdd(x7, bLeft, left7);
            right7 = TLanes.MultiplyAdd(x7, bRight, right7);
            var x8 = TLanes.Broadcast(a6[2 * row]);
            left8 = TLanes.MultiplyAdd(x8, bLeft, left8);
            right8 = TLanes.MultiplyAdd(x8, bRight, right8);
            var x9 = TLanes.Broadcast(*a9);
            left9 = TLanes.MultiplyAdd(x9, bLeft, left9);
            right9 = TLanes.MultiplyAdd(x9, bRight, right9);
            var x10 = TLanes.Broadcast(a9[row]);
            left10 = TLanes.MultiplyAdd(x10, bLeft, left10);
            right10 = TLanes.MultiplyAdd(x10, bRight, right10);
            var x11 = TLanes.Broadcast(a9[2 * row]);
            left11 = TLanes.MultiplyAdd(x11, bLeft, left11);
            right11 = TLanes.MultiplyAdd(x11, bRight, right11);
            b += PanelWidth;
            a0 += step;
            a3 += step;
            a6 += step;
            a9 += step;
        }

        tile.Store(0, left0, right0);
        tile.Store(1, left1, right1);
        tile.Store(2, left2, right2);
        tile.Store(3, left3, right3);
        tile.Store(4, left4, right4);
        tile.Store(5, left5, right5);
        tile.Store(6, left6, right6);
        tile.Store(7, left7, right7);
        tile.Store(8, left8, right8);
        tile.Store(9, left9, right9);
        tile.Store(10, left10, right10);
        tile.Store(11, left11, right11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SixRows(in Tile tile)
    {
        float* a0 = tile.Left;
        float* a1 = tile.Left + tile.LeftRowStride;
        float* a2 = tile.Left + (2 * tile.LeftRowStride);
        float* a3 = tile.Left + (3 * tile.LeftRowStride);
        float* a4 = tile.Left + (4 * tile.LeftRowStride);
        float* a5 = tile.Left + (5 * tile.LeftRowStride);
        float* b = tile.Panel;
        TVector left0 = tile.First(0, 0), right0 = tile.First(0, 1);
        TVector left1 = tile.First(1, 0), right1 = tile.First(1, 1);
        TVector left2 = tile.First(2, 0), right2 = tile.First(2, 1);
        TVector left3 = tile.First(3, 0), right3 = tile.First(3, 1);
        TVector left4 = tile.First(4, 0), right4 = tile.First(4, 1);
        TVector left5 = tile.First(5, 0), right5 = tile.First(5, 1);
        nint step = tile.LeftDepthStride, end = tile.Depth * step;
        for (nint k = 0; k != end; k += step)
        {
            TVector bLeft = TLanes.Load(b), bRight = TLanes.Load(b + TLanes.Count);
            var x0 = TLanes.Broadcast(a0[k]);
            left0 = TLanes.MultiplyAdd(x0, bLeft, left0);
            right0 = TLanes.MultiplyAdd(x0, bRight, right0);
            var x1 = TLanes.Broadcast(a1[k]);
            left1 = TLanes.MultiplyAdd(x1, bLeft, left1);
            right1 = TLanes.MultiplyAdd(x1, bRight, right1);
            var x2 = TLanes.Broadcast(a2[k]);
            left2 = TLanes.MultiplyAdd(x2, bLeft, left2);
            right2 = TLanes.MultiplyAdd(x2, bRight, right2);
            var x3 = TLanes.Broadcast(a3[k]);
            left3 = TLanes.MultiplyAdd(x3, bLeft, left3);
            right3 = TLanes.MultiplyAdd(x3, bRight, right3);
            var x4 = TLanes.Broadcast(a4[k]);
            left4 = TLanes.MultiplyAdd(x4, bLeft, left4);
            right4 = TLanes.MultiplyAdd(x4, bRight, right4);
            var x5 = TLanes.Broadcast(a5[k]);
            left5 = TLanes.MultiplyAdd(x5, bLeft, left5);
            right5 = TLanes.MultiplyAdd(x5, bRight, right5);
            b += PanelWidth;
        }

        tile.Store(0, left0, right0);
        tile.Store(1, left1, right1);
        tile.Store(2, left2, right2);
        tile.Store(3, left3, right3);
        tile.Store(4, left4, right4);
        tile.Store(5, left5, right5);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void FourRows(in Tile tile)
    {
        float* a0 = tile.Left;
        float* a1 = tile.Left + tile.LeftRowStride;
        float* a2 = tile.Left + (2 * tile.LeftRowStride);
        float* a3 = tile.Left + (3 * tile.LeftRowStride);
        float* b = tile.Panel;
        TVector left0 = tile.First(0, 0), right0 = tile.First(0, 1);
        TVector left1 = tile.First(1, 0), right1 = tile.First(1, 1);
        TVector left2 = tile.First(2, 0), right2 = tile.First(2, 1);
        TVector left3 = tile.First(3, 0), right3 = tile.First(3, 1);
        nint step = tile.LeftDepthStride, end = tile.Depth * step;
        for (nint k = 0; k != end; k += step)
        {
            TVector bLeft = TLanes.Load(b), bRight = TLanes.Load(b + TLanes.Count);
            var x0 = TLanes.Broadcast(a0[k]);
            left0 = TLanes.MultiplyAdd(x0, bLeft, left0);
            right0 = TLanes.MultiplyAdd(x0, bRight, right0);
            var x1 = TLanes.Broadcast(a1[k]);
            left1 = TLanes.MultiplyAdd(x1, bLeft, left1);
            right1 = TLanes.MultiplyAdd(x1, bRight, right1);
            var x2 = TLanes.Broadcast(a2[k]);
            left2 = TLanes.MultiplyAdd(x2, bLeft, left2);
            right2 = TLanes.MultiplyAdd(x2, bRight, right2);
            var x3 = TLanes.Broadcast(a3[k]);
            left3 = TLanes.MultiplyAdd(x3, bLeft, left3);
            right3 = TLanes.MultiplyAdd(x3, bRight, right3);
            b += PanelWidth;
        }

        tile.Store(0, left0, right0);
        tile.Store(1, left1, right1);
        tile.Store(2, left2, right2);
        tile.Store(3, left3, right3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void TwoRows(in Tile tile)
    {
        float* a0 = tile.Left;
        float* a1 = tile.Left + tile.LeftRowStride;
        float* b = tile.Panel;
        TVector left0 = tile.First(0, 0), right0 = tile.First(0, 1);
        TVector left1 = tile.First(1, 0), right1 = tile.First(1, 1);
        nint step = tile.LeftDepthStride, end = tile.Depth * step;
        for (nint k = 0; k != end; k += step)
        {
            TVector bLeft = TLanes.Load(b), bRight = TLanes.Load(b + TLanes.Count);
            var x0 = TLanes.Broadcast(a0[k]);
            left0 = TLanes.MultiplyAdd(x0, bLeft, left0);
            right0 = TLanes.MultiplyAdd(x0, bRight, right0);
            var x1 = TLanes.Broadcast(a1[k]);
            left1 = TLanes.MultiplyAdd(x1, bLeft, left1);
            right1 = TLanes.MultiplyAdd(x1, bRight, right1);
            b += PanelWidth;
        }

        tile.Store(0, left0, right0);
        tile.Store(1, left1, right1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void OneRow(in Tile tile)
    {
        float* a0 = tile.Left;
        float* b = tile.Panel;
        TVector left0 = tile.First(0, 0), right0 = tile.First(0, 1);
        nint step = tile.LeftDepthStride, end = tile.Depth * step;
        for (nint k = 0; k != end; k += step)
        {
            TVector bLeft = TLanes.Load(b), bRight = TLanes.Load(b + TLanes.Count);
            var x0 = TLanes.Broadcast(a0[k]);
            left0 = TLanes.MultiplyAdd(x0, bLeft, left0);
            right0 = TLanes.MultiplyAdd(x0, bRight, right0);
            b += PanelWidth;
        }

        tile.Store(0, left0, right0);
    }
}
