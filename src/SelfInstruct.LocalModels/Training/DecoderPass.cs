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
    readonly FloatBuffer output;
    readonly FloatBuffer normed;
    readonly float[] outputScales;

    /// <summary>[T, D]: gradient of the residual stream, from the top down.</summary>
    readonly FloatBuffer residualGradient;
    readonly FloatBuffer normedGradient;
    readonly FloatBuffer mixedGradient;
    readonly FloatBuffer queryKeyValueGradient;
    readonly FloatBuffer gateUpGradient;
    readonly FloatBuffer hiddenGradient;

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
        var (stream, hidden) = ((long)capacity * config.Width, (long)capacity * config.FeedForward);
        (output, normed) = (new(stream), new(stream));
        (residualGradient, normedGradient) = (new(stream), new(stream));
        (mixedGradient, queryKeyValueGradient) = (new((long)capacity * config.QueryWidth), new((long)capacity * (config.QueryWidth + (2 * config.KeyValueWidth))));
        (gateUpGradient, hiddenGradient, unwanted) = (new(2 * hidden), new(hidden), new(config.Width));
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
        Rows(residualGradient).Clear();
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
            weights.Row(weights.Layout.Embedding + (window.Tokens[position] * config.Width)).CopyTo(Row(layers[0].Input, position));
        }

        for (var layer = 0; layer < config.Layers; layer++)
        {
            ForwardAttention(layer, window);
            ForwardGates(layer);
            var result = layer + 1 < config.Layers ? layers[layer + 1].Input : output;
            Rows(layers[layer].Block.Middle).CopyTo(result.Span);
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
            rotary.Rotate(Row(state.QueryKeyValue, position)[..(config.QueryWidth + config.KeyValueWidth)], places[position]);
        }

        attention.Forward(state.QueryKeyValue, window.Lengths, state.Probabilities, state.Mixed);
        Rows(input).CopyTo(state.Middle.Span);
        ForwardLinear(matrices.AttentionOutput, state.Mixed, state.Middle, accumulate: true);
    }

    void ForwardGates(int layer)
    {
        var (state, matrices) = (layers[layer].Block, weights.Layers[layer]);
        ForwardNorm(state.Middle, weights.Layout.Layers[layer].FeedForwardNorm, state.FeedForwardNormed, state.FeedForwardScales);
        ForwardLinear(matrices.GateUp, state.FeedForwardNormed, state.GateUp);
        for (var position = 0; position < positions; position++)
        {
            var gateUp = Row(state.GateUp, position);
            VectorMath.GatedSilu(gateUp[..config.FeedForward], gateUp[config.FeedForward..], Row(state.Hidden, position));
        }
    }

    void BackwardFeedForward(int layer, FloatBuffer gradient)
    {
        var (state, matrices, offsets) = (layers[layer].Block, weights.Layers[layer], weights.Layout.Layers[layer]);
        BackwardLinear(matrices.Down, state.Hidden, residualGradient, hiddenGradient, gradient);
        for (var position = 0; position < positions; position++)
        {
            Span<float> gateUp = Row(state.GateUp, position), slope = Row(gateUpGradient, position);
            var hidden = config.FeedForward;
            GradientMath.GatedSilu(gateUp[..hidden], gateUp[hidden..], Row(hiddenGradient, position), slope[..hidden], slope[hidden..]);
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
            rotary.RotateBack(Row(queryKeyValueGradient, position)[..(config.QueryWidth + config.KeyValueWidth)], places[position]);
        }

        AddBiasGradient(offsets.AttentionBias, gradient);
        BackwardLinear(matrices.Attention, state.AttentionNormed, queryKeyValueGradient, normedGradient, gradient);
        BackwardNorm(layers[layer].Input, state.AttentionScales, offsets.AttentionNorm, gradient);
    }

    void AddBias(int? offset, FloatBuffer rows)
    {
        if (offset is { } start)
        {
            var bias = weights.Values.Span.Slice(start, rows.Length / capacity);
            for (var position = 0; position < positions; position++)
            {
                VectorMath.Add(bias, Row(rows, position));
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
                var row = Row(queryKeyValueGradient, position);
                VectorMath.Add(row, gradient.Span.Slice(start, row.Length));
            }
        }
    }

    void AddEmbeddingGradient(TrainingWindow window, FloatBuffer gradient)
    {
        for (var position = 0; position < positions; position++)
        {
            var start = weights.Layout.Embedding + (window.Tokens[position] * config.Width);
            VectorMath.Add(Row(residualGradient, position), gradient.Span.Slice(start, config.Width));
        }
    }

    void ForwardLinear(LinearWeights linear, FloatBuffer input, FloatBuffer result, bool accumulate = false)
    {
        linear.Forward.Multiply(View(input), View(result), accumulate);
        if (linear.Update is { } update)
        {
            lowRank!.AddForward(update, View(input), View(result));
        }
    }

    /// <summary>inputGradient = outputGradient · W; weightGradient += outputGradientᵀ · input.</summary>
    void BackwardLinear(LinearWeights linear, FloatBuffer input, FloatBuffer outputGradient, FloatBuffer inputGradient, FloatBuffer gradient)
    {
        if (linear.Backward is { } packed)
        {
            packed.Multiply(View(outputGradient), View(inputGradient));
        }
        else
        {
            product.Multiply(View(outputGradient), weights.View(linear), View(inputGradient));
        }

        if (weights.Adapter is null)
        {
            var weightGradient = new MatrixView(gradient.Pointer + linear.Offset, linear.Outputs, linear.Inputs);
            product.Multiply(View(outputGradient).Transposed, View(input), weightGradient, accumulate: true);
        }
        else if (linear.Update is { } update)
        {
            lowRank!.AddBackward(update, View(input), View(outputGradient), View(inputGradient), gradient);
        }
    }

    void ForwardNorm(FloatBuffer input, int gain, FloatBuffer result, float[] scales)
    {
        for (var position = 0; position < positions; position++)
        {
            scales[position] = VectorMath.RmsNorm(Row(input, position), weights.Row(gain), config.NormEpsilon, Row(result, position));
        }
    }

    /// <summary>From <see cref="normedGradient"/> into <see cref="residualGradient"/>.</summary>
    void BackwardNorm(FloatBuffer input, float[] scales, int gain, FloatBuffer gradient)
    {
        var gainGradient = weights.Adapter is null ? gradient.Span.Slice(gain, config.Width) : unwanted.Span;
        for (var position = 0; position < positions; position++)
        {
            GradientMath.RmsNorm(
                Row(input, position), weights.Row(gain), scales[position], Row(normedGradient, position), Row(residualGradient, position), gainGradient);
        }
    }

    MatrixView View(FloatBuffer rows) => new(rows.Pointer, positions, rows.Length / capacity);

    /// <summary>Those of the window at hand.</summary>
    Span<float> Rows(FloatBuffer rows) => rows.Span[..(positions * (rows.Length / capacity))];

    Span<float> Row(FloatBuffer rows, int position)
    {
        var width = rows.Length / capacity;
        return rows.Span.Slice(position * width, width);
    }
}
