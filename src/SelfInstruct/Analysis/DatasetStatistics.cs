using System.Collections.Immutable;
using System.Text.Json.Serialization;
using SelfInstruct.Analysis.Diversity;
using SelfInstruct.Reviews;
using SelfInstruct.Tasks;

namespace SelfInstruct.Analysis;

/// <summary>statistics.json: every number of the report. Words are what white space parts (Python's str.split) unless it says otherwise.</summary>
/// <param name="Classification">Instructions that are classification tasks; null where the data does not say of any.</param>
/// <param name="EmptyInput">Instances whose input is empty or white space.</param>
/// <param name="MeanInputWords">Of inputs that are not empty; 0 if all are.</param>
/// <param name="NearestSeed">Null without seed tasks.</param>
public sealed record DatasetStatistics(
    string Name,
    int Instructions,
    int? Classification,
    int? NonClassification,
    int Instances,
    int EmptyInput,
    double MeanInstructionWords,
    double MeanInputWords,
    double MeanOutputWords,
    VerbNounStatistics VerbNouns,
    SimilarityStatistics? NearestSeed,
    SimilarityStatistics NearestInstruction,
    LengthStatistics InstructionWords,
    LengthStatistics InputWords,
    LengthStatistics OutputWords,
    DiversityStatistics Diversity,
    LabelStatistics? Labels,
    RunAcceptance? Acceptance,
    ImmutableArray<string> Notes)
{
    /// <inheritdoc cref="AnalysedData.Quality"/>
    public ImmutableArray<QualityShares> Quality { get; init; } = [];
}

/// <param name="WithVerb">Instructions in which a verb was found.</param>
/// <param name="Pairs">Instructions in which a verb and its noun were found.</param>
/// <param name="DistinctPairs">Different ones.</param>
/// <param name="TopShare">Instructions of the top verbs' top nouns, by all instructions, in [0, 1].</param>
/// <param name="Top">The 20 verbs with a noun that are most frequent (ties in order of the alphabet), each with its 4 most frequent nouns.</param>
/// <param name="Verbs">The 20 most frequent verbs, with a noun or without.</param>
public sealed record VerbNounStatistics(int WithVerb, int Pairs, int DistinctPairs, double TopShare, ImmutableArray<VerbStatistics> Top, ImmutableArray<WordCount> Verbs);

/// <param name="Count">Instructions with this verb and a noun.</param>
public sealed record VerbStatistics(string Verb, int Count, ImmutableArray<WordCount> Nouns);

public sealed record WordCount(string Word, int Count);

/// <summary>ROUGE-L of each instruction to its nearest, exact, by the words of the novelty rule.</summary>
/// <param name="Against">What it was compared with.</param>
/// <param name="Bins">How many in [0, 0.05), [0.05, 0.1) … [0.95, 1]; 20.</param>
/// <param name="Equal">Nearest scores of exactly 1: the same words in the same order.</param>
public sealed record SimilarityStatistics(string Against, double Mean, double Median, ImmutableArray<int> Bins, int Equal);

/// <summary>Texts by words.</summary>
public sealed record LengthStatistics(int Count, double Mean, int Median, int Longest);

/// <param name="Seed">Of the samples.</param>
/// <param name="Instructions">Of all instructions.</param>
/// <param name="Outputs">Of all outputs; null where there are none.</param>
/// <param name="InstructionSample">Of at most <see cref="DatasetAnalysis.SampleSize"/>: sets of unlike size can be compared by this alone.</param>
/// <param name="InstructionVendi">Of the sample, in [1, texts].</param>
public sealed record DiversityStatistics(
    long Seed,
    RunDiversity Instructions,
    RunDiversity? Outputs,
    RunDiversity InstructionSample,
    RunDiversity? OutputSample,
    double InstructionVendi,
    double? OutputVendi);

/// <summary>Outputs of classification tasks, as labels: trimmed, in lower case.</summary>
/// <param name="Distinct">Different labels over all tasks.</param>
/// <param name="Top">The most frequent over all tasks.</param>
/// <param name="TasksWithSeveral">Tasks with at least two instances.</param>
/// <param name="OneLabelOnly">Of those, tasks whose instances all have one label.</param>
/// <param name="MeanBalance">Of those, those with more than one: the mean entropy of a task's labels by the highest that as many labels can have, in [0, 1]; null if there are none.</param>
public sealed record LabelStatistics(int Tasks, int Instances, int Distinct, ImmutableArray<WordCount> Top, int TasksWithSeveral, int OneLabelOnly, double? MeanBalance);

[JsonSerializable(typeof(DatasetStatistics))]
public sealed partial class AnalysisJson : JsonSerializerContext
{
    public static AnalysisJson Format { get; } = new(new(TaskJson.CreateOptions()) { WriteIndented = true });
}
