using System.Runtime.Intrinsics;

namespace SelfInstruct.LocalModels.Kernels;

/// <summary>Width of the registers a kernel works with; every width gives the same bits.</summary>
internal enum VectorWidth
{
    Bits128,
    Bits256,
    Bits512,
}

internal static class VectorWidths
{
    /// <summary>The widest this machine runs in hardware.</summary>
    public static VectorWidth Widest =>
        Vector512.IsHardwareAccelerated ? VectorWidth.Bits512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Bits256
        : VectorWidth.Bits128;
}
