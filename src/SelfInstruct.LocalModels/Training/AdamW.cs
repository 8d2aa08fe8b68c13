using System.Runtime.Intrinsics;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Training;

/// <summary>AdamW (Loshchilov and Hutter, 2019) with clipping by the norm of the whole gradient.</summary>
/// <remarks>Work is cut into pieces of fixed size, so that no sum depends on the number of threads.</remarks>
internal sealed class AdamW
{
    const int PieceLength = 1 << 16;
    readonly TrainingOptions options;
    readonly ParameterRange[] pieces;
    readonly ParallelOptions parallel;

    /// <param name="ranges">Of the vector that is trained, without gaps; lengths are multiples of sixteen.</param>
    public AdamW(IReadOnlyList<ParameterRange> ranges, TrainingOptions options)
    {
        this.options = options;
        pieces = [.. ranges.SelectMany(Cut)];
        parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Threads };
        var count = ranges.Sum(static range => (long)range.Length);
        (Mean, Variance) = (new FloatBuffer(count), new FloatBuffer(count));
    }

    /// <summary>Running mean of the gradient.</summary>
    public FloatBuffer Mean { get; }

    /// <summary>Running mean of the squared gradient.</summary>
    public FloatBuffer Variance { get; }

    /// <summary>Adds up the lanes, in order, into the first, and moves the weights against it.</summary>
    /// <param name="step">From 0.</param>
    /// <returns>Norm of the gradient before clipping.</returns>
    /// <exception cref="ArithmeticException">The gradient is not finite; the weights are unchanged.</exception>
    public double Step(FloatBuffer weights, FloatBuffer[] lanes, int step, double learningRate)
    {
        var squares = new double[pieces.Length];
        Parallel.For(0, pieces.Length, parallel, i => squares[i] = SumLanes(pieces[i], lanes));
        var norm = Math.Sqrt(squares.Sum());
        if (!double.IsFinite(norm))
        {
            throw new ArithmeticException($"Training diverged: at step {step} the gradient is not finite. Lower the learning rate or lengthen the warm-up.");
        }

        var update = new Update(options, step, learningRate, norm);
        Parallel.For(0, pieces.Length, parallel, i => Move(pieces[i], weights, lanes[0], update));
        return norm;
    }

    static IEnumerable<ParameterRange> Cut(ParameterRange range)
    {
        for (var start = 0; start < range.Length; start += PieceLength)
        {
            yield return range with { Start = range.Start + start, Length = Math.Min(PieceLength, range.Length - start) };
        }
    }

    /// <returns>Sum of squares of the total.</returns>
    static double SumLanes(ParameterRange piece, FloatBuffer[] lanes)
    {
        var total = Of(piece, lanes[0]);
        foreach (var lane in lanes.AsSpan(1))
        {
            VectorMath.Add(Of(piece, lane), total);
        }

        return VectorMath.Dot(total, total);
    }

    void Move(ParameterRange piece, FloatBuffer weights, FloatBuffer gradient, Update update)
    {
        Span<float> weight = Of(piece, weights), mean = Of(piece, Mean), variance = Of(piece, Variance);
        ReadOnlySpan<float> slope = Of(piece, gradient);
        var keep = Vector512.Create(piece.Decays ? update.Keep : 1f);
        for (var i = 0; i < weight.Length; i += Vector512<float>.Count)
        {
            var g = VectorMath.Load(slope, i) * update.Clip;
            var m = (VectorMath.Load(mean, i) * update.MeanDecay) + (g * (1f - update.MeanDecay));
            var v = (VectorMath.Load(variance, i) * update.VarianceDecay) + (g * g * (1f - update.VarianceDecay));
            VectorMath.Store(m, mean, i);
            VectorMath.Store(v, variance, i);
            var step = m * update.StepSize / (Vector512.Sqrt(v * update.VarianceCorrection) + Vector512.Create(update.Epsilon));
            VectorMath.Store((VectorMath.Load(weight, i) * keep) - step, weight, i);
        }
    }

    static Span<float> Of(ParameterRange piece, FloatBuffer buffer) => buffer.Span.Slice(piece.Start, piece.Length);

    /// <summary>The numbers of one step that are the same for every weight.</summary>
    sealed class Update(TrainingOptions options, int step, double learningRate, double norm)
    {
        public float Clip { get; } = norm > options.MaxGradientNorm ? (float)(options.MaxGradientNorm / norm) : 1f;

        public float Keep { get; } = (float)(1 - (learningRate * options.WeightDecay));

        public float MeanDecay { get; } = (float)options.MeanDecay;

        public float VarianceDecay { get; } = (float)options.VarianceDecay;

        public float Epsilon { get; } = (float)options.Epsilon;

        public float StepSize { get; } = (float)(learningRate / (1 - Math.Pow(options.MeanDecay, step + 1)));

        public float VarianceCorrection { get; } = (float)(1 / (1 - Math.Pow(options.VarianceDecay, step + 1)));
    }
}
