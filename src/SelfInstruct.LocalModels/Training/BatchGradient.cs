using System.Collections.Concurrent;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Training;

/// <summary>Loss and gradient of many windows on several threads, with the same bits on any number of them.</summary>
/// <remarks>Window i always belongs to lane i mod lanes, and a lane goes through its windows in order.</remarks>
internal sealed class BatchGradient
{
    readonly TrainableWeights weights;
    readonly TrainingOptions options;
    readonly ConcurrentBag<DecoderPass> idle = [];

    public BatchGradient(TrainableWeights weights, TrainingOptions options)
    {
        (this.weights, this.options) = (weights, options);
        Lanes = [.. Enumerable.Range(0, options.GradientLanes).Select(_ => new FloatBuffer(weights.Layout.Count))];
    }

    /// <summary>One partial gradient each, in the order of <see cref="ParameterLayout"/>.</summary>
    public FloatBuffer[] Lanes { get; }

    /// <summary>Fills <see cref="Lanes"/> with the gradient of the mean loss.</summary>
    /// <param name="starts">First token of each window.</param>
    /// <returns>Mean loss in nats per counted target; 0 if none counts.</returns>
    public double Compute(TrainingText text, int[] starts, CancellationToken cancellationToken)
    {
        var counted = starts.Sum(start => (long)Counted(text, start));
        var scale = counted == 0 ? 0f : 1f / counted;
        foreach (var lane in Lanes)
        {
            lane.Span.Clear();
        }

        return Mean(starts.Length, counted, AddWindow, cancellationToken);

        double AddWindow(DecoderPass pass, int lane, int window)
        {
            var (tokens, targets) = Window(text, starts[window]);
            return pass.AddGradient(tokens, targets, scale, Lanes[lane]);
        }
    }

    /// <summary>Mean loss over consecutive windows from the start of the text, in nats per counted target.</summary>
    public double MeanLoss(TrainingText text, int windows, CancellationToken cancellationToken)
    {
        var counted = Enumerable.Range(0, windows).Sum(window => (long)Counted(text, window * options.WindowLength));
        return Mean(windows, counted, WindowLoss, cancellationToken);

        double WindowLoss(DecoderPass pass, int lane, int window)
        {
            var (tokens, targets) = Window(text, window * options.WindowLength);
            return pass.Loss(tokens, targets);
        }
    }

    double Mean(int windows, long counted, Func<DecoderPass, int, int, double> loss, CancellationToken cancellationToken)
    {
        var lanes = Lanes.Length;
        var losses = new double[lanes];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellationToken };
        Parallel.For(0, lanes, parallel, lane =>
        {
            var pass = idle.TryTake(out var free) ? free : new DecoderPass(weights, options.WindowLength);
            for (var window = lane; window < windows; window += lanes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                losses[lane] += loss(pass, lane, window);
            }

            idle.Add(pass);
        });
        return counted == 0 ? 0 : losses.Sum() / counted;
    }

    int Counted(TrainingText text, int start) => text.Learn.AsSpan(start + 1, options.WindowLength).Count(true);

    (int[] Tokens, int[] Targets) Window(TrainingText text, int start)
    {
        var tokens = text.Tokens.AsSpan(start, options.WindowLength).ToArray();
        var targets = text.Tokens.AsSpan(start + 1, options.WindowLength).ToArray();
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = text.Learn[start + 1 + i] ? targets[i] : -1;
        }

        return (tokens, targets);
    }
}
