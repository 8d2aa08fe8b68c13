using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Training;

/// <summary>Forward and backward pass over one window, with the memory both need. One per thread.</summary>
internal sealed unsafe class DecoderPass
{
    readonly DecoderConfig config;
    readonly int positions;
    readonly TrainableWeights weights;
    readonly MatrixProduct product = new();
    readonly RotaryEmbedding rotary;
    readonly CausalAttention attention;
    readonly TiedHead head;
    readonly LayerActivations[] layers;
    readonly FloatBuffer output;
    readonly FloatBuffer normed;
    readonly float[] outputScales;

    /// <summary>[T, D]: gradient of the residual stream, from the top down.</summary>
    readonly FloatBuffer residualGradient;
    readonly FloatBuffer normedGradient;
    readonly FloatBuffer queryKeyValueGradient;
    readonly FloatBuffer gateUpGradient;
    readonly FloatBuffer hiddenGradient;

    /// <param name="positions">T of every window.</param>
    public DecoderPass(TrainableWeights weights, int positions)
    {
        (this.weights, this.positions, config) = (weights, positions, weights.Layout.Config);
        rotary = new RotaryEmbedding(positions, config.HeadSize, config.RopeBase);
        attention = new CausalAttention(config, positions, product);
        head = new TiedHead(config, product);
        layers = [.. Enumerable.Range(0, config.Layers).Select(_ => new LayerActivations(config, positions))];
        outputScales = new float[positions];
        var (stream, hidden) = ((long)positions * config.Width, (long)positions * config.FeedForward);
        (output, normed) = (new(stream), new(stream));
        (residualGradient, normedGradient, queryKeyValueGradient) = (new(stream), new(stream), new(3 * stream));
        (gateUpGradient, hiddenGradient) = (new(2 * hidden), new(hidden));
    }

    /// <summary>Σ −log p(target) in nats over the targets that count.</summary>
    /// <param name="tokens">[T].</param>
    /// <param name="targets">[T]; negative: does not count.</param>
    public double Loss(ReadOnlySpan<int> tokens, ReadOnlySpan<int> targets)
    {
        Forward(tokens);
        return head.Loss(weights, normed, targets);
    }

    /// <summary>As <see cref="Loss"/>, and adds the gradient of gradientScale · loss.</summary>
    /// <param name="gradient">One vector in the order of <see cref="ParameterLayout"/>.</param>
    public double AddGradient(ReadOnlySpan<int> tokens, ReadOnlySpan<int> targets, float gradientScale, FloatBuffer gradient)
    {
        Forward(tokens);
        var layout = weights.Layout;
        var loss = head.Backward(weights, normed, targets, gradientScale, normedGradient, gradient.Pointer + layout.Embedding);
        residualGradient.Span.Clear();
        BackwardNorm(output, outputScales, layout.FinalNorm, gradient);
        for (var layer = config.Layers - 1; layer >= 0; layer--)
        {
            BackwardFeedForward(layer, gradient);
            BackwardAttention(layer, gradient);
        }

        for (var position = 0; position < positions; position++)
        {
            VectorMath.Add(Row(residualGradient, position), gradient.Span.Slice(layout.Embedding + (tokens[position] * config.Width), config.Width));
        }

        return loss;
    }

    void Forward(ReadOnlySpan<int> tokens)
    {
        for (var position = 0; position < positions; position++)
        {
            weights.Gain(weights.Layout.Embedding + (tokens[position] * config.Width)).CopyTo(Row(layers[0].Input, position));
        }

        for (var layer = 0; layer < config.Layers; layer++)
        {
            ForwardAttention(layer);
            ForwardFeedForward(layer, layer + 1 < config.Layers ? layers[layer + 1].Input : output);
        }

        ForwardNorm(output, weights.Layout.FinalNorm, normed, outputScales);
    }

    void ForwardAttention(int layer)
    {
        var (state, matrices) = (layers[layer], weights.Layers[layer]);
        ForwardNorm(state.Input, weights.Layout.Layers[layer].AttentionNorm, state.AttentionNormed, state.AttentionScales);
        matrices.Attention.Forward.Multiply(View(state.AttentionNormed), View(state.QueryKeyValue));
        for (var position = 0; position < positions; position++)
        {
            rotary.Rotate(Row(state.QueryKeyValue, position)[..(2 * config.Width)], position);
        }

        attention.Forward(state.QueryKeyValue, state.Probabilities, state.Mixed);
        state.Input.Span.CopyTo(state.Middle.Span);
        matrices.AttentionOutput.Forward.Multiply(View(state.Mixed), View(state.Middle), accumulate: true);
    }

