using System.Globalization;
using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Training;

/// <summary>One training run. The result depends on all of it but <see cref="Threads"/>, <see cref="Recompute"/> and when it is measured or saved.</summary>
public sealed record TrainingOptions
{
    /// <summary>Optimiser steps in all, also the length of the learning-rate schedule.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>Tokens predicted per window; at most the model's context length.</summary>
    public int WindowLength { get; init; } = 512;

    /// <summary>Windows per step.</summary>
    public int BatchWindows { get; init; } = 32;

    /// <summary>Highest learning rate, reached after <see cref="WarmupSteps"/>.</summary>
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>Share of <see cref="LearningRate"/> left at the last step; 0 to 1.</summary>
    public double FinalLearningRateShare { get; init; } = 0.1;

    public int WarmupSteps { get; init; } = 100;

    /// <summary>Decoupled (AdamW); applies to matrices, not to the gains of norms.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>Decay of the gradient's running mean.</summary>
    public double MeanDecay { get; init; } = 0.9;

    /// <summary>Decay of the squared gradient's running mean.</summary>
    public double VarianceDecay { get; init; } = 0.95;

    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Longest gradient, over all weights together; a longer one is scaled down.</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>Decides which windows are drawn, and in which order.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>False: windows come in the order of the text, for one that is random already and has a beginning that matters.</summary>
    public bool Shuffle { get; init; } = true;

    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Gradients that are summed apart and then together, so that the result does not depend on the threads; also the most threads that can help.</summary>
    public int GradientLanes { get; init; } = 4;

    /// <summary>Most windows of the held-out text on which the final loss is measured.</summary>
    public int HeldOutWindows { get; init; } = 64;

    /// <summary>Steps between measurements of the held-out loss; 0: only after the last.</summary>
    public int EvaluationSteps { get; init; }

    /// <summary>Keep only each block's input and compute the rest again on the way back: a third more work, a fraction of the memory, the same bits. Null: where the memory would exceed a gigabyte.</summary>
    public bool? Recompute { get; init; }

    /// <summary>Steps between checkpoints; 0: by time only.</summary>
    public int CheckpointSteps { get; init; }

    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">Something is out of range; the message lists every mistake.</exception>
    public TrainingOptions Validated()
    {
        string[] mistakes = [.. Mistakes()];
        return mistakes.Length == 0 ? this : throw new ArgumentException("Training options: " + string.Join("; ", mistakes) + ".");
    }

    internal bool Recomputes(DecoderConfig config)
    {
        const long MostBytes = 1L << 30;
        var passes = Math.Min(Threads, GradientLanes);
        return Recompute ?? passes * config.Layers * BlockActivations.Count(config, WindowLength) * sizeof(float) > MostBytes;
    }

    /// <summary>What a checkpoint must agree on to be continued.</summary>
    internal string Fingerprint => string.Create(
        CultureInfo.InvariantCulture,
        $"steps {Steps}, window {WindowLength}, batch {BatchWindows}, learning rate {LearningRate:R}, final share {FinalLearningRateShare:R}, warm-up {WarmupSteps}, weight decay {WeightDecay:R}, mean decay {MeanDecay:R}, variance decay {VarianceDecay:R}, epsilon {Epsilon:R}, gradient norm {MaxGradientNorm:R}, seed {Seed}, shuffle {Shuffle}, lanes {GradientLanes}");

    IEnumerable<string> Mistakes() =>
    [
        .. AtLeast(nameof(Steps), Steps, 1),
        .. AtLeast(nameof(WindowLength), WindowLength, 1),
        .. AtLeast(nameof(BatchWindows), BatchWindows, 1),
        .. AtLeast(nameof(WarmupSteps), WarmupSteps, 0),
        .. AtLeast(nameof(Threads), Threads, 1),
        .. AtLeast(nameof(GradientLanes), GradientLanes, 1),
        .. AtLeast(nameof(HeldOutWindows), HeldOutWindows, 0),
        .. AtLeast(nameof(EvaluationSteps), EvaluationSteps, 0),
        .. AtLeast(nameof(CheckpointSteps), CheckpointSteps, 0),
        .. Within(nameof(LearningRate), LearningRate, value => value > 0 && double.IsFinite(value), "above 0"),
        .. Within(nameof(FinalLearningRateShare), FinalLearningRateShare, value => value is >= 0 and <= 1, "between 0 and 1"),
        .. Within(nameof(WeightDecay), WeightDecay, value => value >= 0 && double.IsFinite(value), "0 or more"),
        .. Within(nameof(MeanDecay), MeanDecay, value => value is >= 0 and < 1, "from 0 to below 1"),
        .. Within(nameof(VarianceDecay), VarianceDecay, value => value is >= 0 and < 1, "from 0 to below 1"),
        .. Within(nameof(Epsilon), Epsilon, value => value > 0 && double.IsFinite(value), "above 0"),
        .. Within(nameof(MaxGradientNorm), MaxGradientNorm, value => value > 0, "above 0"),
        .. CheckpointInterval > TimeSpan.Zero ? (string[])[] : [$"{nameof(CheckpointInterval)} is {CheckpointInterval} but must be above 0"],
    ];

    static IEnumerable<string> AtLeast(string name, int value, int least) =>
        Within(name, value, _ => value >= least, $"at least {least}");

    static IEnumerable<string> Within(string name, double value, Func<double, bool> fits, string range) =>
        fits(value) ? [] : [$"{name} is {value} but must be {range}"];
}
