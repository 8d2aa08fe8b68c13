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

    /// <summary>One partial gradient each, in the order of what is trained.</summary>
    readonly FloatBuffer[] lanes;

    public BatchGradient(TrainableWeights weights, TrainingOptions options)
    {
        (this.weights, this.options) = (weights, options);
        lanes = [.. Enumerable.Range(0, options.GradientLanes).Select(_ => new FloatBuffer(weights.Trained.Length))];
    }

    /// <summary>Computes the gradient of the mean loss, in parts that are still to be added up, in order.</summary>
    /// <returns>Mean loss in nats per counted target, 0 if none counts; and the parts, valid until the next call.</returns>
    public (double Loss, FloatBuffer[] Parts) Compute(TrainingWindow[] windows, CancellationToken cancellationToken)
    {
        var counted = windows.Sum(static window => window.Counted);
        var scale = counted == 0 ? 0f : 1f / (float)counted;

        // A lane without a window has nothing to add, and need not be cleared nor read.
        var parts = lanes[..Math.Min(lanes.Length, windows.Length)];
        Parallel.For(0, parts.Length, Threads(cancellationToken), lane => parts[lane].Span.Clear());
        var loss = Sum(windows, (pass, lane, window) => pass.AddGradient(window, scale, parts[lane]), cancellationToken);
        return (counted == 0 ? 0 : loss / counted, parts);
    }

    /// <returns>In nats per counted target; NaN if there is none.</returns>
    public double MeanLoss(TrainingWindow[] windows, CancellationToken cancellationToken) =>
        Sum(windows, static (pass, _, window) => pass.Loss(window), cancellationToken) / windows.Sum(static window => window.Counted);

    double Sum(TrainingWindow[] windows, Func<DecoderPass, int, TrainingWindow, double> loss, CancellationToken cancellationToken)
    {
        var losses = new double[Math.Min(lanes.Length, windows.Length)];
        Parallel.For(0, losses.Length, Threads(cancellationToken), lane =>
        {
            var pass = idle.TryTake(out var free) ? free : new DecoderPass(weights, options.WindowLength, options.Recomputes(weights.Layout.Config));
            for (var window = lane; window < windows.Length; window += lanes.Length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                losses[lane] += loss(pass, lane, windows[window]);
            }

            idle.Add(pass);
        });
        return losses.Sum();
    }

    ParallelOptions Threads(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellationToken };
}
