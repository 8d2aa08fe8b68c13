using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Training;

/// <summary>Cross-entropy of the logits normed · outputᵀ, a few rows at a time so that [T, V] is never held.</summary>
internal sealed unsafe class OutputHead(DecoderConfig config, MatrixProduct product)
{
    /// <summary>Rows at a time; their logits fill about the second-level cache.</summary>
    const int Chunk = 96;

    readonly int[] positions = new int[Chunk];
    readonly FloatBuffer rows = new((long)Chunk * config.Width);
    readonly FloatBuffer logits = new((long)Chunk * config.VocabularySize);
    readonly FloatBuffer rowGradient = new((long)Chunk * config.Width);

    /// <summary>Σ −weight · log p(target), in nats.</summary>
    /// <param name="normed">[T, D], the last norm's output.</param>
    public double Loss(TrainableWeights weights, FloatBuffer normed, TrainingWindow window)
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
        TrainableWeights weights, FloatBuffer normed, TrainingWindow window, float gradientScale, FloatBuffer normedGradient, FloatBuffer gradient)
    {
        normedGradient.Span.Clear();
        var (loss, width) = (0.0, config.Width);
        for (var next = 0; Gather(normed, window.Weights, ref next) is > 0 and var count;)
        {
            loss += CrossEntropy(weights, window, count, gradientScale);
            BackwardLogits(weights, count, gradient);
            for (var i = 0; i < count; i++)
            {
                rowGradient.Span.Slice(i * width, width).CopyTo(normedGradient.Span.Slice(positions[i] * width, width));
            }
        }

        return loss;
    }

    void BackwardLogits(TrainableWeights weights, int count, FloatBuffer gradient)
    {
        var logitGradient = new MatrixView(logits.Pointer, count, config.VocabularySize);
        var result = new MatrixView(rowGradient.Pointer, count, config.Width);
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
                new MatrixView(rows.Pointer, count, config.Width),
                new MatrixView(gradient.Pointer + weights.Output.Offset, config.VocabularySize, config.Width),
                accumulate: true);
        }
    }

    /// <summary>Collects the next rows whose target counts, so that masked ones cost nothing.</summary>
    int Gather(FloatBuffer normed, float[] counts, ref int next)
    {
        var (count, width) = (0, config.Width);
        for (; next < counts.Length && count < Chunk; next++)
        {
            if (counts[next] > 0)
            {
                normed.Span.Slice(next * width, width).CopyTo(rows.Span.Slice(count * width, width));
                positions[count++] = next;
            }
        }

        return count;
    }

    /// <summary>Leaves the gradient with respect to the logits in their place.</summary>
    double CrossEntropy(TrainableWeights weights, TrainingWindow window, int count, float gradientScale)
    {
        var (loss, size) = (0.0, config.VocabularySize);
        weights.Output.Forward.Multiply(new MatrixView(rows.Pointer, count, config.Width), new MatrixView(logits.Pointer, count, size));
        for (var i = 0; i < count; i++)
        {
            var row = logits.Span.Slice(i * size, size);
            var (target, weight) = (window.Targets[positions[i]], window.Weights[positions[i]]);
            var targetLogit = row[target];
            loss += weight * (VectorMath.Softmax(row) - targetLogit);
            row[target] -= 1f;
            VectorMath.Scale(row, gradientScale * weight);
        }

        return loss;
    }
}
