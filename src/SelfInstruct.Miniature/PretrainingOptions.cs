namespace SelfInstruct.Miniature;

/// <summary>How the starter is made. The defaults are what models/starter was made with.</summary>
public sealed record PretrainingOptions
{
    /// <summary>Decides the corpus, the first weights and the order of training.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Characters of corpus; at about 3.7 a token enough that little is read twice.</summary>
    public long Characters { get; init; } = 96_000_000;

    /// <summary>Characters of documents from phrasings and inputs that the corpus leaves out.</summary>
    public long HeldOutCharacters { get; init; } = 400_000;

    /// <summary>Characters from which the vocabulary is learned.</summary>
    public long VocabularyCharacters { get; init; } = 12_000_000;

    /// <summary>Tokens at most; fewer when no pair is left that occurs twice.</summary>
    public int VocabularySize { get; init; } = 4096;

    public int ContextLength { get; init; } = 512;

    public int Width { get; init; } = 192;

    public int Layers { get; init; } = 5;

    /// <summary>Of 64 dimensions each by default.</summary>
    public int Heads { get; init; } = 3;

    public int FeedForward { get; init; } = 512;

    public int Steps { get; init; } = 12_000;

    /// <summary>Windows of <see cref="ContextLength"/> tokens in a step.</summary>
    public int BatchWindows { get; init; } = 4;

    public double LearningRate { get; init; } = 3e-3;
}
