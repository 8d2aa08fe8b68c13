namespace SelfInstruct.LocalModels.Decoder;

/// <summary>Every matrix is row-major [out, in], as in GGUF; names of the tensors there in brackets.</summary>
public sealed class DecoderWeights(DecoderConfig config)
{
    public DecoderConfig Config { get; } = config;

    /// <summary>[V, D], also the output matrix (token_embd).</summary>
    public float[] Embedding { get; } = new float[config.VocabularySize * config.Width];

    public DecoderLayer[] Layers { get; } = [.. Enumerable.Range(0, config.Layers).Select(_ => new DecoderLayer(config))];

    /// <summary>[D] (output_norm).</summary>
    public float[] FinalNorm { get; } = new float[config.Width];
}

/// <summary>One block: attention and feed-forward, each behind its norm and added to the residual.</summary>
public sealed class DecoderLayer(DecoderConfig config)
{
    /// <summary>[D] (attn_norm).</summary>
    public float[] AttentionNorm { get; } = new float[config.Width];

    /// <summary>[D, D] (attn_q); rows of head h are h·headSize ….</summary>
    public float[] Query { get; } = new float[config.Width * config.Width];

    /// <summary>[D, D] (attn_k).</summary>
    public float[] Key { get; } = new float[config.Width * config.Width];

    /// <summary>[D, D] (attn_v).</summary>
    public float[] Value { get; } = new float[config.Width * config.Width];

    /// <summary>[D, D] (attn_output).</summary>
    public float[] AttentionOutput { get; } = new float[config.Width * config.Width];

    /// <summary>[D] (ffn_norm).</summary>
    public float[] FeedForwardNorm { get; } = new float[config.Width];

    /// <summary>[F, D] (ffn_gate).</summary>
    public float[] Gate { get; } = new float[config.FeedForward * config.Width];

    /// <summary>[F, D] (ffn_up).</summary>
    public float[] Up { get; } = new float[config.FeedForward * config.Width];

    /// <summary>[D, F] (ffn_down).</summary>
    public float[] Down { get; } = new float[config.Width * config.FeedForward];
}
