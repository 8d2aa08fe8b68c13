using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Training;

/// <summary>What the forward pass of one block leaves for its backward pass; one window of at most T positions.</summary>
/// <param name="block">May be shared with other blocks, where it is computed anew before it is read.</param>
internal sealed class LayerActivations(DecoderConfig config, int positions, BlockActivations block)
{
    /// <summary>[T, D], the block's input.</summary>
    public FloatBuffer Input { get; } = new((long)positions * config.Width);

    public BlockActivations Block { get; } = block;
}

/// <summary>Everything that follows from a block's input.</summary>
internal sealed class BlockActivations(DecoderConfig config, int positions)
{
    /// <summary>Floats of one window, for an estimate of memory.</summary>
    public static long Count(DecoderConfig config, int positions) =>
        (long)positions * ((3L * config.Width) + (2L * (config.QueryWidth + config.KeyValueWidth)) + (3L * config.FeedForward) + ((long)config.Heads * positions));

    /// <summary>[T, D].</summary>
    public FloatBuffer AttentionNormed { get; } = new((long)positions * config.Width);

    /// <summary>[T]: 1 / rms.</summary>
    public float[] AttentionScales { get; } = new float[positions];

    /// <summary>[T, (H + 2 KV) · d]: query and key, both turned, and value.</summary>
    public FloatBuffer QueryKeyValue { get; } = new((long)positions * (config.QueryWidth + (2 * config.KeyValueWidth)));

    /// <summary>Room for [H, T, T]; of each row, only what lies up to the diagonal and a few zeros after it are defined.</summary>
    public FloatBuffer Probabilities { get; } = new((long)config.Heads * positions * positions);

    /// <summary>[T, H · d], the heads' outputs.</summary>
    public FloatBuffer Mixed { get; } = new((long)positions * config.QueryWidth);

    /// <summary>[T, D], input plus attention.</summary>
    public FloatBuffer Middle { get; } = new((long)positions * config.Width);

    /// <summary>[T, D].</summary>
    public FloatBuffer FeedForwardNormed { get; } = new((long)positions * config.Width);

    /// <summary>[T]: 1 / rms.</summary>
    public float[] FeedForwardScales { get; } = new float[positions];

    /// <summary>[T, 2F].</summary>
    public FloatBuffer GateUp { get; } = new(2L * positions * config.FeedForward);

    /// <summary>[T, F].</summary>
    public FloatBuffer Hidden { get; } = new((long)positions * config.FeedForward);
}
