using System.Collections.Immutable;
using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Training;

/// <param name="Examples">Learned from.</param>
/// <param name="HeldOut">Only measured.</param>
/// <param name="Dropped">Left out, by reason.</param>
public sealed record FinetuningCounts(int Examples, int HeldOut, ImmutableSortedDictionary<string, int> Dropped);

/// <summary>From examples to a training run: what is held out, how many steps, how long the windows are.</summary>
public sealed class Finetuning
{
    /// <summary>Windows are at least so long where the context allows: the matrix products want rows.</summary>
    const int LeastWindow = 512;

    /// <summary>Floats in all partial gradients together; there are two at least.</summary>
    const int MostGradient = 1 << 27;
    const int MostLanes = 8;

    readonly TrainingOptions training;
    readonly ExampleBatches batches;
    readonly TrainingWindow[] heldOut;

    /// <param name="start">Read once.</param>
    /// <param name="sequences">All examples, in the order of the file.</param>
    /// <param name="options">How to train.</param>
    /// <param name="time">For rates and for when a checkpoint is due.</param>
    /// <exception cref="ArgumentException">Options out of range, or a shape that cannot be trained.</exception>
    /// <exception cref="InvalidDataException">No example is left to learn from.</exception>
    public Finetuning(IDecoderTensorSource start, IReadOnlyList<TrainingSequence> sequences, FinetuningOptions options, TimeProvider time)
    {
        options.Validated();
        var context = Math.Min(options.Context ?? int.MaxValue, start.Config.ContextLength);
        var (learned, kept, counts) = Split(sequences, context, options);
        Counts = counts;
        training = Plan(start.Config, options, context, learned);
        batches = new ExampleBatches(learned, options.BatchSize, training);
        training = training with { Steps = Math.Min(options.Steps ?? int.MaxValue, options.Epochs * batches.StepsPerEpoch), EvaluationSteps = batches.StepsPerEpoch };
        training = training with { WarmupSteps = Math.Clamp(training.Steps / 20, 1, 100) };
        heldOut = kept.Count == 0 ? [] : WindowPacking.Pack(kept, training.WindowLength, training.GradientLanes);
        Trainer = new Trainer(start, training, time, options.Lora);
    }

    public FinetuningCounts Counts { get; }

    public int Steps => training.Steps;

    public double LearningRate => training.LearningRate;

    /// <summary>Tokens of the longest window.</summary>
    public int WindowLength => training.WindowLength;

    public Trainer Trainer { get; }

    /// <inheritdoc cref="Trainer.Run(TrainingBatches, TrainingWindow[], string?, IProgress{TrainingProgress}?, CancellationToken)"/>
    public TrainingResult Run(string? checkpointPath, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken) =>
        Trainer.Run(batches, heldOut, checkpointPath, progress, cancellationToken);

    static TrainingOptions Plan(DecoderConfig config, FinetuningOptions options, int context, IReadOnlyList<TrainingSequence> learned)
    {
        var trained = options.Lora is { } lora ? LoraAdapter.CountOf(config, lora) : config.Parameters;
        return new TrainingOptions
        {
            WindowLength = Math.Min(context, Math.Max(LeastWindow, learned.Max(static sequence => sequence.Length))),
            LearningRate = options.LearningRate ?? FinetuningOptions.DefaultLearningRate(config.Width, options.Lora is not null),
            FinalLearningRateShare = 0.05,
            WeightDecay = options.WeightDecay,
            Seed = options.Seed,
            Threads = options.Threads,
            GradientLanes = (int)Math.Clamp(MostGradient / trained, 2, MostLanes),
            Recompute = options.Recompute,
            CheckpointSteps = options.CheckpointSteps,
        };
    }

    static (List<TrainingSequence> Learned, List<TrainingSequence> HeldOut, FinetuningCounts Counts) Split(
        IReadOnlyList<TrainingSequence> sequences, int context, FinetuningOptions options)
    {
        var fitting = sequences.Where(sequence => sequence.Length <= context).ToList();
        var useful = fitting.Where(static sequence => sequence.Weights.Skip(1).Any(static weight => weight > 0)).ToList();
        var dropped = ImmutableSortedDictionary<string, int>.Empty;
        dropped = sequences.Count > fitting.Count ? dropped.Add("too_long", sequences.Count - fitting.Count) : dropped;
        dropped = fitting.Count > useful.Count ? dropped.Add("nothing_to_learn", fitting.Count - useful.Count) : dropped;
        var held = options.HeldOutShare > 0 ? Math.Max(1, (int)Math.Round(options.HeldOutShare * useful.Count)) : 0;
        if (useful.Count <= held)
        {
            throw new InvalidDataException(
                $"No example is left to learn from: {sequences.Count} read, {sequences.Count - fitting.Count} longer than {context} tokens, {held} held out. Give more data, a longer --context or a smaller --held-out.");
        }

        var order = new SeededPermutation(useful.Count, SeededPermutation.Mix(~options.Seed));
        var kept = Enumerable.Range(0, held).Select(order.At).ToHashSet();
        return (
            [.. useful.Where((_, i) => !kept.Contains(i))],
            [.. useful.Where((_, i) => kept.Contains(i))],
            new FinetuningCounts(useful.Count - held, held, dropped));
    }
}
