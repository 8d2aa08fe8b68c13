using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Training;

/// <summary>What the forward pass of one block leaves for its backward pass; one window of at most T positions.</summary>
/// <param name="block">May be shared with other blocks, where it is computed anew before it is read.</param>
internal sealed class LayerActivations(DecoderConfig config, int positions, BlockActivations block)
{
    /// <summary>[T, D], the block's input.</summary>
    public RowBuffer Input { get; } = new(positions, config.Width);

    public BlockActivations Block { get; } = block;
}

/// <summary>Everything that follows from a block's input.</summary>
internal sealed class BlockActivations(DecoderConfig config, int positions)
{
    /// <summary>Floats of one window, for an estimate of memory.</summary>
    public static long Count(DecoderConfig config, int positions) =>
        (long)positions * ((3L * config.Width) + (2L * (config.QueryWidth + config.KeyValueWidth)) + (3L * config.FeedForward) + ((long)config.Heads * positions));

    /// <summary>[T, D].</summary>
    public RowBuffer AttentionNormed { get; } = new(positions, config.Width);

    /// <summary>[T]: 1 / rms.</summary>
    public float[] AttentionScales { get; } = new float[positions];

    /// <summary>[T, (H + 2 KV) · d]: query and key, both turned, and value.</summary>
    public RowBuffer QueryKeyValue { get; } = new(positions, config.QueryWidth + (2 * config.KeyValueWidth));

    /// <summary>Room for [H, T, T] and some padding; of each row, only what lies up to the diagonal and a few zeros after it are defined.</summary>
    public FloatBuffer Probabilities { get; } = new((long)config.Heads * positions * (positions + CausalAttention.ScoresPadding));

    /// <summary>[T, H · d], the heads' outputs.</summary>
    public RowBuffer Mixed { get; } = new(positions, config.QueryWidth);

    /// <summary>[T, D], input plus attention.</summary>
    public RowBuffer Middle { get; } = new(positions, config.Width);

    /// <summary>[T, D].</summary>
    public RowBuffer FeedForwardNormed { get; } = new(positions, config.Width);

    /// <summary>[T]: 1 / rms.</summary>
    public float[] FeedForwardScales { get; } = new float[positions];

    /// <summary>[T, 2F].</summary>
    public RowBuffer GateUp { get; } = new(positions, 2 * config.FeedForward);

    /// <summary>[T, F].</summary>
    public RowBuffer Hidden { get; } = new(positions, config.FeedForward);
}
