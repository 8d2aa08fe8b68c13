using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Training;

/// <summary>Where each tensor lies when all weights are one vector, so that the optimiser need not know the model.</summary>
/// <remarks>Query, key and value are neighbours, as are gate and up: each group is one matrix to the forward pass.</remarks>
internal sealed class ParameterLayout
{
    readonly List<ParameterRange> ranges = [];

    public ParameterLayout(DecoderConfig config)
    {
        Config = config;
        RefuseUntrainable(config);
        if (config.Parameters > int.MaxValue / 2)
        {
            throw new ArgumentException($"Training holds all weights in one array; {config.Parameters} parameters are too many.", nameof(config));
        }

        var (width, hidden) = (config.Width, config.FeedForward);
        Embedding = Matrix(config.VocabularySize * width);
        Layers = [.. Enumerable.Range(0, config.Layers).Select(_ => new LayerOffsets(
            AttentionNorm: Gain(width),
            Attention: Matrix(3 * width * width),
            AttentionOutput: Matrix(width * width),
            FeedForwardNorm: Gain(width),
            GateUp: Matrix(2 * hidden * width),
            Down: Matrix(width * hidden)))];
        FinalNorm = Gain(width);
    }

    public DecoderConfig Config { get; }

    public int Count { get; private set; }

    public int Embedding { get; }

    public LayerOffsets[] Layers { get; }

    public int FinalNorm { get; }

    /// <summary>One range per tensor or group, in order, without gaps.</summary>
    public IReadOnlyList<ParameterRange> Ranges => ranges;

    public void Gather(DecoderWeights weights, Span<float> flat)
    {
        foreach (var tensor in Tensors(weights))
        {
            tensor.CopyTo(flat);
            flat = flat[tensor.Length..];
        }
    }

    public DecoderWeights Scatter(ReadOnlySpan<float> flat)
    {
        var weights = new DecoderWeights(Config);
        foreach (var tensor in Tensors(weights))
        {
            flat[..tensor.Length].CopyTo(tensor);
            flat = flat[tensor.Length..];
        }

        return weights;
    }

    /// <summary>The tensors in the order of the flat vector.</summary>
    static IEnumerable<float[]> Tensors(DecoderWeights weights) =>
    [
        weights.Embedding,
        .. weights.Layers.SelectMany(layer => (float[][])
        [
            layer.AttentionNorm, layer.Query, layer.Key, layer.Value, layer.AttentionOutput,
            layer.FeedForwardNorm, layer.Gate, layer.Up, layer.Down,
        ]),
        weights.FinalNorm,
    ];

    static void RefuseUntrainable(DecoderConfig config)
    {
        var feature = config.KeyValueHeads != config.Heads ? "grouped-query attention"
            : config.QueryWidth != config.Width ? "heads that do not add up to the width"
            : config.HasAttentionBias ? "biases of query, key and value"
            : !config.IsTied ? "an output matrix of its own"
            : config.RopeScaling != RotaryScaling.None ? "RoPE scaling"
            : null;
        if (feature is not null)
        {
            throw new ArgumentException($"Training does not support {feature}.", nameof(config));
        }
    }

    int Matrix(int length) => Take(length, decays: true);

    int Gain(int length) => Take(length, decays: false);

    int Take(int length, bool decays)
    {
        var start = Count;
        ranges.Add(new ParameterRange(start, length, decays));
        Count += length;
        return start;
    }
}

/// <param name="Decays">Matrices shrink by weight decay; the gains of norms do not.</param>
internal sealed record ParameterRange(int Start, int Length, bool Decays);

/// <summary>Offsets of one block's tensors: attention is [3D, D], gate and up [2F, D], the others as in <see cref="DecoderLayer"/>.</summary>
internal sealed record LayerOffsets(int AttentionNorm, int Attention, int AttentionOutput, int FeedForwardNorm, int GateUp, int Down);
