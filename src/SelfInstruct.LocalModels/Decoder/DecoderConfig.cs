namespace SelfInstruct.LocalModels.Decoder;

/// <summary>Shape of a Llama-family decoder: RMSNorm, RoPE on interleaved pairs (2i, 2i+1), grouped-query attention, SwiGLU.</summary>
/// <param name="VocabularySize">V, tokens.</param>
/// <param name="ContextLength">T, positions the model was trained for.</param>
/// <param name="Width">D, multiple of 32.</param>
/// <param name="Layers">L.</param>
/// <param name="Heads">H; D = H · head dimension unless <see cref="HeadSize"/> says otherwise.</param>
/// <param name="FeedForward">F, multiple of 32.</param>
public sealed record DecoderConfig(int VocabularySize, int ContextLength, int Width, int Layers, int Heads, int FeedForward)
{
    public float RopeBase { get; init; } = 10_000f;

    public RotaryScaling RopeScaling { get; init; } = RotaryScaling.None;

    public float NormEpsilon { get; init; } = 1e-5f;

    /// <summary>Heads of key and value; H is a multiple. Query head h reads key head h · KeyValueHeads / H.</summary>
    public int KeyValueHeads { get; init; } = Heads;

    /// <summary>d, even.</summary>
    public int HeadSize { get; init; } = Heads > 0 ? Width / Heads : 0;

    /// <summary>Whether query, key and value have biases, as in Qwen2.</summary>
    public bool HasAttentionBias { get; init; }

    /// <summary>Whether the output matrix is the embedding.</summary>
    public bool IsTied { get; init; } = true;

    /// <summary>H · d, rows of the query.</summary>
    public int QueryWidth => Heads * HeadSize;

    /// <summary>KeyValueHeads · d, rows of the key and of the value.</summary>
    public int KeyValueWidth => KeyValueHeads * HeadSize;

    /// <summary>Weights in all; a tied embedding counts once.</summary>
    public long Parameters => DecoderTensors.Of(this).Sum(tensor => tensor.Elements);
}
