using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>Weights in the order in which the products read them; a copy, shared by all threads.</summary>
sealed class PackedDecoder
{
    public PackedDecoder(DecoderWeights weights)
    {
        Weights = weights;
        Layers = [.. weights.Layers.Select(layer => new PackedLayer(layer, weights.Config))];
        Output = new(weights.Embedding, Config.VocabularySize, Config.Width);
        Rotation = new(Config.ContextLength, Config.HeadSize, Config.RopeBase);
    }

    public DecoderConfig Config => Weights.Config;

    public DecoderWeights Weights { get; }

    public IReadOnlyList<PackedLayer> Layers { get; }

    /// <summary>[V, D].</summary>
    public PackedMatrix Output { get; }

    public RotaryEmbedding Rotation { get; }

    public ReadOnlySpan<float> Embedding(int token) => Weights.Embedding.AsSpan(token * Config.Width, Config.Width);
}

sealed class PackedLayer(DecoderLayer layer, DecoderConfig config)
{
    public float[] AttentionNorm => layer.AttentionNorm;

    public float[] FeedForwardNorm => layer.FeedForwardNorm;

    /// <summary>[3D, D]: query, key, value.</summary>
    public PackedMatrix QueryKeyValue { get; } = PackedMatrix.Stack(config.Width, layer.Query, layer.Key, layer.Value);

    /// <summary>[D, D].</summary>
    public PackedMatrix AttentionOutput { get; } = new(layer.AttentionOutput, config.Width, config.Width);

    /// <summary>[2F, D]: gate, up.</summary>
    public PackedMatrix GateUp { get; } = PackedMatrix.Stack(config.Width, layer.Gate, layer.Up);

    /// <summary>[D, F].</summary>
    public PackedMatrix Down { get; } = new(layer.Down, config.Width, config.FeedForward);
}
