using System.Collections.Immutable;
using SelfInstruct.Classification;
using SelfInstruct.Contamination;
using SelfInstruct.Datasets;
using SelfInstruct.Instances;
using SelfInstruct.Instructions;
using SelfInstruct.Novelty;
using SelfInstruct.Quality;
using SelfInstruct.Runs;

namespace SelfInstruct;

/// <summary>Named sets of defaults; a configuration file and the command line lay their settings over them. See docs/differences.md.</summary>
public static class Profiles
{
    /// <summary>The paper, with our readings of what it leaves open.</summary>
    public static SelfInstructOptions Paper { get; } = new();

    /// <summary>The published code (yizhongw/self-instruct, 0b26cca), quirk for quirk: its outputs from its inputs.</summary>
    public static SelfInstructOptions Released { get; } = new()
    {
        Profile = "released",
        Randomness = RandomnessKind.Python,
        Instructions = new InstructionOptions { Reading = InstructionReading.Released, WholeRounds = true },
        Classification = new ClassificationOptions { Reading = ClassificationReading.Released, TopP = 0, Stop = ["\n", "Task"] },
        Instances = new InstanceOptions { Reading = InstanceReading.Released, TopP = 0, MaxTokens = 350, MaxTokensBesideClassification = 300 },
        Datasets = new DatasetOptions { Encoding = RowEncoding.Released, Seed = 123 },
    };

    /// <summary>Stanford Alpaca's recipe (tatsu-lab/stanford_alpaca, 4187a25): whole tasks in one call, seeds alone as demonstrations.</summary>
    public static SelfInstructOptions Alpaca { get; } = new()
    {
        Profile = "alpaca",
        Instructions = new InstructionOptions
        {
            Reading = InstructionReading.Alpaca,
            WholeRounds = true,
            SeedsPerPrompt = 3,
            GeneratedPerPrompt = 0,
            Temperature = 1,
            TopP = 1,
            PresencePenalty = 0,
            MaxTokens = 3072,
            Stop = ["\n20", "20."],
        },
        Instances = new InstanceOptions { Reading = InstanceReading.Alpaca, MaxPerInstruction = 1 },
    };

    /// <summary>For chat models: asked in words, read tolerantly, words of every script.</summary>
    public static SelfInstructOptions Modern { get; } = new()
    {
        Profile = "modern",
        Instructions = new InstructionOptions
        {
            Reading = InstructionReading.Modern,
            Words = WordSplitter.Modern,
            RejectModalities = false,
            Temperature = 1,
            TopP = 0.95,
            PresencePenalty = 0,
            MaxTokens = 2048,
            Stop = [],
        },
        Classification = new ClassificationOptions { Reading = ClassificationReading.Modern, MaxTokens = 16, Stop = [] },
        Instances = new InstanceOptions { Reading = InstanceReading.Modern, PresencePenalty = 0, MaxTokens = 2048, Stop = [] },
        Quality = new QualityOptions { Rules = QualityRules.Trusted },
        Decontamination = new DecontaminationOptions { OwnTasks = true },
    };

    public static ImmutableArray<string> Names { get; } = [Paper.Profile, Released.Profile, Alpaca.Profile, Modern.Profile];

    /// <exception cref="InvalidDataException">No profile has that name.</exception>
    public static SelfInstructOptions Named(string name) => name switch
    {
        "paper" => Paper,
        "released" => Released,
        "alpaca" => Alpaca,
        "modern" => Modern,
        _ => throw new InvalidDataException($"profile is {name}; known: {string.Join(", ", Names)}."),
    };
}
