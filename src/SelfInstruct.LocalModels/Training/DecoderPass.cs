using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Training;

/// <summary>Forward and backward pass over one window, with the memory both need. One per thread.</summary>
internal sealed unsafe class DecoderPass
{
    readonly DecoderConfig config;
    readonly int capacity;
    readonly bool recompute;
    readonly TrainableWeights weights;
    readonly MatrixProduct product = new();
    readonly RotaryEmbedding rotary;
    readonly CausalAttention attention;
    readonly OutputHead head;
    readonly LowRankProduct? lowRank;
    readonly LayerActivations[] layers;
    readonly RowBuffer output;
    readonly RowBuffer normed;
    readonly float[] outputScales;

    /// <summary>[T, D]: gradient of the residual stream, from the top down.</summary>
    readonly RowBuffer residualGradient;
    readonly RowBuffer normedGradient;
    readonly RowBuffer mixedGradient;
    readonly RowBuffer queryKeyValueGradient;
    readonly RowBuffer gateUpGradient;
    readonly RowBuffer hiddenGradient;

    /// <summary>[D]: takes the gradient of gains that are not trained.</summary>
    readonly FloatBuffer unwanted;

    /// <summary>T of the window at hand, and where each of its tokens stands in its sequence.</summary>
    int positions;
    readonly int[] places;

    /// <param name="capacity">T of the longest window.</param>
    /// <param name="recompute">Keep only the input of each block, and compute the rest once more on the way back.</param>
    public DecoderPass(TrainableWeights weights, int capacity, bool recompute = false)
    {
        (this.weights, this.capacity, this.recompute, config) = (weights, capacity, recompute, weights.Layout.Config);
        rotary = new RotaryEmbedding(capacity, config.HeadSize, config.RopeBase, config.RopeScaling.Divisors.AsSpan());
        attention = new CausalAttention(config, capacity, product);
        head = new OutputHead(config, product);
        lowRank = weights.Adapter is { } adapter ? new LowRankProduct(adapter, capacity, product) : null;
        var shared = recompute ? new BlockActivations(config, capacity) : null;
        layers = [.. Enumerable.Range(0, config.Layers).Select(_ => new LayerActivations(config, capacity, shared ?? new BlockActivations(config, capacity)))];
        (outputScales, places) = (new float[capacity], new int[capacity]);
        (output, normed) = (new(capacity, config.Width), new(capacity, config.Width));
        (residualGradient, normedGradient) = (new(capacity, config.Width), new(capacity, config.Width));
        (mixedGradient, queryKeyValueGradient) = (new(capacity, config.QueryWidth), new(capacity, config.QueryWidth + (2 * config.KeyValueWidth)));
        (gateUpGradient, hiddenGradient, unwanted) = (new(capacity, 2 * config.FeedForward), new(capacity, config.FeedForward), new(config.Width));
    }

    /// <summary>Σ −weight · log p(target), in nats.</summary>
    public double Loss(TrainingWindow window)
    {
        Forward(window);
        return head.Loss(weights, normed, window);
    }

    /// <summary>As <see cref="Loss"/>, and adds the gradient of gradientScale · loss.</summary>
    /// <param name="gradient">One vector in the order of what is trained: <see cref="ParameterLayout"/> or <see cref="LoraAdapter"/>.</param>
    public double AddGradient(TrainingWindow window, float gradientScale, FloatBuffer gradient)
    {
        Forward(window);
        var loss = head.Backward(weights, normed, window, gradientScale, normedGradient, gradient);
        residualGradient.Clear(positions);
        BackwardNorm(output, outputScales, weights.Layout.FinalNorm, gradient);
        for (var layer = config.Layers - 1; layer >= 0; layer--)
        {
            // The topmost block was the last to use the shared memory: it is all still there.
            if (recompute && layer < config.Layers - 1)
            {
                ForwardAttention(layer, window);
                ForwardGates(layer);
            }

            BackwardFeedForward(layer, gradient);
            BackwardAttention(layer, window, gradient);
        }

        if (weights.Adapter is null)
        {
            AddEmbeddingGradient(window, gradient);
        }

        return loss;
    }

