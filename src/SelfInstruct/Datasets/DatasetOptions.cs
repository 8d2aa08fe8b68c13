namespace SelfInstruct.Datasets;

/// <summary>Encoding of the training data (paper, section 2.3).</summary>
public sealed record DatasetOptions
{
    /// <summary>Seed tasks become training rows too (paper: yes).</summary>
    public bool IncludeSeedTasks { get; init; } = true;

    /// <summary>Ends every completion of the completions format (GPT-3's end of text).</summary>
    public string EndOfText { get; init; } = "<|endoftext|>";
}
