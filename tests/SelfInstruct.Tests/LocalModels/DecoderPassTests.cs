using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;
using SelfInstruct.LocalModels.Training;

namespace SelfInstruct.Tests.LocalModels;

public sealed class DecoderPassTests
{
    static readonly DecoderConfig Config = new(VocabularySize: 37, ContextLength: 16, Width: 32, Layers: 2, Heads: 2, FeedForward: 64);
    static readonly int[] Tokens = [3, 1, 4, 1, 5, 9, 2, 6, 36, 35, 8, 0];
    static readonly int[] Targets = [1, 4, 1, -1, 9, 2, -1, 36, 35, 8, 0, 7];

    public static TheoryData<string> TensorNames => [.. Tensors(new DecoderWeights(Config)).Select(tensor => tensor.Name)];

    [Fact]
    public void The_loss_is_that_of_the_double_precision_twin()
    {
        var weights = Lively();
        var loss = new DecoderPass(new TrainableWeights(weights), Tokens.Length).Loss(TrainingWindows.Of(Tokens, Targets)) / Targets.Count(target => target >= 0);
        Assert.Equal(DoubleDecoder.Loss(weights, Tokens, Targets), loss, 1e-5);
    }

    [Theory]
    [MemberData(nameof(TensorNames))]
    public void The_gradient_is_that_of_finite_differences_of_the_twin(string name)
    {
        var weights = Lively();
        var gradient = Assert.Single(Tensors(Gradient(weights)), tensor => tensor.Name == name).Values;
        var tensor = Assert.Single(Tensors(weights), tensor => tensor.Name == name).Values;
        var random = new Random(5);
        for (var sample = 0; sample < 6; sample++)
        {
            var i = name == "Embedding" && sample < 3 ? (Tokens[sample] * Config.Width) + sample : random.Next(tensor.Length);
            Assert.Equal(Slope(weights, tensor, i), gradient[i], 2e-5);
        }
    }

    [Fact]
    public void A_window_that_counts_nothing_has_no_loss_and_no_gradient()
    {
        var trainable = new TrainableWeights(Lively());
        var gradient = new FloatBuffer(trainable.Layout.Count);
        int[] none = [.. Tokens.Select(_ => -1)];
        Assert.Equal(0, new DecoderPass(trainable, Tokens.Length).AddGradient(TrainingWindows.Of(Tokens, none), 1f, gradient));
        Assert.Equal(-1, gradient.Span.IndexOfAnyExcept(0f));
    }

    [Fact]
    public void A_long_window_has_the_twins_loss_across_tiles_and_chunks()
    {
        var config = Config with { ContextLength = 130, Layers = 1 };
        var weights = WeightInitialization.Create(config, 3);
        var random = new Random(1);
        int[] tokens = [.. Enumerable.Range(0, 130).Select(_ => random.Next(37))];
        int[] targets = [.. Enumerable.Range(0, 130).Select(_ => random.Next(37))];
        var loss = new DecoderPass(new TrainableWeights(weights), 130).Loss(TrainingWindows.Of(tokens, targets)) / 130;
        Assert.Equal(DoubleDecoder.Loss(weights, tokens, targets), loss, 1e-5);
    }

    static double Slope(DecoderWeights weights, float[] tensor, int index)
    {
        const float Step = 1e-3f;
        var original = tensor[index];
        // The step really taken differs from the one asked for by the rounding of floats.
        var (above, below) = (original + Step, original - Step);
        tensor[index] = above;
        var high = DoubleDecoder.Loss(weights, Tokens, Targets);
        tensor[index] = below;
        var low = DoubleDecoder.Loss(weights, Tokens, Targets);
        tensor[index] = original;
        return (high - low) / ((double)above - below);
    }

    static DecoderWeights Gradient(DecoderWeights weights)
    {
        var trainable = new TrainableWeights(weights);
        var gradient = new FloatBuffer(trainable.Layout.Count);
        new DecoderPass(trainable, Tokens.Length).AddGradient(TrainingWindows.Of(Tokens, Targets), 1f / Targets.Count(target => target >= 0), gradient);
        return trainable.Layout.Scatter(gradient.Span);
    }

    /// <summary>Weights large enough that attention and gates are far from uniform.</summary>
    static DecoderWeights Lively()
    {
        var weights = WeightInitialization.Create(Config, 7);
        var random = new Random(8);
        foreach (var (name, values) in Tensors(weights))
        {
            var gain = name.EndsWith("Norm", StringComparison.Ordinal);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = gain ? 0.5f + random.NextSingle() : 8 * values[i];
            }
        }

        return weights;
    }

    static (string Name, float[] Values)[] Tensors(DecoderWeights weights) =>
    [
        ("Embedding", weights.Embedding),
        .. weights.Layers.SelectMany((layer, i) => ((string, float[])[])
        [
            ($"{i} AttentionNorm", layer.AttentionNorm), ($"{i} Query", layer.Query), ($"{i} Key", layer.Key), ($"{i} Value", layer.Value),
            ($"{i} AttentionOutput", layer.AttentionOutput), ($"{i} FeedForwardNorm", layer.FeedForwardNorm),
            ($"{i} Gate", layer.Gate), ($"{i} Up", layer.Up), ($"{i} Down", layer.Down),
        ]),
        ("FinalNorm", weights.FinalNorm),
    ];
}
