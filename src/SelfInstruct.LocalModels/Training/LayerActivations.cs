using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Training;

/// <summary>What the forward pass of one block leaves for its backward pass; one window of T positions.</summary>
internal sealed class LayerActivations(DecoderConfig config, int positions)
{
    /// <summary>[T, D], the block's input.</summary>
    public FloatBuffer Input { get; } = new((long)positions * config.Width);

    /// <summary>[T, D].</summary>
    public FloatBuffer AttentionNormed { get; } = new((long)positions * config.Width);

    /// <summary>[T]: 1 / rms.</summary>
    public float[] AttentionScales { get; } = new float[positions];

    /// <summary>[T, 3D]: query and key, both turned, and value.</summary>
    public FloatBuffer QueryKeyValue { get; } = new(3L * positions * config.Width);

    /// <summary>[H, T, T]; of each row, only what lies up to the diagonal and a few zeros after it are defined.</summary>
    public FloatBuffer Probabilities { get; } = new((long)config.Heads * positions * positions);

    /// <summary>[T, D], the heads' outputs.</summary>
    public FloatBuffer Mixed { get; } = new((long)positions * config.Width);

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
