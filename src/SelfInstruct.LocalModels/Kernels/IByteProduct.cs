using System.Runtime.Intrinsics.X86;

namespace SelfInstruct.LocalModels.Kernels;

/// <summary>Rows of eight-bit inputs times panels of eight-bit weights. Every one gives the same bits.</summary>
internal unsafe interface IByteProduct
{
    /// <summary>The fastest this machine can run.</summary>
    static IByteProduct Fastest { get; } =
        AvxVnni.IsSupported ? new VnniByteProduct() : Avx2.IsSupported && Fma.IsSupported ? new Avx2ByteProduct() : new PortableByteProduct();

    /// <summary>Weights of one output that lie side by side; divides 32.</summary>
    int Group { get; }

    /// <summary>Rows of a call at most.</summary>
    int TileRows { get; }

    /// <summary>Bytes that an input takes.</summary>
    int NumberBytes { get; }

    /// <summary>Keeps a block of inputs.</summary>
    /// <param name="numbers">[32], from −127 to 127.</param>
    void Store(ReadOnlySpan<short> numbers, Span<byte> target);

    /// <summary>
    /// Σ over blocks of (Σ integers) · (weight scale · input scale): a chain of fused multiply-adds over ascending blocks.
    /// </summary>
    /// <param name="left">A panel, from its first block.</param>
    /// <param name="right">Another.</param>
    /// <param name="sums">[rows, 16], filled: the outputs of left, then of right.</param>
    void Sum(byte* left, byte* right, in QuantizedRows rows, float* sums);
}
