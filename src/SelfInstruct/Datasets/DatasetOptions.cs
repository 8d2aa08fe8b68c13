namespace SelfInstruct.Datasets;

/// <summary>Encoding of the training data (paper, section 2.3).</summary>
public sealed record DatasetOptions
{
    /// <summary>Seed tasks become training rows too (paper: yes).</summary>
    public bool IncludeSeedTasks { get; init; } = true;

    /// <summary>How an instance becomes a row.</summary>
    public RowEncoding Encoding { get; init; } = RowEncoding.Paper;

    /// <summary>Decides the draws of this step; null: the run's seed. The published code's is 123, beside 42 for the others.</summary>
    public long? Seed { get; init; }

    /// <summary>Ends every completion of the completions format (GPT-3's end of text).</summary>
    public string EndOfText { get; init; } = "<|endoftext|>";
}
