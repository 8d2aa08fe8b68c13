using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Training;

/// <summary>Trains all weights of a decoder on text: pretraining and full fine-tuning alike.</summary>
/// <remarks>Same start, text and options: same weights, bit for bit, on any number of threads and over any number of interruptions.</remarks>
public sealed class Trainer
{
    readonly DecoderConfig config;
    readonly TrainingOptions options;
    readonly TimeProvider time;
    readonly TrainableWeights weights;
    readonly AdamW optimizer;
    readonly BatchGradient batch;
    readonly string startHash;

    /// <param name="start">Left unchanged; <see cref="WeightInitialization"/> makes fresh ones.</param>
    /// <exception cref="ArgumentException">Options out of range, or a shape that cannot be trained.</exception>
    public Trainer(DecoderWeights start, TrainingOptions options, TimeProvider time)
    {
        (config, this.options, this.time) = (start.Config, options.Validated(), time);
        CheckShape(config, options);
        weights = new TrainableWeights(start);
        optimizer = new AdamW(weights.Layout, options);
        batch = new BatchGradient(weights, options);
        startHash = Hash(MemoryMarshal.AsBytes((ReadOnlySpan<float>)weights.Values.Span));
    }

    /// <summary>A copy of the weights as they are now.</summary>
    public DecoderWeights Weights => weights.Layout.Scatter(weights.Values.Span);

    /// <summary>Runs the steps that are left.</summary>
    /// <param name="heldOut">Not learnt from; only for the final loss.</param>
    /// <param name="checkpointPath">Continued if it exists; written now and then, on cancellation, and at the end. Null: none.</param>
    /// <exception cref="ArgumentException">A text has unknown tokens or is shorter than a window.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is broken or of another run.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the checkpoint holds every finished step.</exception>
    public TrainingResult Run(
        TrainingText train, TrainingText heldOut, string? checkpointPath, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        CheckTokens(train, nameof(train));
        CheckTokens(heldOut, nameof(heldOut));
        var sampler = new WindowSampler(train.Tokens.Length, options.WindowLength, options.Seed, options.Shuffle);
        var checkpoint = checkpointPath is null ? null : new RunCheckpoint(checkpointPath, Fingerprint(train), weights, optimizer, options, time);
        var state = checkpoint?.Resume() ?? default;
        try
        {
            while (state.StepsDone < options.Steps)
            {
                state = Step(train, sampler, state, progress, cancellationToken);
                checkpoint?.WriteIfDue(state);
            }
        }
        finally
        {
            checkpoint?.Write(state);
        }

        var windows = Math.Min(options.HeldOutWindows, (heldOut.Tokens.Length - 1) / options.WindowLength);
        var heldOutLoss = windows <= 0 ? double.NaN : batch.MeanLoss(heldOut, windows, cancellationToken);
        return new TrainingResult(state.StepsDone, TokensAfter(state.StepsDone), state.Loss, heldOutLoss, state.Seconds);
    }

    TrainingState Step(
        TrainingText train, WindowSampler sampler, TrainingState state, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var step = state.StepsDone;
        var starts = new int[options.BatchWindows];
        for (var slot = 0; slot < starts.Length; slot++)
        {
            starts[slot] = sampler.Start(((long)step * starts.Length) + slot);
        }

        var learningRate = LearningRateSchedule.At(step, options);
        var loss = batch.Compute(train, starts, cancellationToken);
        var norm = optimizer.Step(weights.Values, batch.Lanes, step, learningRate);
        weights.Repack(options.Threads);
        var seconds = time.GetElapsedTime(started).TotalSeconds;
        var done = new TrainingState(step + 1, loss, state.Seconds + seconds);
        progress?.Report(new TrainingProgress(
            done.StepsDone, options.Steps, TokensAfter(done.StepsDone), loss, learningRate, norm, TokensAfter(1) / Math.Max(seconds, 1e-9)));
        return done;
    }

    long TokensAfter(int steps) => (long)steps * options.BatchWindows * options.WindowLength;

    string Fingerprint(TrainingText train) =>
        $"{options.Fingerprint}, {config}, start {startHash}, text {Hash(MemoryMarshal.AsBytes<int>(train.Tokens), MemoryMarshal.AsBytes<bool>(train.Learn))}";

    static string Hash(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        const int Digits = 16;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(first);
        hash.AppendData(second);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..Digits];
    }

    static void CheckShape(DecoderConfig config, TrainingOptions options)
    {
        const int Multiple = 32;
        string[] mistakes =
        [
            .. config.Width % Multiple == 0 ? (string[])[] : [$"width {config.Width} is not a multiple of {Multiple}"],
            .. config.FeedForward % Multiple == 0 ? (string[])[] : [$"feed-forward {config.FeedForward} is not a multiple of {Multiple}"],
            .. config.Heads > 0 && config.Width % (2 * config.Heads) == 0 ? (string[])[] : [$"{config.Heads} heads do not split width {config.Width} into even parts"],
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

        var wrong = text.Tokens.AsSpan().IndexOfAnyExceptInRange(0, config.VocabularySize - 1);
        if (wrong >= 0)
        {
            throw new ArgumentException($"{name} has token {text.Tokens[wrong]} at {wrong}; the vocabulary ends at {config.VocabularySize - 1}.", name);
        }
    }
}
