using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;
using SelfInstruct.LocalModels.Training;

namespace SelfInstruct.Tests.LocalModels;

/// <summary>Sequences side by side in a window, against the same sequences alone.</summary>
public sealed class PackedWindowTests
{
    static readonly DecoderConfig Config = new(VocabularySize: 37, ContextLength: 64, Width: 64, Layers: 2, Heads: 4, FeedForward: 96)
    {
        KeyValueHeads = 2,
        HasAttentionBias = true,
    };

    static readonly LoraOptions Lora = new() { Rank = 4, Alpha = 8 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Loss_and_gradient_are_those_of_the_sequences_alone(bool lora)
    {
        var sequences = Sequences(17, 1, 30, 9);
        var (packedLoss, packed) = Compute([WindowPacking.Join(sequences)], lora);
        var (loss, alone) = Compute([.. sequences.Select(static sequence => WindowPacking.Join([sequence]))], lora);
        Assert.Equal(loss, packedLoss, 1e-9);

        // Sums over positions are taken in another order, hence not the same bits.
        AssertClose(alone, packed, 1e-6);
    }

    [Fact]
    public void A_sequence_does_not_change_what_is_predicted_after_it()
    {
        var (first, second) = (Sequences(12)[0], Sequences(20, seed: 3)[0]);
        var silent = first with { Weights = new float[first.Weights.Length] };
        var (alone, _) = Compute([WindowPacking.Join([second])], lora: false);
        var (packed, _) = Compute([WindowPacking.Join([silent, second])], lora: false);
        Assert.Equal(alone, packed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Recomputing_on_the_way_back_changes_no_bit(bool lora)
    {
        TrainingWindow[] windows = [WindowPacking.Join(Sequences(17, 30)), WindowPacking.Join(Sequences(40, seed: 2))];
        var (loss, gradient) = Compute(windows, lora);
        var (again, recomputed) = Compute(windows, lora, recompute: true);
        Assert.Equal(loss, again);
        Assert.Equal(gradient, recomputed);
    }

    [Fact]
    public void A_target_of_weight_a_half_counts_half()
    {
        var whole = Sequences(20)[0];
        float[] weights = [.. whole.Weights.Select(static (weight, i) => i == 7 ? 0.5f * weight : weight)];
        float[] only = [.. whole.Weights.Select(static (weight, i) => i == 7 ? weight : 0f)];
        var (all, gradient) = Compute([WindowPacking.Join([whole])], lora: false);
        var (part, partGradient) = Compute([WindowPacking.Join([whole with { Weights = only }])], lora: false);
        var (half, halfGradient) = Compute([WindowPacking.Join([whole with { Weights = weights }])], lora: false);
        Assert.Equal(all - (0.5 * part), half, 1e-6);
        AssertClose([.. gradient.Zip(partGradient, static (a, b) => a - (0.5f * b))], halfGradient, 1e-5);
    }

    [Fact]
    public void A_window_that_does_not_fit_is_refused()
    {
        var pass = new DecoderPass(new TrainableWeights(WeightInitialization.Create(Config, 1)), capacity: 16);
        Assert.Contains("20 tokens", Assert.Throws<ArgumentException>(() => pass.Loss(WindowPacking.Join(Sequences(20)))).Message, StringComparison.Ordinal);
        var torn = WindowPacking.Join(Sequences(10)) with { Lengths = [4] };
        Assert.Contains("4", Assert.Throws<ArgumentException>(() => pass.Loss(torn)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Packing_loses_nothing_and_fills_windows()
    {
        var sequences = Sequences([.. Enumerable.Range(0, 90).Select(static i => 1 + (i * 7 % 60))]);
        var windows = WindowPacking.Pack(sequences, longest: 64, lanes: 2);
        Assert.All(windows, static window => Assert.InRange(window.Tokens.Length, 1, 64));
        Assert.Equal(sequences.Select(static sequence => sequence.Length).Order(), windows.SelectMany(static window => window.Lengths).Order());
        Assert.Equal(
            sequences.Select(static sequence => string.Join(' ', sequence.Tokens[..^1])).Order(StringComparer.Ordinal),
            windows.SelectMany(static window => Texts(window)).Order(StringComparer.Ordinal));
        var filled = (double)windows.Sum(static window => window.Tokens.Length) / (64 * windows.Length);
        Assert.True(filled > 0.93, $"only {filled:P0} of the windows is filled");
    }

    [Fact]
    public void A_small_batch_is_spread_over_the_lanes()
    {
        Assert.Equal([80, 80], Lengths(Enumerable.Repeat(40, 4)));
        Assert.Equal([200, 200, 200, 200], Lengths(Enumerable.Repeat(40, 20)));

        static IEnumerable<int> Lengths(IEnumerable<int> lengths) =>
            WindowPacking.Pack(Sequences([.. lengths]), longest: 512, lanes: 4).Select(static window => window.Tokens.Length);
    }

    static IEnumerable<string> Texts(TrainingWindow window)
    {
        var start = 0;
        foreach (var length in window.Lengths)
        {
            yield return string.Join(' ', window.Tokens[start..(start + length)]);
            start += length;
        }
    }

    static (double Loss, float[] Gradient) Compute(TrainingWindow[] windows, bool lora, bool recompute = false)
    {
        var weights = new TrainableWeights(WeightInitialization.Create(Config, 7), lora ? Adapter() : null);
        var pass = new DecoderPass(weights, Config.ContextLength, recompute);
        var gradient = new FloatBuffer(weights.Trained.Length);
        var loss = windows.Sum(window => pass.AddGradient(window, 1f, gradient));
        Assert.NotEqual(-1, gradient.Span.IndexOfAnyExcept(0f));
        return (loss, gradient.Span.ToArray());
    }

    /// <summary>With a B that is not zero, or A would have no gradient.</summary>
    static LoraAdapter Adapter()
    {
        var adapter = new LoraAdapter(Config, Lora, seed: 5);
        var random = new Random(6);
        foreach (ref var value in adapter.Values.Span)
        {
            value += 0.1f * (random.NextSingle() - 0.5f);
        }

        return adapter;
    }

    static TrainingSequence[] Sequences(params int[] lengths) => Sequences(lengths, 1);

    static TrainingSequence[] Sequences(int length, int seed) => Sequences([length], seed);

    static TrainingSequence[] Sequences(int[] lengths, int seed)
    {
        var random = new Random(seed);
        return [.. lengths.Select(length => new TrainingSequence(
            [.. Enumerable.Range(0, length + 1).Select(_ => random.Next(Config.VocabularySize))],
            [.. Enumerable.Range(0, length + 1).Select(_ => random.Next(4) == 0 ? 0f : 1f)]))];
    }

    static void AssertClose(float[] expected, float[] actual, double tolerance)
    {
        var difference = Math.Sqrt(expected.Zip(actual, static (a, b) => ((double)a - b) * ((double)a - b)).Sum());
        Assert.True(difference <= tolerance * Math.Sqrt(expected.Sum(static a => (double)a * a)), $"gradients differ by {difference}");
    }
}
