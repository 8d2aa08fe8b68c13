using System.Collections.Immutable;

namespace SelfInstruct.Analysis;

/// <summary>What the paper says of its own 52K data set, to stand beside ours.</summary>
public static class PaperFigures
{
    /// <summary>Table 1.</summary>
    public const int Instructions = 52_445;

    /// <summary>Table 1.</summary>
    public const int Classification = 11_584;

    /// <summary>Table 1.</summary>
    public const int NonClassification = 40_861;

    /// <summary>Table 1.</summary>
    public const int Instances = 82_439;

    /// <summary>Table 1: instances with empty input.</summary>
    public const int EmptyInput = 35_878;

    /// <summary>Table 1: words.</summary>
    public const double MeanInstructionWords = 15.9;

    /// <summary>Table 1: words of inputs that are not empty.</summary>
    public const double MeanInputWords = 12.7;

    /// <summary>Table 1: words.</summary>
    public const double MeanOutputWords = 18.9;

    /// <summary>Section 3.2: instructions in which the parser found a root verb and a direct object.</summary>
    public const int VerbNounPairs = 26_559;

    /// <summary>Section 3.2: share of the set that the 20 most frequent verbs with 4 nouns each make up.</summary>
    public const double TopVerbShare = 0.14;

    /// <summary>Section 3.2 and Figure 4: most instructions have a ROUGE-L to the nearest seed between these.</summary>
    public static (double Low, double High) SeedSimilarity { get; } = (0.2, 0.5);

    /// <summary>Table 2: of 200 rows, per cent with a valid task, an appropriate input, a correct output, and all three.</summary>
    public static (int ValidTask, int InputAppropriate, int OutputCorrect, int AllValid) Quality { get; } = (92, 79, 58, 54);

    /// <summary>Figure 3: verbs of its inner ring that can be read there.</summary>
    public static ImmutableArray<string> Verbs { get; } = ["write", "give", "find", "create", "make", "describe", "design", "generate", "classify", "have", "explain", "tell", "identify", "output", "predict", "detect"];
}
