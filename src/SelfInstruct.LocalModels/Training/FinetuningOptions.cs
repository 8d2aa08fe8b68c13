namespace SelfInstruct.LocalModels.Training;

/// <summary>Fine-tuning as in the paper's section 2.3 and 4: two epochs, the loss of completions alone.</summary>
public sealed record FinetuningOptions
{
    public int Epochs { get; init; } = 2;

    /// <summary>Steps to end after, within the epochs; null: the epochs decide.</summary>
    public int? Steps { get; init; }

    /// <summary>Highest; null: <see cref="DefaultLearningRate"/>.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Examples per step.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Longest example in tokens; null: the model's context.</summary>
    public int? Context { get; init; }

    /// <summary>Null: every weight is trained.</summary>
    public LoraOptions? Lora { get; init; }

    /// <summary>How much a prompt's tokens count beside a completion's; 0 to 1.</summary>
    public double PromptLossWeight { get; init; }

    /// <summary>Share of the examples not learned from; 0 to below 1.</summary>
    public double HeldOutShare { get; init; }

    /// <summary>Decoupled (AdamW).</summary>
    public double WeightDecay { get; init; }

    /// <summary>Decides what is held out, the order, and an adapter's first values.</summary>
    public ulong Seed { get; init; } = 1;

    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>As in <see cref="TrainingOptions.Recompute"/>.</summary>
    public bool? Recompute { get; init; }

    /// <summary>Steps between checkpoints; 0: by time only.</summary>
    public int CheckpointSteps { get; init; }

    /// <summary>
    /// 0.2 / D for every weight and 0.8 / D for an adapter: about 1e-3 and 4e-3 at a width of 192, 5e-5 and 2e-4 at 4,096,
    /// where others' recipes for models of 7 billion weights lie.
    /// </summary>
    public static double DefaultLearningRate(int width, bool lora) => (lora ? 0.8 : 0.2) / width;

    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">Something is out of range; the message lists every mistake.</exception>
    public FinetuningOptions Validated()
    {
        string[] mistakes =
        [
            .. Unless(Epochs >= 1, $"epochs is {Epochs} but must be at least 1"),
            .. Unless(Steps is null or >= 1, $"steps is {Steps} but must be at least 1"),
            .. Unless(LearningRate is null or (> 0 and < double.PositiveInfinity), $"the learning rate is {LearningRate} but must be above 0"),
            .. Unless(BatchSize >= 1, $"the batch size is {BatchSize} but must be at least 1"),
            .. Unless(Context is null or >= 2, $"the context is {Context} but must be at least 2"),
            .. Unless(PromptLossWeight is >= 0 and <= 1, $"the prompt loss weight is {PromptLossWeight} but must be between 0 and 1"),
            .. Unless(HeldOutShare is >= 0 and < 1, $"the held-out share is {HeldOutShare} but must be from 0 to below 1"),
            .. Unless(WeightDecay >= 0 && double.IsFinite(WeightDecay), $"the weight decay is {WeightDecay} but must be 0 or more"),
            .. Unless(Threads >= 1, $"threads is {Threads} but must be at least 1"),
            .. Unless(CheckpointSteps >= 0, $"checkpoint steps is {CheckpointSteps} but must be 0 or more"),
        ];
        Lora?.Validated();
        return mistakes.Length == 0 ? this : throw new ArgumentException("Fine-tuning: " + string.Join("; ", mistakes) + ".");

        static string[] Unless(bool holds, string mistake) => holds ? [] : [mistake];
    }
}
