namespace SelfInstruct.LocalModels.Decoder;

/// <summary>Every matrix is row-major [out, in], as in GGUF; shapes as <see cref="DecoderPart"/> has them.</summary>
public sealed class DecoderWeights : IDecoderTensorSource
{
    /// <summary>All zero.</summary>
    public DecoderWeights(DecoderConfig config)
    {
        Config = config;
        Embedding = new float[checked(config.VocabularySize * config.Width)];
        Layers = [.. Enumerable.Range(0, config.Layers).Select(_ => new DecoderLayer(config))];
        FinalNorm = new float[config.Width];
        Output = config.IsTied ? Embedding : new float[Embedding.Length];
    }

    public DecoderConfig Config { get; }

    public float[] Embedding { get; }

    public DecoderLayer[] Layers { get; }

    public float[] FinalNorm { get; }

    /// <summary>[V, D]; the embedding itself when tied.</summary>
    public float[] Output { get; }

    public float[] this[DecoderTensor tensor] => tensor.Part switch
    {
        DecoderPart.Embedding => Embedding,
        DecoderPart.FinalNorm => FinalNorm,
        DecoderPart.Output => Output,
        _ => Layers[tensor.Layer][tensor.Part],
    };

    public bool IsQ8(DecoderTensor tensor) => false;

    public ActivationRounding RoundingOf(DecoderTensor tensor) => ActivationRounding.None;

    public void Read(DecoderTensor tensor, int firstRow, Span<float> values) =>
        this[tensor].AsSpan(firstRow * tensor.Columns, values.Length).CopyTo(values);

    public void ReadQ8(DecoderTensor tensor, int firstRow, Span<byte> blocks) =>
        throw new NotSupportedException("Weights in memory are floats.");
}

/// <summary>One block: attention and feed-forward, each behind its norm and added to the residual.</summary>
public sealed class DecoderLayer(DecoderConfig config)
{
    public float[] AttentionNorm { get; } = new float[config.Width];

    public float[] Query { get; } = new float[config.QueryWidth * config.Width];

    public float[] Key { get; } = new float[config.KeyValueWidth * config.Width];

    public float[] Value { get; } = new float[config.KeyValueWidth * config.Width];

    /// <summary>Empty where the config has no biases; the other two likewise.</summary>
    public float[] QueryBias { get; } = new float[config.HasAttentionBias ? config.QueryWidth : 0];

    public float[] KeyBias { get; } = new float[config.HasAttentionBias ? config.KeyValueWidth : 0];

    public float[] ValueBias { get; } = new float[config.HasAttentionBias ? config.KeyValueWidth : 0];

    public float[] AttentionOutput { get; } = new float[config.Width * config.QueryWidth];

    public float[] FeedForwardNorm { get; } = new float[config.Width];

    public float[] Gate { get; } = new float[config.FeedForward * config.Width];

    public float[] Up { get; } = new float[config.FeedForward * config.Width];

    public float[] Down { get; } = new float[config.Width * config.FeedForward];

    public float[] this[DecoderPart part] => part switch
    {
        DecoderPart.AttentionNorm => AttentionNorm,
        DecoderPart.Query => Query,
        DecoderPart.Key => Key,
        DecoderPart.Value => Value,
        DecoderPart.QueryBias => QueryBias,
        DecoderPart.KeyBias => KeyBias,
        DecoderPart.ValueBias => ValueBias,
        DecoderPart.AttentionOutput => AttentionOutput,
        DecoderPart.FeedForwardNorm => FeedForwardNorm,
        DecoderPart.Gate => Gate,
        DecoderPart.Up => Up,
        DecoderPart.Down => Down,
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "Not a part of a layer."),
    };
}
