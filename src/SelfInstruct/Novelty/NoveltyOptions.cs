using System.Runtime.Intrinsics;

namespace SelfInstruct.Novelty;

public sealed record NoveltyOptions
{
    /// <summary>A text above this ROUGE-L to another is not novel (paper: 0.7). In [0, 1].</summary>
    public double Threshold { get; init; } = 0.7;

    public WordSplitter Words { get; init; } = WordSplitter.Released;

    /// <summary>Keep the texts, for neighbours and records to name them. Without, the index only decides, in less memory.</summary>
    public bool KeepTexts { get; init; } = true;

    /// <summary>Bits of the registers that score records: 512, 256, 128, or 64 for plain integers. Every width gives the same bits.</summary>
    internal int VectorBits { get; init; } =
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 64;

    /// <summary>Texts recorded together: more fill the registers better, but are compared among themselves less well.</summary>
    internal int BatchSize { get; init; } = 256;

    /// <summary>Texts after which the order of words by rarity is first taken from the texts themselves.</summary>
    internal int FirstReorder { get; init; } = 1024;

    /// <summary>Texts from which long lists are split by a second word: smaller pools are faster without.</summary>
    internal int SplitFrom { get; init; } = 100_000;

    /// <summary>Entries above which a list counts as long.</summary>
    internal int LongList { get; init; } = 256;
}

/// <param name="Score">ROUGE-L, in [0, 1].</param>
public sealed record Similarity(string Text, double Score);

/// <param name="MostSimilar">Text and ROUGE-L of the ten nearest, nearest first (ties: first added first).</param>
/// <param name="Mean">Mean ROUGE-L to all texts.</param>
public sealed record NoveltyRecord(Dictionary<string, double> MostSimilar, double Mean);

/// <summary>What became of a candidate: rejected for a neighbour, added with its record, or novel but beyond the number wanted (both null).</summary>
public sealed record NoveltyVerdict(Similarity? Above, NoveltyRecord? Record);
