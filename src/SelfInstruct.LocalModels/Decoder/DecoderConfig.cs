namespace SelfInstruct.LocalModels.Decoder;

/// <summary>Shape of a Llama-family decoder: RMSNorm, RoPE on interleaved pairs (2i, 2i+1), SwiGLU, tied embeddings.</summary>
/// <param name="VocabularySize">V, tokens.</param>
/// <param name="ContextLength">T, positions the model was trained for.</param>
/// <param name="Width">D, multiple of 32.</param>
/// <param name="Layers">L.</param>
/// <param name="Heads">H; D = H · head dimension.</param>
/// <param name="FeedForward">F, multiple of 32.</param>
public sealed record DecoderConfig(int VocabularySize, int ContextLength, int Width, int Layers, int Heads, int FeedForward)
{
    public float RopeBase { get; init; } = 10_000f;

    public float NormEpsilon { get; init; } = 1e-5f;

    public int HeadSize => Width / Heads;

    /// <summary>Weights in all; the embedding counts once, as it is tied to the output.</summary>
    public long Parameters => ((long)VocabularySize * Width) + (Layers * ((4L * Width * Width) + (3L * Width * FeedForward) + (2L * Width))) + Width;
}
