using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Training;

/// <summary>Trains a decoder: pretraining, full fine-tuning and LoRA alike.</summary>
/// <remarks>Same start, data and options: same weights, bit for bit, on any number of threads and over any number of interruptions.</remarks>
public sealed class Trainer
{
    readonly DecoderConfig config;
    readonly TrainingOptions options;
    readonly LoraOptions? lora;
    readonly TimeProvider time;
    readonly TrainableWeights weights;
    readonly AdamW optimizer;
    readonly BatchGradient batch;
    readonly string startHash;

    /// <param name="start">Read once and left unchanged; <see cref="WeightInitialization"/> makes fresh ones.</param>
    /// <param name="options">How to train.</param>
    /// <param name="time">For rates and for when a checkpoint is due.</param>
    /// <param name="lora">Train an adapter and leave the weights as they are; null: train every weight.</param>
    /// <exception cref="ArgumentException">Options out of range, or a shape that cannot be trained.</exception>
    public Trainer(IDecoderTensorSource start, TrainingOptions options, TimeProvider time, LoraOptions? lora = null)
    {
        (config, this.options, this.time, this.lora) = (start.Config, options.Validated(), time, lora?.Validated());
        CheckShape(config, options);
        weights = new TrainableWeights(start, lora is null ? null : new LoraAdapter(config, lora, options.Seed));
        optimizer = new AdamW(weights.TrainedRanges, options);
        batch = new BatchGradient(weights, options);
        startHash = Hash(MemoryMarshal.AsBytes((ReadOnlySpan<float>)weights.Values.Span));
    }

    /// <summary>A copy of the weights as they are now, an adapter added to them.</summary>
    public DecoderWeights Weights => weights.ToDecoder();

    /// <summary>How many numbers training moves.</summary>
    public int TrainedParameters => weights.Trained.Length;

    /// <summary>Writes the adapter as PEFT reads it: adapter_config.json and adapter_model.safetensors.</summary>
    /// <param name="baseModel">What it was trained on, as PEFT shall look it up.</param>
    /// <exception cref="InvalidOperationException">Every weight was trained; there is no adapter.</exception>
    public void WriteAdapter(string folder, string baseModel) =>
        AdapterFolder.Write(folder, weights.Adapter ?? throw new InvalidOperationException("Every weight was trained; there is no adapter."), baseModel);

    /// <summary>Runs the steps that are left, on one long text cut into windows.</summary>
    /// <param name="heldOut">Not learnt from; only for the final loss, on at most <see cref="TrainingOptions.HeldOutWindows"/> windows.</param>
    /// <param name="checkpointPath">Continued if it exists; written now and then, on cancellation, and at the end. Null: none.</param>
    /// <exception cref="ArgumentException">A text has unknown tokens or is shorter than a window.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is broken or of another run.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the checkpoint holds every finished step.</exception>
    public TrainingResult Run(
        TrainingText train, TrainingText heldOut, string? checkpointPath, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        CheckTokens(train, nameof(train));
        CheckTokens(heldOut, nameof(heldOut));
        return Run(
            new TextBatches(train, options),
            TextBatches.FromStart(heldOut, options.WindowLength, options.HeldOutWindows),
            checkpointPath, progress, cancellationToken);
    }

    /// <summary>Runs the steps that are left.</summary>
    /// <param name="heldOut">Not learnt from; may be empty.</param>
    /// <param name="checkpointPath">As above.</param>
    /// <exception cref="ArgumentException">A window has unknown tokens, or is too long.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is broken or of another run.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the checkpoint holds every finished step.</exception>
    public TrainingResult Run(
        TrainingBatches batches, TrainingWindow[] heldOut, string? checkpointPath, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        CheckTokens(heldOut);
        var checkpoint = checkpointPath is null ? null : new RunCheckpoint(checkpointPath, Fingerprint(batches), weights, optimizer, options, time);
        var state = checkpoint?.Resume() ?? default;
        double? heldOutLoss = null;
        try
        {
            while (state.StepsDone < options.Steps)
            {
                var done = Step(batches.At(state.StepsDone), state, cancellationToken);
                state = done.State;
                try
                {
                    heldOutLoss = IsEvaluated(state.StepsDone) && heldOut.Length > 0 ? batch.MeanLoss(heldOut, cancellationToken) : null;
                }
                finally
                {
                    progress?.Report(done.Progress with { HeldOutLoss = heldOutLoss });
                }

                checkpoint?.WriteIfDue(state);
            }
        }
        finally
        {
            checkpoint?.Write(state);
        }

        heldOutLoss ??= heldOut.Length > 0 ? batch.MeanLoss(heldOut, cancellationToken) : double.NaN;
        return new TrainingResult(state.StepsDone, state.Tokens, state.Loss, heldOutLoss.Value, state.Seconds);
    }

