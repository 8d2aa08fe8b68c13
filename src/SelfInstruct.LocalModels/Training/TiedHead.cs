using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Training;

/// <summary>Cross-entropy of the logits normed · embeddingᵀ, a few rows at a time so that [T, V] is never held.</summary>
internal sealed unsafe class TiedHead(DecoderConfig config, MatrixProduct product)
{
    /// <summary>Rows at a time; their logits fill about the second-level cache.</summary>
    const int Chunk = 96;

    readonly int[] positions = new int[Chunk];
    readonly FloatBuffer rows = new((long)Chunk * config.Width);
    readonly FloatBuffer logits = new((long)Chunk * config.VocabularySize);
    readonly FloatBuffer rowGradient = new((long)Chunk * config.Width);

    /// <summary>Σ −log p(target), in nats, over the targets that count.</summary>
    /// <param name="normed">[T, D], the last norm's output.</param>
    /// <param name="targets">[T]; negative: does not count.</param>
    public double Loss(TrainableWeights weights, FloatBuffer normed, ReadOnlySpan<int> targets)
    {
        var loss = 0.0;
        for (var next = 0; Gather(normed, targets, ref next) is > 0 and var count;)
        {
            loss += CrossEntropy(weights, targets, count, gradientScale: 0);
        }

        return loss;
    }

    /// <summary>As <see cref="Loss"/>, with gradients of gradientScale · loss.</summary>
    /// <param name="normedGradient">[T, D], filled; zero where the target does not count.</param>
    /// <param name="embeddingGradient">[V, D], added to.</param>
    public double Backward(
        TrainableWeights weights, FloatBuffer normed, ReadOnlySpan<int> targets, float gradientScale, FloatBuffer normedGradient, float* embeddingGradient)
    {
        normedGradient.Span.Clear();
        var (loss, width) = (0.0, config.Width);
        for (var next = 0; Gather(normed, targets, ref next) is > 0 and var count;)
        {
            loss += CrossEntropy(weights, targets, count, gradientScale);
            var logitGradient = new MatrixView(logits.Pointer, count, config.VocabularySize);
            weights.Embedding.Backward.Multiply(logitGradient, new MatrixView(rowGradient.Pointer, count, width));
            for (var i = 0; i < count; i++)
            {
                rowGradient.Span.Slice(i * width, width).CopyTo(normedGradient.Span.Slice(positions[i] * width, width));
            }

            product.Multiply(
                logitGradient.Transposed,
                new MatrixView(rows.Pointer, count, width),
                new MatrixView(embeddingGradient, config.VocabularySize, width),
                accumulate: true);
        }

        return loss;
    }

    /// <summary>Collects the next rows whose target counts, so that masked ones cost nothing.</summary>
    int Gather(FloatBuffer normed, ReadOnlySpan<int> targets, ref int next)
    {
        var (count, width) = (0, config.Width);
        for (; next < targets.Length && count < Chunk; next++)
        {
            if (targets[next] >= 0)
            {
                normed.Span.Slice(next * width, width).CopyTo(rows.Span.Slice(count * width, width));
                positions[count++] = next;
            }
        }

        return count;
    }

    /// <summary>Leaves the gradient with respect to the logits in their place.</summary>
    double CrossEntropy(TrainableWeights weights, ReadOnlySpan<int> targets, int count, float gradientScale)
    {
        var (loss, size) = (0.0, config.VocabularySize);
        weights.Embedding.Forward.Multiply(new MatrixView(rows.Pointer, count, config.Width), new MatrixView(logits.Pointer, count, size));
        for (var i = 0; i < count; i++)
        {
            var row = logits.Span.Slice(i * size, size);
            var target = targets[positions[i]];
            var targetLogit = row[target];
            loss += VectorMath.Softmax(row) - targetLogit;
            row[target] -= 1f;
            VectorMath.Scale(row, gradientScale);
        }

        return loss;
    }
}
