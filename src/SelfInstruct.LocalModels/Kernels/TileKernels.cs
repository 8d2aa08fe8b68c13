using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SelfInstruct.LocalModels.Kernels;

/// <summary>c = a · b for one panel of b (depth-major, two vectors wide) and a few rows of a at a time.</summary>
/// <remarks>
/// Each element of c is one chain of fused multiply-adds over ascending depth, whatever the tile and the width;
/// hence no row's result depends on its neighbours. Six rows fill the sixteen registers of AVX2:
/// twelve sums, two of b, one of a.
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

    /// <summary>Goes down the rows of one panel, six at a time while there are six.</summary>
    public static void Multiply(in PanelProduct product)
    {
        float* spill = stackalloc float[PanelProduct.TileRows * PanelWidth];
        for (var row = 0; row < product.Rows;)
        {
            var rows = (product.Rows - row) switch { >= 6 => 6, >= 4 => 4, >= 2 => 2, _ => 1 };
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
