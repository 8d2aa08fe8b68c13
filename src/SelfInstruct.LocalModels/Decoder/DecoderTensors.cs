using System.Runtime.InteropServices;

namespace SelfInstruct.LocalModels.Decoder;

/// <summary>What a tensor of the decoder is for; names in GGUF in brackets.</summary>
public enum DecoderPart
{
    /// <summary>[V, D] (token_embd).</summary>
    Embedding,

    /// <summary>[D] (attn_norm).</summary>
    AttentionNorm,

    /// <summary>[H · d, D] (attn_q); rows of head h are h · d ….</summary>
    Query,

    /// <summary>[KV · d, D] (attn_k).</summary>
    Key,

    /// <summary>[KV · d, D] (attn_v).</summary>
    Value,

    /// <summary>[H · d] (attn_q.bias).</summary>
    QueryBias,

    /// <summary>[KV · d] (attn_k.bias).</summary>
    KeyBias,

    /// <summary>[KV · d] (attn_v.bias).</summary>
    ValueBias,

    /// <summary>[D, H · d] (attn_output).</summary>
    AttentionOutput,

    /// <summary>[D] (ffn_norm).</summary>
    FeedForwardNorm,

    /// <summary>[F, D] (ffn_gate).</summary>
    Gate,

    /// <summary>[F, D] (ffn_up).</summary>
    Up,

    /// <summary>[D, F] (ffn_down).</summary>
    Down,

    /// <summary>[D] (output_norm).</summary>
    FinalNorm,

    /// <summary>[V, D] (output); absent where it is tied to the embedding.</summary>
    Output,
}

/// <param name="Layer">0 for a part that no layer has.</param>
/// <param name="Rows">0 for a vector.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DecoderTensor(DecoderPart Part, int Layer, int Rows, int Columns)
{
    public bool IsVector => Rows == 0;

    public long Elements => (long)Math.Max(Rows, 1) * Columns;

    /// <summary>Whether RoPE turns its rows, so that their order depends on which rows make a pair.</summary>
    public bool IsTurned => Part is DecoderPart.Query or DecoderPart.Key or DecoderPart.QueryBias or DecoderPart.KeyBias;
}

/// <summary>Which tensors a decoder has, in the order in which files list them.</summary>
public static class DecoderTensors
{
    /// <summary>Tensors of a layer without biases.</summary>
    public const int LeastPerLayer = 9;

    public static IEnumerable<DecoderTensor> Of(DecoderConfig config) =>
    [
        new(DecoderPart.Embedding, 0, config.VocabularySize, config.Width),
        .. Enumerable.Range(0, config.Layers).SelectMany(layer => OfLayer(config, layer)),
        new(DecoderPart.FinalNorm, 0, 0, config.Width),
        .. config.IsTied ? [] : new[] { new DecoderTensor(DecoderPart.Output, 0, config.VocabularySize, config.Width) },
    ];

    static IEnumerable<DecoderTensor> OfLayer(DecoderConfig config, int layer)
    {
        var (width, hidden, query, key) = (config.Width, config.FeedForward, config.QueryWidth, config.KeyValueWidth);
        return
        [
            new(DecoderPart.AttentionNorm, layer, 0, width),
            new(DecoderPart.Query, layer, query, width),
            new(DecoderPart.Key, layer, key, width),
            new(DecoderPart.Value, layer, key, width),
            .. config.HasAttentionBias ? Biases() : [],
            new(DecoderPart.AttentionOutput, layer, width, query),
            new(DecoderPart.FeedForwardNorm, layer, 0, width),
            new(DecoderPart.Gate, layer, hidden, width),
            new(DecoderPart.Up, layer, hidden, width),
            new(DecoderPart.Down, layer, width, hidden),
        ];

        IEnumerable<DecoderTensor> Biases() =>
        [
            new(DecoderPart.QueryBias, layer, 0, query),
            new(DecoderPart.KeyBias, layer, 0, key),
            new(DecoderPart.ValueBias, layer, 0, key),
        ];
    }
}