    void Forward(TrainingWindow window)
    {
        Enter(window);
        for (var position = 0; position < positions; position++)
        {
            weights.Row(weights.Layout.Embedding + (window.Tokens[position] * config.Width)).CopyTo(layers[0].Input.Row(position));
        }

        for (var layer = 0; layer < config.Layers; layer++)
        {
            ForwardAttention(layer, window);
            ForwardGates(layer);
            var result = layer + 1 < config.Layers ? layers[layer + 1].Input : output;
            layers[layer].Block.Middle.CopyTo(result, positions);
            ForwardLinear(weights.Layers[layer].Down, layers[layer].Block.Hidden, result, accumulate: true);
        }

        ForwardNorm(output, weights.Layout.FinalNorm, normed, outputScales);
    }

    void Enter(TrainingWindow window)
    {
        positions = window.Tokens.Length;
        if (positions > capacity || window.Lengths.Sum() != positions)
        {
            throw new ArgumentException(
                $"A window of {positions} tokens, in sequences of {window.Lengths.Sum()}, does not fit one of {capacity}.", nameof(window));
        }

        var next = 0;
        foreach (var length in window.Lengths)
        {
            for (var place = 0; place < length; place++)
            {
                places[next++] = place;
            }
        }
    }

    void ForwardAttention(int layer, TrainingWindow window)
    {
        var (input, state, matrices) = (layers[layer].Input, layers[layer].Block, weights.Layers[layer]);
        ForwardNorm(input, weights.Layout.Layers[layer].AttentionNorm, state.AttentionNormed, state.AttentionScales);
        ForwardLinear(matrices.Attention, state.AttentionNormed, state.QueryKeyValue);
        AddBias(weights.Layout.Layers[layer].AttentionBias, state.QueryKeyValue);
        for (var position = 0; position < positions; position++)
        {
            rotary.Rotate(state.QueryKeyValue.Row(position)[..(config.QueryWidth + config.KeyValueWidth)], places[position]);
        }

        attention.Forward(state.QueryKeyValue, window.Lengths, state.Probabilities, state.Mixed);
        input.CopyTo(state.Middle, positions);
        ForwardLinear(matrices.AttentionOutput, state.Mixed, state.Middle, accumulate: true);
    }

    void ForwardGates(int layer)
    {
        var (state, matrices) = (layers[layer].Block, weights.Layers[layer]);
        ForwardNorm(state.Middle, weights.Layout.Layers[layer].FeedForwardNorm, state.FeedForwardNormed, state.FeedForwardScales);
        ForwardLinear(matrices.GateUp, state.FeedForwardNormed, state.GateUp);
        for (var position = 0; position < positions; position++)
        {
            var gateUp = state.GateUp.Row(position);
            VectorMath.GatedSilu(gateUp[..config.FeedForward], gateUp[config.FeedForward..], state.Hidden.Row(position));
        }
    }

    void BackwardFeedForward(int layer, FloatBuffer gradient)
    {
        var (state, matrices, offsets) = (layers[layer].Block, weights.Layers[layer], weights.Layout.Layers[layer]);
        BackwardLinear(matrices.Down, state.Hidden, residualGradient, hiddenGradient, gradient);
        for (var position = 0; position < positions; position++)
        {
            Span<float> gateUp = state.GateUp.Row(position), slope = gateUpGradient.Row(position);
            var hidden = config.FeedForward;
            GradientMath.GatedSilu(gateUp[..hidden], gateUp[hidden..], hiddenGradient.Row(position), slope[..hidden], slope[hidden..]);
        }

        BackwardLinear(matrices.GateUp, state.FeedForwardNormed, gateUpGradient, normedGradient, gradient);
        BackwardNorm(state.Middle, state.FeedForwardScales, offsets.FeedForwardNorm, gradient);
    }

