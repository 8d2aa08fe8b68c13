using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Training;

/// <summary>Where each tensor lies when all weights are one vector, so that the optimiser need not know the model.</summary>
/// <remarks>The order is that of <see cref="DecoderTensors"/>; query, key and value are neighbours, as are gate and up: each group is one matrix to the forward pass.</remarks>
internal sealed class ParameterLayout
{
    readonly List<ParameterRange> ranges = [];

    public ParameterLayout(DecoderConfig config)
    {
        Config = config;
        if (config.Parameters > int.MaxValue / 2)
        {
            throw new ArgumentException($"Training holds all weights in one array; {config.Parameters} parameters are too many.", nameof(config));
        }

        var (width, hidden, attention) = (config.Width, config.FeedForward, config.QueryWidth + (2 * config.KeyValueWidth));
        Embedding = Matrix(config.VocabularySize * width);
        Layers = [.. Enumerable.Range(0, config.Layers).Select(_ => new LayerOffsets(
            AttentionNorm: Vector(width),
            Attention: Matrix(attention * width),
            AttentionBias: config.HasAttentionBias ? Vector(attention) : null,
            AttentionOutput: Matrix(width * config.QueryWidth),
            FeedForwardNorm: Vector(width),
            GateUp: Matrix(2 * hidden * width),
            Down: Matrix(width * hidden)))];
        FinalNorm = Vector(width);
        Output = config.IsTied ? Embedding : Matrix(config.VocabularySize * width);
    }

    public DecoderConfig Config { get; }

    public int Count { get; private set; }

    public int Embedding { get; }

    public LayerOffsets[] Layers { get; }

    public int FinalNorm { get; }

    /// <summary>That of the embedding, where it is tied.</summary>
    public int Output { get; }

    /// <summary>One range per tensor or group, in order, without gaps.</summary>
    public IReadOnlyList<ParameterRange> Ranges => ranges;

    public void Gather(IDecoderTensorSource source, Span<float> flat)
    {
        foreach (var tensor in DecoderTensors.Of(Config))
        {
            source.Read(tensor, 0, flat[..(int)tensor.Elements]);
            flat = flat[(int)tensor.Elements..];
        }
    }

    public DecoderWeights Scatter(ReadOnlySpan<float> flat)
    {
        var weights = new DecoderWeights(Config);
        foreach (var tensor in DecoderTensors.Of(Config))
        {
            flat[..(int)tensor.Elements].CopyTo(weights[tensor]);
            flat = flat[(int)tensor.Elements..];
        }

        return weights;
    }

    int Matrix(int length) => Take(length, decays: true);

    int Vector(int length) => Take(length, decays: false);

    int Take(int length, bool decays)
    {
        var start = Count;
        ranges.Add(new ParameterRange(start, length, decays));
        Count += length;
        return start;
    }
}

/// <param name="Decays">Matrices shrink by weight decay; gains of norms and biases do not.</param>
internal sealed record ParameterRange(int Start, int Length, bool Decays);

/// <summary>Offsets of one block's tensors: attention is [(H + 2 KV) · d, D], its bias as long, gate and up [2F, D], the others as in <see cref="DecoderPart"/>.</summary>
internal sealed record LayerOffsets(int AttentionNorm, int Attention, int? AttentionBias, int AttentionOutput, int FeedForwardNorm, int GateUp, int Down);
