namespace SelfInstruct.Models.Batches;

/// <summary>How requests become batches, and patience with them.</summary>
public sealed record BatchOptions
{
    /// <summary>Requests in one file; OpenAI takes no more than 50,000.</summary>
    public int MaxRequests { get; init; } = 50_000;

    /// <summary>Bytes of one file; OpenAI takes no more than 200 MB.</summary>
    public int MaxBytes { get; init; } = 200_000_000;

    /// <summary>A batch is handed in when no further request came for so long.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Between two looks at a batch, at most; the first pause is a sixth of it.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Batches that may bring no answer for a request before it fails.</summary>
    public int Attempts { get; init; } = 4;
}
