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
        Lanes = [.. Enumerable.Range(0, options.GradientLanes).Select(_ => new FloatBuffer(weights.Trained.Length))];
    }

    /// <summary>One partial gradient each, in the order of what is trained.</summary>
    public FloatBuffer[] Lanes { get; }

    /// <summary>Fills <see cref="Lanes"/> with the gradient of the mean loss.</summary>
    /// <returns>Mean loss in nats per counted target; 0 if none counts.</returns>
    public double Compute(TrainingWindow[] windows, CancellationToken cancellationToken)
    {
        var counted = windows.Sum(static window => window.Counted);
        var scale = counted == 0 ? 0f : 1f / (float)counted;
        Parallel.For(0, Lanes.Length, Threads(cancellationToken), lane => Lanes[lane].Span.Clear());
        var loss = Sum(windows, (pass, lane, window) => pass.AddGradient(window, scale, Lanes[lane]), cancellationToken);
        return counted == 0 ? 0 : loss / counted;
    }

    /// <returns>In nats per counted target; NaN if there is none.</returns>
    public double MeanLoss(TrainingWindow[] windows, CancellationToken cancellationToken) =>
        Sum(windows, static (pass, _, window) => pass.Loss(window), cancellationToken) / windows.Sum(static window => window.Counted);

    double Sum(TrainingWindow[] windows, Func<DecoderPass, int, TrainingWindow, double> loss, CancellationToken cancellationToken)
    {
        var losses = new double[Lanes.Length];
        Parallel.For(0, losses.Length, Threads(cancellationToken), lane =>
        {
            if (lane >= windows.Length)
            {
                return;
            }

            var pass = idle.TryTake(out var free) ? free : new DecoderPass(weights, options.WindowLength, options.Recomputes(weights.Layout.Config));
            for (var window = lane; window < windows.Length; window += losses.Length)
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