    void ForwardFeedForward(int layer, FloatBuffer result)
    {
        var (state, matrices) = (layers[layer], weights.Layers[layer]);
        ForwardNorm(state.Middle, weights.Layout.Layers[layer].FeedForwardNorm, state.FeedForwardNormed, state.FeedForwardScales);
        matrices.GateUp.Forward.Multiply(View(state.FeedForwardNormed), View(state.GateUp));
        for (var position = 0; position < positions; position++)
        {
            var gateUp = Row(state.GateUp, position);
            VectorMath.GatedSilu(gateUp[..config.FeedForward], gateUp[config.FeedForward..], Row(state.Hidden, position));
        }

        state.Middle.Span.CopyTo(result.Span);
        matrices.Down.Forward.Multiply(View(state.Hidden), View(result), accumulate: true);
    }

    void BackwardFeedForward(int layer, FloatBuffer gradient)
    {
        var (state, matrices, offsets) = (layers[layer], weights.Layers[layer], weights.Layout.Layers[layer]);
        BackwardLinear(matrices.Down, state.Hidden, residualGradient, hiddenGradient, gradient.Pointer + offsets.Down);
        for (var position = 0; position < positions; position++)
        {
            Span<float> gateUp = Row(state.GateUp, position), slope = Row(gateUpGradient, position);
            var hidden = config.FeedForward;
            GradientMath.GatedSilu(gateUp[..hidden], gateUp[hidden..], Row(hiddenGradient, position), slope[..hidden], slope[hidden..]);
        }

        BackwardLinear(matrices.GateUp, state.FeedForwardNormed, gateUpGradient, normedGradient, gradient.Pointer + offsets.GateUp);
        BackwardNorm(state.Middle, state.FeedForwardScales, offsets.FeedForwardNorm, gradient);
    }

    void BackwardAttention(int layer, FloatBuffer gradient)
    {
        var (state, matrices, offsets) = (layers[layer], weights.Layers[layer], weights.Layout.Layers[layer]);
        BackwardLinear(matrices.AttentionOutput, state.Mixed, residualGradient, normedGradient, gradient.Pointer + offsets.AttentionOutput);
        attention.Backward(state.QueryKeyValue, state.Probabilities, normedGradient, queryKeyValueGradient);
        for (var position = 0; position < positions; position++)
        {
            rotary.RotateBack(Row(queryKeyValueGradient, position)[..(2 * config.Width)], position);
        }

        BackwardLinear(matrices.Attention, state.AttentionNormed, queryKeyValueGradient, normedGradient, gradient.Pointer + offsets.Attention);
        BackwardNorm(state.Input, state.AttentionScales, offsets.AttentionNorm, gradient);
    }

    /// <summary>inputGradient = outputGradient · W; weightGradient += outputGradientᵀ · input.</summary>
    void BackwardLinear(LinearWeights linear, FloatBuffer input, FloatBuffer outputGradient, FloatBuffer inputGradient, float* weightGradient)
    {
        linear.Backward.Multiply(View(outputGradient), View(inputGradient));
        var (outputs, inputs) = (linear.Forward.Outputs, linear.Forward.Inputs);
        product.Multiply(View(outputGradient).Transposed, View(input), new MatrixView(weightGradient, outputs, inputs), accumulate: true);
    }

    void ForwardNorm(FloatBuffer input, int gain, FloatBuffer result, float[] scales)
    {
        for (var position = 0; position < positions; position++)
        {
            scales[position] = VectorMath.RmsNorm(Row(input, position), weights.Gain(gain), config.NormEpsilon, Row(result, position));
        }
    }

    /// <summary>From <see cref="normedGradient"/> into <see cref="residualGradient"/>.</summary>
    void BackwardNorm(FloatBuffer input, float[] scales, int gain, FloatBuffer gradient)
    {
        var gainGradient = gradient.Span.Slice(gain, config.Width);
        for (var position = 0; position < positions; position++)
        {
            GradientMath.RmsNorm(
                Row(input, position), weights.Gain(gain), scales[position], Row(normedGradient, position), Row(residualGradient, position), gainGradient);
        }
    }

    MatrixView View(FloatBuffer rows) => new(rows.Pointer, positions, rows.Length / positions);

    Span<float> Row(FloatBuffer rows, int position)
    {
        var width = rows.Length / positions;
        return rows.Span.Slice(position * width, width);
    }
}