    void BackwardAttention(int layer, TrainingWindow window, FloatBuffer gradient)
    {
        var (state, matrices, offsets) = (layers[layer].Block, weights.Layers[layer], weights.Layout.Layers[layer]);
        BackwardLinear(matrices.AttentionOutput, state.Mixed, residualGradient, mixedGradient, gradient);
        attention.Backward(state.QueryKeyValue, window.Lengths, state.Probabilities, mixedGradient, queryKeyValueGradient);
        for (var position = 0; position < positions; position++)
        {
            rotary.RotateBack(queryKeyValueGradient.Row(position)[..(config.QueryWidth + config.KeyValueWidth)], places[position]);
        }

        AddBiasGradient(offsets.AttentionBias, gradient);
        BackwardLinear(matrices.Attention, state.AttentionNormed, queryKeyValueGradient, normedGradient, gradient);
        BackwardNorm(layers[layer].Input, state.AttentionScales, offsets.AttentionNorm, gradient);
    }

    void AddBias(int? offset, RowBuffer rows)
    {
        if (offset is { } start)
        {
            var bias = weights.Values.Span.Slice(start, rows.Width);
            for (var position = 0; position < positions; position++)
            {
                VectorMath.Add(bias, rows.Row(position));
            }
        }
    }

    /// <summary>A bias has the sum of its rows' gradients.</summary>
    void AddBiasGradient(int? offset, FloatBuffer gradient)
    {
        if (offset is { } start && weights.Adapter is null)
        {
            for (var position = 0; position < positions; position++)
            {
                var row = queryKeyValueGradient.Row(position);
                VectorMath.Add(row, gradient.Span.Slice(start, row.Length));
            }
        }
    }

    void AddEmbeddingGradient(TrainingWindow window, FloatBuffer gradient)
    {
        for (var position = 0; position < positions; position++)
        {
            var start = weights.Layout.Embedding + (window.Tokens[position] * config.Width);
            VectorMath.Add(residualGradient.Row(position), gradient.Span.Slice(start, config.Width));
        }
    }

    void ForwardLinear(LinearWeights linear, RowBuffer input, RowBuffer result, bool accumulate = false)
    {
        linear.Forward.Multiply(input.View(positions), result.View(positions), accumulate);
        if (linear.Update is { } update)
        {
            lowRank!.AddForward(update, input.View(positions), result.View(positions));
        }
    }

    /// <summary>inputGradient = outputGradient · W; weightGradient += outputGradientᵀ · input.</summary>
    void BackwardLinear(LinearWeights linear, RowBuffer input, RowBuffer outputGradient, RowBuffer inputGradient, FloatBuffer gradient)
    {
        if (linear.Backward is { } packed)
        {
            packed.Multiply(outputGradient.View(positions), inputGradient.View(positions));
        }
        else
        {
            product.Multiply(outputGradient.View(positions), weights.View(linear), inputGradient.View(positions));
        }

        if (weights.Adapter is null)
        {
            var weightGradient = new MatrixView(gradient.Pointer + linear.Offset, linear.Outputs, linear.Inputs);
            product.Multiply(outputGradient.View(positions).Transposed, input.View(positions), weightGradient, accumulate: true);
        }
        else if (linear.Update is { } update)
        {
            lowRank!.AddBackward(update, input.View(positions), outputGradient.View(positions), inputGradient.View(positions), gradient);
        }
    }

    void ForwardNorm(RowBuffer input, int gain, RowBuffer result, float[] scales)
    {
        for (var position = 0; position < positions; position++)
        {
            scales[position] = VectorMath.RmsNorm(input.Row(position), weights.Row(gain), config.NormEpsilon, result.Row(position));
        }
    }

    /// <summary>From <see cref="normedGradient"/> into <see cref="residualGradient"/>.</summary>
    void BackwardNorm(RowBuffer input, float[] scales, int gain, FloatBuffer gradient)
    {
        var gainGradient = weights.Adapter is null ? gradient.Span.Slice(gain, config.Width) : unwanted.Span;
        for (var position = 0; position < positions; position++)
        {
            GradientMath.RmsNorm(
                input.Row(position), weights.Row(gain), scales[position], normedGradient.Row(position), residualGradient.Row(position), gainGradient);
        }
    }
}
