namespace SelfInstruct.LocalModels.Decoder;

/// <summary>Where the tensors of a model come from: a file on the disk, or weights in memory. Reads some rows at a time.</summary>
public interface IDecoderTensorSource
{
    DecoderConfig Config { get; }

    /// <summary>Whether <see cref="ReadQ8"/> has this tensor as it is stored.</summary>
    bool IsQ8(DecoderTensor tensor);

    /// <summary>What the inputs of a product with this matrix are rounded to.</summary>
    ActivationRounding RoundingOf(DecoderTensor tensor);

    /// <param name="firstRow">0 for a vector.</param>
    /// <param name="values">Whole rows, row-major, or the whole vector.</param>
    void Read(DecoderTensor tensor, int firstRow, Span<float> values);

    /// <param name="blocks">Whole rows of Q8_0 blocks: for every 32 numbers a half-precision scale and 32 signed bytes.</param>
    void ReadQ8(DecoderTensor tensor, int firstRow, Span<byte> blocks);
}
