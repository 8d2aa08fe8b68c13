using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>Weights in the order in which the products read them, each held once; shared by all threads.</summary>
sealed class PackedDecoder
{
    /// <param name="contextLength">Positions to be prepared for; null: all the model has.</param>
    public PackedDecoder(IDecoderTensorSource source, int? contextLength = null)
    {
        Config = source.Config with { ContextLength = Math.Min(contextLength ?? int.MaxValue, source.Config.ContextLength) };
        var tensors = DecoderTensors.Of(Config).ToDictionary(tensor => (tensor.Part, tensor.Layer));
        var packing = new MatrixPacking(source, tensors);
        Embedding = packing.Matrix(0, DecoderPart.Embedding);
        Layers = [.. Enumerable.Range(0, Config.Layers).Select(layer => new PackedLayer(packing, layer, Config.HasAttentionBias))];
        FinalNorm = packing.Vector(0, DecoderPart.FinalNorm);
        Output = Config.IsTied ? Embedding : packing.Matrix(0, DecoderPart.Output);
        Rotation = new(Config.ContextLength, Config.HeadSize, Config.RopeBase, Config.RopeScaling.Divisors.AsSpan());
    }

    public DecoderConfig Config { get; }

    public IReadOnlyList<PackedLayer> Layers { get; }

    /// <summary>[V, D].</summary>
    public IWeightMatrix Embedding { get; }

    public float[] FinalNorm { get; }

    /// <summary>[V, D].</summary>
    public IWeightMatrix Output { get; }

    public RotaryEmbedding Rotation { get; }
}

sealed class PackedLayer(MatrixPacking packing, int layer, bool hasBias)
{
    public float[] AttentionNorm { get; } = packing.Vector(layer, DecoderPart.AttentionNorm);

    public float[] FeedForwardNorm { get; } = packing.Vector(layer, DecoderPart.FeedForwardNorm);

    /// <summary>[(H + 2 KV) · d, D]: query, key, value.</summary>
    public IWeightMatrix QueryKeyValue { get; } = packing.Matrix(layer, DecoderPart.Query, DecoderPart.Key, DecoderPart.Value);

    /// <summary>[(H + 2 KV) · d]; empty where there is none.</summary>
    public float[] Bias { get; } = hasBias
        ? [.. packing.Vector(layer, DecoderPart.QueryBias), .. packing.Vector(layer, DecoderPart.KeyBias), .. packing.Vector(layer, DecoderPart.ValueBias)]
        : [];

    /// <summary>[D, H · d].</summary>
    public IWeightMatrix AttentionOutput { get; } = packing.Matrix(layer, DecoderPart.AttentionOutput);

    /// <summary>[2F, D]: gate, up.</summary>
    public IWeightMatrix GateUp { get; } = packing.Matrix(layer, DecoderPart.Gate, DecoderPart.Up);

    /// <summary>[D, F].</summary>
    public IWeightMatrix Down { get; } = packing.Matrix(layer, DecoderPart.Down);
}
