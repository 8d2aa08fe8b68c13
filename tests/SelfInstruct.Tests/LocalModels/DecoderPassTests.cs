using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;
using SelfInstruct.LocalModels.Training;

namespace SelfInstruct.Tests.LocalModels;

public sealed class DecoderPassTests
{
    static readonly DecoderConfig Config = new(VocabularySize: 37, ContextLength: 16, Width: 32, Layers: 2, Heads: 2, FeedForward: 64);

    /// <summary>Everything a config can say, at once: as Qwen2 has biases, Llama 3 shared keys, a head of its own and slowed rotations.</summary>
    static readonly DecoderConfig Rich = Config with
    {
        Heads = 4,
        KeyValueHeads = 2,
        HeadSize = 24,
        HasAttentionBias = true,
        IsTied = false,
        RopeScaling = RotaryScaling.Llama3(24, 10_000, new(4, 1, 4, 16)),
    };

    static readonly int[] Tokens = [3, 1, 4, 1, 5, 9, 2, 6, 36, 35, 8, 0];
    static readonly int[] Targets = [1, 4, 1, -1, 9, 2, -1, 36, 35, 8, 0, 7];

    public static TheoryData<bool, DecoderPart, int> Everything =>
    [
        .. new[] { false, true }.SelectMany(static rich => DecoderTensors.Of(rich ? Rich : Config).Select(tensor => (rich, tensor.Part, tensor.Layer))),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_loss_is_that_of_the_double_precision_twin(bool rich)
    {
        var weights = Lively(rich);
        var loss = new DecoderPass(new TrainableWeights(weights), Tokens.Length).Loss(TrainingWindows.Of(Tokens, Targets)) / Targets.Count(target => target >= 0);
        Assert.Equal(DoubleDecoder.Loss(weights, Tokens, Targets), loss, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void The_gradient_is_that_of_finite_differences_of_the_twin(bool rich, DecoderPart part, int layer)
    {
        var weights = Lively(rich);
        var place = Assert.Single(DecoderTensors.Of(weights.Config), tensor => tensor.Part == part && tensor.Layer == layer);
        var (gradient, tensor) = (Gradient(weights)[place], weights[place]);
        var random = new Random(5);
        for (var sample = 0; sample < 6; sample++)
        {
            var i = part == DecoderPart.Embedding && sample < 3 ? (Tokens[sample] * weights.Config.Width) + sample : random.Next(tensor.Length);
            Assert.Equal(Slope(weights, tensor, i), gradient[i], 2e-5);
        }
    }

    [Fact]
    public void A_window_that_counts_nothing_has_no_loss_and_no_gradient()
    {
        var trainable = new TrainableWeights(Lively(rich: false));
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

    [Theory]
    [InlineData(256, 21)]
    [InlineData(12, 257, 8)]
    public void Rows_that_lie_further_apart_than_they_are_wide_have_the_twins_loss(params int[] lengths)
    {
        // Widths of 256 and sequences of 256 are padded in memory.
        var config = Config with { ContextLength = lengths.Sum(), Layers = 1, Width = 256, FeedForward = 128 };
        var weights = WeightInitialization.Create(config, 3);
        var random = new Random(1);
        var sequences = lengths.Select(length => Enumerable.Range(0, length + 1).Select(_ => random.Next(37)).ToArray()).ToArray();
        var window = TrainingWindows.Of([.. sequences.SelectMany(tokens => tokens[..^1])], [.. sequences.SelectMany(tokens => tokens[1..])]) with { Lengths = lengths };
        var expected = sequences.Sum(tokens => DoubleDecoder.Loss(weights, tokens[..^1], tokens[1..]) * (tokens.Length - 1));
        var trainable = new TrainableWeights(weights);
        Assert.Equal(expected / lengths.Sum(), new DecoderPass(trainable, lengths.Sum()).Loss(window) / lengths.Sum(), 1e-5);

        // The gradient of one window is the sum of its sequences', each in a window of its own.
        var (together, apart) = (new FloatBuffer(trainable.Layout.Count), new FloatBuffer(trainable.Layout.Count));
        new DecoderPass(trainable, lengths.Sum()).AddGradient(window, 1, together);
        Array.ForEach(sequences, tokens => new DecoderPass(trainable, tokens.Length - 1).AddGradient(TrainingWindows.Of(tokens[..^1], tokens[1..]), 1, apart));
        for (var i = 0; i < together.Length; i++)
        {
            Assert.Equal(apart.Span[i], together.Span[i], 2e-3);
        }
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
    static DecoderWeights Lively(bool rich) => InferenceModels.RandomWeights(rich ? Rich : Config, seed: 7);
}
