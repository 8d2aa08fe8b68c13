using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Training;

/// <summary>Cross-entropy of the logits normed · outputᵀ, a few rows at a time so that [T, V] is never held.</summary>
internal sealed unsafe class OutputHead(DecoderConfig config, MatrixProduct product)
{
    /// <summary>Rows at a time: a multiple of any tile. More of them read and write the gradient of the output matrix less often.</summary>
    const int Chunk = 192;

    readonly int[] positions = new int[Chunk];
    readonly RowBuffer rows = new(Chunk, config.Width);
    readonly RowBuffer logits = new(Chunk, config.VocabularySize);
    readonly RowBuffer rowGradient = new(Chunk, config.Width);

    /// <summary>Σ −weight · log p(target), in nats.</summary>
    /// <param name="normed">[T, D], the last norm's output.</param>
    public double Loss(TrainableWeights weights, RowBuffer normed, TrainingWindow window)
    {
        var loss = 0.0;
        for (var next = 0; Gather(normed, window.Weights, ref next) is > 0 and var count;)
        {
            loss += CrossEntropy(weights, window, count, gradientScale: 0);
        }

        return loss;
    }

    /// <summary>As <see cref="Loss"/>, with gradients of gradientScale · loss.</summary>
    /// <param name="normedGradient">[T, D], filled; zero where the target does not count.</param>
    /// <param name="gradient">Of what is trained; that of the output matrix is added to, unless it is frozen.</param>
    public double Backward(
        TrainableWeights weights, RowBuffer normed, TrainingWindow window, float gradientScale, RowBuffer normedGradient, FloatBuffer gradient)
    {
        normedGradient.Clear(window.Weights.Length);
        var loss = 0.0;
        for (var next = 0; Gather(normed, window.Weights, ref next) is > 0 and var count;)
        {
            loss += CrossEntropy(weights, window, count, gradientScale);
            BackwardLogits(weights, count, gradient);
            for (var i = 0; i < count; i++)
            {
                rowGradient.Row(i).CopyTo(normedGradient.Row(positions[i]));
            }
        }

        return loss;
    }

    void BackwardLogits(TrainableWeights weights, int count, FloatBuffer gradient)
    {
        var (logitGradient, result) = (logits.View(count), rowGradient.View(count));
        if (weights.Output.Backward is { } packed)
        {
            packed.Multiply(logitGradient, result);
        }
        else
        {
            product.Multiply(logitGradient, weights.View(weights.Output), result);
        }

        if (weights.Adapter is null)
        {
            product.Multiply(
                logitGradient.Transposed,
                rows.View(count),
                new MatrixView(gradient.Pointer + weights.Output.Offset, config.VocabularySize, config.Width),
                accumulate: true);
        }
    }

    /// <summary>Collects the next rows whose target counts, so that masked ones cost nothing.</summary>
    int Gather(RowBuffer normed, float[] counts, ref int next)
    {
        var count = 0;
        for (; next < counts.Length && count < Chunk; next++)
        {
            if (counts[next] > 0)
            {
                normed.Row(next).CopyTo(rows.Row(count));
                positions[count++] = next;
            }
        }

        return count;
    }

    /// <summary>Leaves the gradient with respect to the logits in their place.</summary>
    double CrossEntropy(TrainableWeights weights, TrainingWindow window, int count, float gradientScale)
    {
        var loss = 0.0;
        weights.Output.Forward.Multiply(rows.View(count), logits.View(count));
        for (var i = 0; i < count; i++)
        {
            var row = logits.Row(i);
            var (target, weight) = (window.Targets[positions[i]], window.Weights[positions[i]]);
            var targetLogit = row[target];
            loss += weight * (VectorMath.Softmax(row) - targetLogit);
            row[target] -= 1f;
            VectorMath.Scale(row, gradientScale * weight);
        }

        return loss;
    }
}
