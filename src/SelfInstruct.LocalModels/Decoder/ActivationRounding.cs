namespace SelfInstruct.LocalModels.Decoder;

/// <summary>To what ggml rounds the numbers that meet a tensor's weights in a product.</summary>
public enum ActivationRounding
{
    /// <summary>F32 weights.</summary>
    None,

    /// <summary>F16 weights.</summary>
    F16,

    /// <summary>BF16 weights.</summary>
    BF16,

    /// <summary>Q4_0 and Q8_0 weights: 32 numbers share a half-precision scale and have eight bits each.</summary>
    Q8,

    /// <summary>Q4_K and Q6_K weights: 256 numbers share a scale and have eight bits each.</summary>
    Q8K,
}
