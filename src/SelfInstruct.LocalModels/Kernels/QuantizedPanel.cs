namespace SelfInstruct.LocalModels.Kernels;

/// <summary>
/// How eight-bit weights lie: eight outputs side by side, block after block of 32 inputs. A block holds the outputs' scales,
/// their <see cref="Offsets"/>, and then a few inputs of the first output, as many of the second, and so on.
/// </summary>
internal static unsafe class QuantizedPanel
{
    /// <summary>Inputs that share a scale.</summary>
    public const int Block = 32;

    /// <summary>Outputs.</summary>
    public const int Lanes = 8;

    /// <summary>Of a block: a cache line, and the weights.</summary>
    public const int Bytes = Header + (Lanes * Block);

    const int Header = 64;

    /// <summary>[Lanes].</summary>
    public static float* Scales(byte* block) => (float*)block;

    /// <summary>[Lanes]: −128 · Σ weights, what inputs raised by 128 add too much.</summary>
    public static int* Offsets(byte* block) => (int*)(block + (Lanes * sizeof(float)));

    public static sbyte* Weights(byte* block) => (sbyte*)(block + Header);

    /// <summary>Place of input i among the weights.</summary>
    /// <param name="group">Inputs of one output that lie side by side.</param>
    public static int At(int lane, int i, int group) => (i / group * group * Lanes) + (lane * group) + (i % group);
}
