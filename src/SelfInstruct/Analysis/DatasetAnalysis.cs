using System.Collections.Immutable;
using SelfInstruct.Analysis.Diversity;
using SelfInstruct.Analysis.VerbNouns;
using SelfInstruct.Novelty;
using SelfInstruct.Python;
using SelfInstruct.Runs;

namespace SelfInstruct.Analysis;

/// <param name="Seed">Of the samples.</param>
/// <param name="SeedTasks">Their instructions, to compare with; empty: no comparison.</param>
/// <param name="SeedTasksName">As the report calls them.</param>
public sealed record AnalysisOptions(long Seed, ImmutableArray<string> SeedTasks, string SeedTasksName)
{
    /// <summary>The words of distinct-n, self-BLEU and the Vendi score.</summary>
    internal static WordSplitter DiversityWords => WordSplitter.Modern;

    /// <summary>The words of ROUGE-L.</summary>
    internal static WordSplitter SimilarityWords => WordSplitter.Released;
}

/// <summary>What a data set holds, measured: the numbers, and the examples that the report shows.</summary>
/// <param name="NearestSeeds">By instruction; empty without seed tasks.</param>
/// <param name="NearestInstructions">By instruction.</param>
public sealed record DatasetAnalysis(
    AnalysedData Data,
    AnalysisOptions Options,
    DatasetStatistics Statistics,
    ImmutableArray<Neighbour> NearestSeeds,
    ImmutableArray<Neighbour> NearestInstructions)
{
    /// <summary>Texts of the samples; the eigenvalues of the Vendi score cost the cube of it.</summary>
    public const int SampleSize = 1000;

    const int TopVerbs = 20;
    const int TopNouns = 4;
    const int TopLabels = 15;
    const int Bins = 20;

    /// <param name="data">To be measured.</param>
    /// <param name="options">What with.</param>
    /// <param name="progress">The step that begins.</param>
    /// <exception cref="OperationCanceledException"/>
    public static DatasetAnalysis Measure(AnalysedData data, AnalysisOptions options, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        ImmutableArray<string> instructions = [.. data.Instructions.Select(static instruction => instruction.Text)];
        progress?.Report("verbs and nouns");
        var verbNouns = CountVerbNouns(instructions, cancellationToken);
        progress?.Report("similarity to the nearest");
        var compared = new ComparedTexts(instructions, AnalysisOptions.SimilarityWords);
        var nearest = compared.FindNearest(cancellationToken);
        var seeds = options.SeedTasks.IsEmpty ? [] : new ComparedTexts(options.SeedTasks, AnalysisOptions.SimilarityWords).FindNearest(instructions, cancellationToken);
        progress?.Report("diversity");
        var diversity = MeasureDiversity(data, instructions, options.Seed, cancellationToken);
        var known = data.Instructions.Where(static instruction => instruction.IsClassification is not null).ToList();
        var inputs = data.Instances.Select(static instance => instance.Input).Where(static input => !string.IsNullOrWhiteSpace(input)).ToList();
        var (instructionWords, inputWords, outputWords) = (Lengths(instructions), Lengths(inputs), Lengths([.. data.Instances.Select(static instance => instance.Output)]));
        var statistics = new DatasetStatistics(
            data.Name,
            instructions.Length,
            known.Count == 0 ? null : known.Count(static instruction => instruction.IsClassification is true),
            known.Count == 0 ? null : known.Count(static instruction => instruction.IsClassification is false),
            data.Instances.Length,
            data.Instances.Length - inputs.Count,
            instructionWords.Mean,
            inputWords.Mean,
            outputWords.Mean,
            verbNouns,
            seeds.IsEmpty ? null : Summarise(options.SeedTasksName, seeds),
            Summarise("the other instructions", nearest),
            instructionWords,
            inputWords,
            outputWords,
            diversity,
            MeasureLabels(data),
            data.Acceptance,
            data.Notes)
        {
            Quality = data.Quality,
        };
        return new DatasetAnalysis(data, options, statistics, seeds, nearest);
    }

    static VerbNounStatistics CountVerbNouns(ImmutableArray<string> instructions, CancellationToken cancellationToken)
    {
        var found = new VerbNoun[instructions.Length];
        Parallel.For(0, instructions.Length, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, i => found[i] = VerbNoun.Of(instructions[i]));
        var pairs = found.Where(static one => one.IsPair).ToList();
        ImmutableArray<VerbStatistics> top =
        [
            .. pairs.GroupBy(static pair => pair.Verb!, StringComparer.Ordinal)
                .Select(static verb => new VerbStatistics(verb.Key, verb.Count(), Most(verb.Select(static pair => pair.Noun!), TopNouns)))
                .OrderByDescending(static verb => verb.Count).ThenBy(static verb => verb.Verb, StringComparer.Ordinal).Take(TopVerbs),
        ];
        var shown = top.Sum(static verb => verb.Nouns.Sum(static noun => noun.Count));
        return new VerbNounStatistics(
            found.Count(static one => one.Verb is not null),
            pairs.Count,
            pairs.Distinct().Count(),
            (double)shown / instructions.Length,
            top,
            Most(found.Select(static one => one.Verb).OfType<string>(), TopVerbs));
    }

    /// <summary>The most frequent, ties in order of the alphabet.</summary>
    static ImmutableArray<WordCount> Most(IEnumerable<string> words, int count) =>
    [
        .. words.GroupBy(static word => word, StringComparer.Ordinal).Select(static word => new WordCount(word.Key, word.Count()))
            .OrderByDescending(static word => word.Count).ThenBy(static word => word.Word, StringComparer.Ordinal).Take(count),
    ];

    static SimilarityStatistics Summarise(string against, ImmutableArray<Neighbour> nearest)
    {
        var bins = new int[Bins];
        foreach (var (_, score) in nearest)
        {
            // A score on an edge belongs above it, although 0.15 · 20 is a little less than 3.
            bins[Math.Min(Bins - 1, (int)((score * Bins) + 1e-9))]++;
        }

        var sorted = nearest.Select(static neighbour => neighbour.Score).Order().ToList();
        return new SimilarityStatistics(against, sorted.Average(), sorted[sorted.Count / 2], [.. bins], nearest.Count(static neighbour => neighbour.Score == 1));
    }

    static LengthStatistics Lengths(IReadOnlyCollection<string> texts)
    {
        var lengths = texts.Select(PythonText.CountWords).Order().ToList();
        return lengths.Count == 0 ? new LengthStatistics(0, 0, 0, 0) : new LengthStatistics(lengths.Count, lengths.Average(), lengths[lengths.Count / 2], lengths[^1]);
    }

    static DiversityStatistics MeasureDiversity(AnalysedData data, ImmutableArray<string> instructions, long seed, CancellationToken cancellationToken)
    {
        var (all, sample, vendi) = MeasureDiversity(instructions, seed, "instructions", cancellationToken);
        if (data.Instances.IsEmpty)
        {
            return new DiversityStatistics(seed, all, null, sample, null, vendi, null);
        }

        var outputs = MeasureDiversity([.. data.Instances.Select(static instance => instance.Output)], seed, "outputs", cancellationToken);
        return new DiversityStatistics(seed, all, outputs.All, sample, outputs.Sample, vendi, outputs.Vendi);
    }

    static (RunDiversity All, RunDiversity Sample, double Vendi) MeasureDiversity(ImmutableArray<string> texts, long seed, string kind, CancellationToken cancellationToken)
    {
        var words = NumberedWords.Of(texts, AnalysisOptions.DiversityWords);
        var all = RunDiversity.Of(words);
        cancellationToken.ThrowIfCancellationRequested();
        var drawn = new CounterRandom(seed, $"analysis/{kind}", 0, 0).Draw(Enumerable.Range(0, texts.Length).ToList(), SampleSize);
        var sample = words.Take(drawn);
        return (all, RunDiversity.Of(sample), VendiScore.Of(sample));
    }

    static LabelStatistics? MeasureLabels(AnalysedData data)
    {
        var labels = data.Instances.Where(instance => data.Instructions[instance.Instruction].IsClassification is true)
            .Select(static instance => (instance.Instruction, Label: instance.Output.Trim().ToLowerInvariant())).ToList();
        if (labels.Count == 0)
        {
            return null;
        }

        var several = labels.GroupBy(static label => label.Instruction).Where(static task => task.Count() > 1).Select(static task => task.CountBy(static label => label.Label).Select(static label => label.Value).ToList()).ToList();
        var mixed = several.Where(static task => task.Count > 1).ToList();
        return new LabelStatistics(
            labels.Select(static label => label.Instruction).Distinct().Count(),
            labels.Count,
            labels.Select(static label => label.Label).Distinct(StringComparer.Ordinal).Count(),
            Most(labels.Select(static label => label.Label), TopLabels),
            several.Count,
            several.Count - mixed.Count,
            mixed.Count == 0 ? null : mixed.Average(Balance));
    }

    /// <summary>Entropy by the highest that as many labels can have.</summary>
    static double Balance(List<int> counts)
    {
        var total = (double)counts.Sum();
        return counts.Sum(count => -count / total * Math.Log(count / total)) / Math.Log(counts.Count);
    }
}
