using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Training;

/// <summary>The weights as one vector, and packed in both orientations for the passes of one step.</summary>
internal sealed unsafe class TrainableWeights
{
    readonly (PackedMatrix Matrix, int Offset, bool Transposed)[] packed;

    public TrainableWeights(DecoderWeights weights)
    {
        Layout = new ParameterLayout(weights.Config);
        Values = new FloatBuffer(Layout.Count);
        Layout.Gather(weights, Values.Span);
        var config = weights.Config;
        Embedding = new LinearWeights(config.VocabularySize, config.Width);
        Layers = [.. Layout.Layers.Select(_ => new LayerMatrices(
            new LinearWeights(3 * config.Width, config.Width),
            new LinearWeights(config.Width, config.Width),
            new LinearWeights(2 * config.FeedForward, config.Width),
            new LinearWeights(config.Width, config.FeedForward)))];
        packed = [.. Matrices()];
        Repack(threads: 1);
    }

    public ParameterLayout Layout { get; }

    public FloatBuffer Values { get; }

    public LinearWeights Embedding { get; }

    public LayerMatrices[] Layers { get; }

    public ReadOnlySpan<float> Gain(int offset) => Values.Span.Slice(offset, Layout.Config.Width);

    /// <summary>To be called after every change of <see cref="Values"/>.</summary>
    public void Repack(int threads) =>
        Parallel.For(0, packed.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            var (matrix, offset, transposed) = packed[i];
            var (rows, columns) = transposed ? (matrix.Inputs, matrix.Outputs) : (matrix.Outputs, matrix.Inputs);
            var view = new MatrixView(Values.Pointer + offset, rows, columns);
            matrix.Pack(transposed ? view.Transposed : view);
        });

    IEnumerable<(PackedMatrix Matrix, int Offset, bool Transposed)> Matrices()
    {
        IEnumerable<(LinearWeights Weights, int Offset)> all =
        [
            (Embedding, Layout.Embedding),
            .. Layers.Zip(Layout.Layers).SelectMany(layer => ((LinearWeights, int)[])
            [
                (layer.First.Attention, layer.Second.Attention),
                (layer.First.AttentionOutput, layer.Second.AttentionOutput),
                (layer.First.GateUp, layer.Second.GateUp),
                (layer.First.Down, layer.Second.Down),
            ]),
        ];
        return all.SelectMany(entry => ((PackedMatrix, int, bool)[])
            [(entry.Weights.Forward, entry.Offset, false), (entry.Weights.Backward, entry.Offset, true)]);
    }
}

/// <summary>W [outputs, inputs], packed for x · Wᵀ and for the gradient's dy · W.</summary>
internal sealed class LinearWeights(int outputs, int inputs)
{
    public PackedMatrix Forward { get; } = new(outputs, inputs);

    public PackedMatrix Backward { get; } = new(inputs, outputs);
}

internal sealed record LayerMatrices(LinearWeights Attention, LinearWeights AttentionOutput, LinearWeights GateUp, LinearWeights Down);