    (TrainingState State, TrainingProgress Progress) Step(TrainingWindow[] windows, TrainingState state, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        CheckTokens(windows);
        var learningRate = LearningRateSchedule.At(state.StepsDone, options);
        var (loss, parts) = batch.Compute(windows, cancellationToken);
        var norm = optimizer.Step(weights.Trained, parts, state.StepsDone, learningRate);
        weights.Update(options.Threads);
        var seconds = time.GetElapsedTime(started).TotalSeconds;
        var tokens = windows.Sum(static window => (long)window.Tokens.Length);
        var done = new TrainingState(state.StepsDone + 1, state.Tokens + tokens, loss, state.Seconds + seconds);
        return (done, new TrainingProgress(
            done.StepsDone, options.Steps, done.Tokens, loss, HeldOutLoss: null, learningRate, norm, tokens / Math.Max(seconds, 1e-9)));
    }

    bool IsEvaluated(int stepsDone) =>
        stepsDone == options.Steps || (options.EvaluationSteps > 0 && stepsDone % options.EvaluationSteps == 0);

    string Fingerprint(TrainingBatches batches) =>
        $"{options.Fingerprint}, {lora?.Fingerprint ?? "every weight"}, {config}, start {startHash}, {batches.Fingerprint}";

    static string Hash(ReadOnlySpan<byte> bytes)
    {
        const int Digits = 16;
        return Convert.ToHexStringLower(SHA256.HashData(bytes))[..Digits];
    }

    static void CheckShape(DecoderConfig config, TrainingOptions options)
    {
        const int Multiple = 32, HeadMultiple = 16;
        string[] mistakes =
        [
            .. config.Width % Multiple == 0 ? (string[])[] : [$"width {config.Width} is not a multiple of {Multiple}"],
            .. config.FeedForward % Multiple == 0 ? (string[])[] : [$"feed-forward {config.FeedForward} is not a multiple of {Multiple}"],
            .. config.KeyValueHeads > 0 && config.Heads % config.KeyValueHeads == 0 ? (string[])[] : [$"{config.Heads} heads cannot share {config.KeyValueHeads} heads of keys and values alike"],
            .. config.HeadSize > 0 && config.HeadSize % 2 == 0 && config.KeyValueWidth % HeadMultiple == 0 && config.QueryWidth % HeadMultiple == 0
                ? (string[])[] : [$"{config.Heads} heads of {config.HeadSize} are no multiple of {HeadMultiple}, or odd"],
            .. config.Layers > 0 ? (string[])[] : [$"{config.Layers} layers"],
            .. options.WindowLength <= config.ContextLength ? (string[])[] : [$"windows of {options.WindowLength} tokens exceed the context of {config.ContextLength}"],
        ];
        if (mistakes.Length > 0)
        {
            throw new ArgumentException("This model cannot be trained so: " + string.Join("; ", mistakes) + ".", nameof(config));
        }
    }

    void CheckTokens(TrainingText text, string name)
    {
        if (text.Tokens.Length != text.Learn.Length)
        {
            throw new ArgumentException($"{name} has {text.Tokens.Length} tokens but {text.Learn.Length} marks of what to learn.", name);
        }

        CheckTokens(text.Tokens, name);
    }

    void CheckTokens(TrainingWindow[] windows)
    {
        foreach (var window in windows)
        {
            CheckTokens(window.Tokens, nameof(window.Tokens));
            CheckTokens(window.Targets, nameof(window.Targets));
        }
    }

    void CheckTokens(int[] tokens, string name)
    {
        var wrong = tokens.AsSpan().IndexOfAnyExceptInRange(0, config.VocabularySize - 1);
        if (wrong >= 0)
        {
            throw new ArgumentException($"{name} has token {tokens[wrong]} at {wrong}; the vocabulary ends at {config.VocabularySize - 1}.", name);
        }
    }
}
