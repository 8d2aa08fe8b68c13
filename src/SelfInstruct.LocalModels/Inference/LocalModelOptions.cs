namespace SelfInstruct.LocalModels.Inference;

/// <summary>What a local model may use of the machine.</summary>
public sealed record LocalModelOptions
{
    /// <summary>Each with its own batch, at least 1; null: one per processor.</summary>
    public int? Threads { get; init; }

    /// <summary>
    /// Memory for the keys and values of sequences, all threads together. Requests wait when it is used up, and a context
    /// that it cannot hold is shortened.
    /// </summary>
    public long CacheBytes { get; init; } = 1L << 30;
}
