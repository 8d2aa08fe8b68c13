using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;
using SelfInstruct.LocalModels.Training;

namespace SelfInstruct.Tests.LocalModels;

public sealed class LoraTests
{
    static readonly DecoderConfig Config = new(VocabularySize: 37, ContextLength: 32, Width: 64, Layers: 2, Heads: 4, FeedForward: 96) { KeyValueHeads = 2 };
    static readonly TrainingWindow Window = TrainingWindows.Of([.. Enumerable.Range(0, 20).Select(static i => i * 7 % 37)], [.. Enumerable.Range(0, 20).Select(static i => i * 5 % 37)]);

    [Fact]
    public void Training_begins_at_the_base_model()
    {
        var weights = WeightInitialization.Create(Config, 1);
        var plain = new DecoderPass(new TrainableWeights(weights), 32).Loss(Window);
        Assert.Equal(plain, new DecoderPass(new TrainableWeights(weights, new LoraAdapter(Config, new LoraOptions(), 1)), 32).Loss(Window));
    }

    [Fact]
    public void The_merged_weights_compute_what_the_adapter_does()
    {
        var trainable = new TrainableWeights(WeightInitialization.Create(Config, 1), Lively(new LoraOptions { Rank = 5, Alpha = 7 }));
        var adapted = new DecoderPass(trainable, 32).Loss(Window);
        var merged = new DecoderPass(new TrainableWeights(trainable.ToDecoder()), 32).Loss(Window);
        Assert.Equal(adapted, merged, 1e-4);
        Assert.NotEqual(new DecoderPass(new TrainableWeights(WeightInitialization.Create(Config, 1)), 32).Loss(Window), merged, 0.1);
    }

    [Theory]
    [InlineData(LoraTarget.Query)]
    [InlineData(LoraTarget.Key)]
    [InlineData(LoraTarget.Value)]
    [InlineData(LoraTarget.AttentionOutput)]
    [InlineData(LoraTarget.Gate)]
    [InlineData(LoraTarget.Up)]
    [InlineData(LoraTarget.Down)]
    public void The_gradient_is_that_of_finite_differences_of_the_merged_twin(LoraTarget target)
    {
        var adapter = Lively(new LoraOptions { Rank = 3, Alpha = 6, Targets = [target] });
        var trainable = new TrainableWeights(WeightInitialization.Create(Config, 1), adapter);
        var gradient = new FloatBuffer(adapter.Count);
        new DecoderPass(trainable, 32).AddGradient(Window, 1f / 20, gradient);
        var random = new Random(5);
        for (var sample = 0; sample < 8; sample++)
        {
            // Both factors: the ranges alternate between Bᵀ and A.
            var range = adapter.Ranges[sample % adapter.Ranges.Count];
            var i = range.Start + random.Next(range.Length);
            Assert.Equal(Slope(trainable, adapter, i), gradient.Span[i], 3e-5);
        }
    }

    [Fact]
    public void Only_the_targets_change()
    {
        var start = WeightInitialization.Create(Config, 1);
        var end = new TrainableWeights(start, Lively(new LoraOptions { Targets = [LoraTarget.Key, LoraTarget.Up] })).ToDecoder();
        Assert.Equal(start.Embedding, end.Embedding);
        foreach (var (before, after) in start.Layers.Zip(end.Layers))
        {
            Assert.NotEqual(before.Key, after.Key);
            Assert.NotEqual(before.Up, after.Up);
            Assert.Equal(before.Query, after.Query);
            Assert.Equal(before.Value, after.Value);
            Assert.Equal(before.Gate, after.Gate);
            Assert.Equal(before.Down, after.Down);
            Assert.Equal(before.AttentionNorm, after.AttentionNorm);
        }
    }

    [Fact]
    public void The_optimiser_holds_no_state_for_frozen_weights()
    {
        var trainer = new Trainer(WeightInitialization.Create(Config, 1), new TrainingOptions { WindowLength = 32 }, TimeProvider.System, new LoraOptions { Rank = 2, Targets = [LoraTarget.Query, LoraTarget.Down] });
        Assert.Equal(2 * 2 * (64 + 64 + 96 + 64), trainer.TrainedParameters);
    }

    [Fact]
    public void Every_mistake_in_the_options_is_named_at_once()
    {
        var error = Assert.Throws<ArgumentException>(() => new LoraOptions { Rank = 0, Alpha = -1, Targets = [LoraTarget.Up, LoraTarget.Up] }.Validated());
        Assert.All(["rank is 0", "alpha is -1", "twice"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    static double Slope(TrainableWeights trainable, LoraAdapter adapter, int index)
    {
        const float Step = 4e-3f;
        var original = adapter.Values.Span[index];
        var (above, below) = (original + Step, original - Step);
        adapter.Values.Span[index] = above;
        var high = DoubleDecoder.Loss(trainable.ToDecoder(), Window.Tokens, Window.Targets);
        adapter.Values.Span[index] = below;
        var low = DoubleDecoder.Loss(trainable.ToDecoder(), Window.Tokens, Window.Targets);
        adapter.Values.Span[index] = original;
        return (high - low) / ((double)above - below);
    }

    static LoraAdapter Lively(LoraOptions options)
    {
        var adapter = new LoraAdapter(Config, options, seed: 5);
        var random = new Random(6);
        foreach (ref var value in adapter.Values.Span)
        {
            value += 0.3f * (random.NextSingle() - 0.5f);
        }

        return adapter;
    }
}
