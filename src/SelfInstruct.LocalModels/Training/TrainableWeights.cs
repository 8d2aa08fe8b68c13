using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Training;

/// <summary>The weights as one vector, packed for the passes of one step, and which of them training moves.</summary>
internal sealed unsafe class TrainableWeights
{
    readonly (PackedMatrix Matrix, int Offset, bool Transposed)[] packed;

    /// <param name="weights">Copied.</param>
    /// <param name="adapter">Null: every weight is trained; else only the adapter, and the weights stay as they are.</param>
    public TrainableWeights(IDecoderTensorSource weights, LoraAdapter? adapter = null)
    {
        (Layout, Adapter) = (new ParameterLayout(weights.Config), adapter);
        Values = new FloatBuffer(Layout.Count);
        Layout.Gather(weights, Values.Span);
        var config = weights.Config;
        Output = Linear(Layout.Output, config.VocabularySize, config.Width, null);
        Layers = [.. Layout.Layers.Select((offsets, i) => new LayerMatrices(
            Linear(offsets.Attention, config.QueryWidth + (2 * config.KeyValueWidth), config.Width, adapter?.Layers[i].Attention),
            Linear(offsets.AttentionOutput, config.Width, config.QueryWidth, adapter?.Layers[i].AttentionOutput),
            Linear(offsets.GateUp, 2 * config.FeedForward, config.Width, adapter?.Layers[i].GateUp),
            Linear(offsets.Down, config.Width, config.FeedForward, adapter?.Layers[i].Down)))];
        packed = [.. Matrices()];
        Repack(threads: 1);
    }

    public ParameterLayout Layout { get; }

    public LoraAdapter? Adapter { get; }

    /// <summary>All weights of the decoder, trained or not.</summary>
    public FloatBuffer Values { get; }

    /// <summary>What the optimiser moves.</summary>
    public FloatBuffer Trained => Adapter?.Values ?? Values;

    /// <summary>Of <see cref="Trained"/>.</summary>
    public IReadOnlyList<ParameterRange> TrainedRanges => Adapter?.Ranges ?? Layout.Ranges;

    /// <summary>[V, D]; the embedding, where it is tied.</summary>
    public LinearWeights Output { get; }

    public LayerMatrices[] Layers { get; }

    /// <summary>[D]: a norm's gain, or a token's embedding.</summary>
    public ReadOnlySpan<float> Row(int offset) => Values.Span.Slice(offset, Layout.Config.Width);

    /// <summary>W [outputs, inputs] as it lies in <see cref="Values"/>.</summary>
    public MatrixView View(LinearWeights linear) => new(Values.Pointer + linear.Offset, linear.Outputs, linear.Inputs);

    /// <summary>To be called after every change of <see cref="Trained"/>.</summary>
    public void Update(int threads)
    {
        if (Adapter is null)
        {
            Repack(threads);
        }
    }

    /// <summary>The weights to compute with: those that were trained, or the frozen ones with the adapter added.</summary>
    public DecoderWeights ToDecoder()
    {
        var weights = Layout.Scatter(Values.Span);
        if (Adapter is not null)
        {
            LoraMerging.Add(Adapter, weights);
        }

        return weights;
    }

    void Repack(int threads) =>
        Parallel.For(0, packed.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            var (matrix, offset, transposed) = packed[i];
            var (rows, columns) = transposed ? (matrix.Inputs, matrix.Outputs) : (matrix.Outputs, matrix.Inputs);
            var view = new MatrixView(Values.Pointer + offset, rows, columns);
            matrix.Pack(transposed ? view.Transposed : view);
        });

    /// <summary>Frozen weights are packed in one orientation only: the other costs as much memory again and saves little.</summary>
    LinearWeights Linear(int offset, int outputs, int inputs, LowRankUpdate? update) =>
        new(offset, new PackedMatrix(outputs, inputs), Adapter is null ? new PackedMatrix(inputs, outputs) : null, update);

    IEnumerable<(PackedMatrix Matrix, int Offset, bool Transposed)> Matrices() =>
        Layers.SelectMany(static layer => (LinearWeights[])[layer.Attention, layer.AttentionOutput, layer.GateUp, layer.Down])
            .Prepend(Output)
            .SelectMany(static linear => linear.Backward is { } backward
                ? ((PackedMatrix, int, bool)[])[(linear.Forward, linear.Offset, false), (backward, linear.Offset, true)]
                : [(linear.Forward, linear.Offset, false)]);
}

/// <summary>W [outputs, inputs].</summary>
/// <param name="Offset">Of W in the vector of all weights.</param>
/// <param name="Forward">Packed for x · Wᵀ.</param>
/// <param name="Backward">Packed for the gradient's dy · W; null: to be read as it lies.</param>
/// <param name="Update">What LoRA adds.</param>
internal sealed record LinearWeights(int Offset, PackedMatrix Forward, PackedMatrix? Backward, LowRankUpdate? Update)
{
    public int Outputs => Forward.Outputs;

    public int Inputs => Forward.Inputs;
}

internal sealed record LayerMatrices(LinearWeights Attention, LinearWeights AttentionOutput, LinearWeights GateUp, LinearWeights Down);
