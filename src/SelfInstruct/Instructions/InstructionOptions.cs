using System.Collections.Immutable;
using SelfInstruct.Novelty;

namespace SelfInstruct.Instructions;

/// <summary>Instruction generation (paper, section 2.2 and Table 4).</summary>
public sealed record InstructionOptions
{
    /// <summary>Instructions to accept. The paper's is 52,445; small enough here to look at first.</summary>
    public int Target { get; init; } = 100;

    /// <summary>How completions are read and judged.</summary>
    public InstructionReading Reading { get; init; } = InstructionReading.Paper;

    /// <summary>Asked after those of <see cref="Reading"/>; their names stand in run.yaml, and only a program can set them.</summary>
    public ImmutableArray<InstructionRule> OwnRules { get; init; } = [];

    /// <summary>
    /// The target is looked at between rounds only, and overshot; request_idx counts rounds (published code). Otherwise
    /// the target is met exactly, and request_idx counts prompts.
    /// </summary>
    public bool WholeRounds { get; init; }

    /// <summary>Prompts drawn from one state of the pool and in flight together (the published code's batch).</summary>
    public int PromptsPerRound { get; init; } = 5;

    /// <summary>
    /// A round's prompts are drawn from the pool as it was so many rounds before it, itself counted: a shared run works on
    /// as many rounds at once. 1: from the pool as the round before left it.
    /// </summary>
    public int RoundsInFlight { get; init; } = 1;

    /// <summary>Seed instructions in a prompt, once the pool can supply the others (paper: 6).</summary>
    public int SeedsPerPrompt { get; init; } = 6;

    /// <summary>Generated instructions in a prompt (paper: 2); seeds stand in while there are fewer.</summary>
    public int GeneratedPerPrompt { get; init; } = 2;

    /// <summary>An instruction above this ROUGE-L to anything in the pool is rejected (paper: 0.7).</summary>
    public double MaxSimilarity { get; init; } = 0.7;

    /// <summary>What counts as a word when instructions are compared.</summary>
    public WordSplitter Words { get; init; } = WordSplitter.Released;

    /// <summary>Reject what seems to need images, files and the like, by keywords (paper, section 2.2).</summary>
    public bool RejectModalities { get; init; } = true;

    /// <summary>Words an instruction has at least (published code: more than 3).</summary>
    public int MinWords { get; init; } = 4;

    /// <summary>Words an instruction has at most (published code: 150).</summary>
    public int MaxWords { get; init; } = 150;

    /// <summary>Share of the candidates that must be accepted, over the last <see cref="AcceptanceRounds"/>; below it the model repeats itself, and the run stops.</summary>
    public double MinAcceptance { get; init; } = 0.01;

    /// <summary>Rounds that <see cref="MinAcceptance"/> looks back on.</summary>
    public int AcceptanceRounds { get; init; } = 50;

    public double Temperature { get; init; } = 0.7;

    public double TopP { get; init; } = 0.5;

    public double FrequencyPenalty { get; init; }

    public double PresencePenalty { get; init; } = 2;

    public int MaxTokens { get; init; } = 1024;

    public ImmutableArray<string> Stop { get; init; } = ["\n\n", "\n16", "16.", "16 ."];
}
