using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Training;

namespace SelfInstruct.Tests.LocalModels;

public sealed class TrainerTests : IDisposable
{
    static readonly DecoderConfig Config = new(VocabularySize: 20, ContextLength: 16, Width: 32, Layers: 1, Heads: 2, FeedForward: 32);
    static readonly TrainingOptions Options = new()
    {
        Steps = 12,
        WindowLength = 16,
        BatchWindows = 7,
        WarmupSteps = 3,
        LearningRate = 1e-2,
        Threads = 1,
        HeldOutWindows = 4,
    };

    readonly string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose()
    {
        File.Delete(path);
        File.Delete(path + ".partial");
    }

    [Fact]
    public void A_text_that_repeats_is_learnt()
    {
        var (result, _) = Train(Options with { Steps = 60 });
        Assert.Equal(60L * 7 * 16, result.Tokens);
        // Ten tokens occur, so a blind guess costs log 10 = 2.3.
        Assert.True(result.Loss < 0.5, $"loss {result.Loss}");
        Assert.True(result.HeldOutLoss < 0.5, $"held-out loss {result.HeldOutLoss}");
    }

    [Fact]
    public void The_number_of_threads_does_not_change_a_bit()
    {
        var (one, weightsOfOne) = Train(Options);
        var (two, weightsOfTwo) = Train(Options with { Threads = 2 });
        Assert.Equal(one with { Seconds = 0 }, two with { Seconds = 0 });
        AssertSame(weightsOfOne, weightsOfTwo);
    }

    [Fact]
    public void An_interrupted_run_ends_with_the_weights_of_an_uninterrupted_one()
    {
        var (whole, expected) = Train(Options);
        foreach (var stopAfter in new[] { 1, 5, 11 })
        {
            using var cancellation = new CancellationTokenSource();
            var progress = new Reporter(step => CancelAt(step, stopAfter, cancellation));
            Assert.ThrowsAny<OperationCanceledException>(() => Trainer().Run(Text(), Text(), path, progress, cancellation.Token));
        }

        var (resumed, actual) = Train(Options, path);
        Assert.Equal(whole with { Seconds = 0 }, resumed with { Seconds = 0 });
        AssertSame(expected, actual);
    }

    [Fact]
    public void A_finished_run_is_not_trained_again()
    {
        var (first, _) = Train(Options, path);
        var steps = 0;
        var again = Trainer().Run(Text(), Text(), path, new Reporter(_ => steps++), CancellationToken.None);
        Assert.Equal(first, again);
        Assert.Equal(0, steps);
    }

    [Fact]
    public void A_checkpoint_of_another_run_is_refused_and_says_what_differs()
    {
        Train(Options with { Seed = 77 }, path);
        var error = Assert.Throws<InvalidDataException>(() => Train(Options, path));
        Assert.Contains("seed 77", error.Message, StringComparison.Ordinal);
        Assert.Contains("seed 1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(100)]
    [InlineData(5000)]
    public void A_checkpoint_cut_off_is_refused(int length)
    {
        Train(Options, path);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..length]);
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => Train(Options, path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_is_to_be_learnt_counts()
    {
        var text = Text();
        var fours = text with { Learn = [.. text.Tokens.Select(token => token == 4)] };
        var result = Trainer().Run(fours, text, null, null, CancellationToken.None);
        // Having seen no other target, the model says four, always: sure of it, and mostly wrong on the whole text.
        Assert.InRange(result.Loss, 1e-6, 0.5);
        Assert.True(result.HeldOutLoss > 3, $"held-out loss {result.HeldOutLoss}");
        var nothing = Trainer().Run(text with { Learn = new bool[text.Tokens.Length] }, text, null, null, CancellationToken.None);
        Assert.Equal(0, nothing.Loss);
    }

    [Fact]
    public void Without_held_out_text_there_is_no_held_out_loss()
    {
        var result = Trainer().Run(Text(), new TrainingText([], []), null, null, CancellationToken.None);
        Assert.True(double.IsNaN(result.HeldOutLoss));
    }

    [Fact]
    public void Every_mistake_in_the_options_is_named_at_once()
    {
        var error = Assert.Throws<ArgumentException>(() => new TrainingOptions { Steps = 0, LearningRate = -1, MeanDecay = 1 }.Validated());
        Assert.All(["Steps is 0", "LearningRate is -1", "MeanDecay is 1"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Texts_that_do_not_fit_are_refused()
    {
        Assert.Contains("window", Refusal(new TrainingText(new int[16], new bool[16])), StringComparison.Ordinal);
        Assert.Contains("token 20 at 3", Refusal(new TrainingText([0, 0, 0, 20], new bool[4])), StringComparison.Ordinal);
        Assert.Contains("4 tokens but 3", Refusal(new TrainingText([0, 0, 0, 0], new bool[3])), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Trainer(new DecoderWeights(Config), Options with { WindowLength = 17 }, TimeProvider.System));
        Assert.Throws<ArgumentException>(() => new Trainer(new DecoderWeights(Config with { FeedForward = 40 }), Options, TimeProvider.System));
    }

    [Fact]
    public void A_gradient_that_is_not_finite_stops_the_run_before_the_weights_are_spoilt()
    {
        var start = WeightInitialization.Create(Config, 1);
        start.Layers[0].Down[0] = float.PositiveInfinity;
        var trainer = new Trainer(start, Options, TimeProvider.System);
        Assert.Contains("step 0", Assert.Throws<ArithmeticException>(() => trainer.Run(Text(), Text(), null, null, CancellationToken.None)).Message, StringComparison.Ordinal);
        AssertSame(start, trainer.Weights);
    }

    static string Refusal(TrainingText text) =>
        Assert.Throws<ArgumentException>(() => Trainer().Run(text, Text(), null, null, CancellationToken.None)).Message;

    static void CancelAt(TrainingProgress progress, int step, CancellationTokenSource cancellation)
    {
        if (progress.Step == step)
        {
            cancellation.Cancel();
        }
    }

    static (TrainingResult Result, DecoderWeights Weights) Train(TrainingOptions options, string? checkpoint = null)
    {
        var trainer = new Trainer(WeightInitialization.Create(Config, 1), options, TimeProvider.System);
        return (trainer.Run(Text(), Text(), checkpoint, null, CancellationToken.None), trainer.Weights);
    }

    static Trainer Trainer() => new(WeightInitialization.Create(Config, 1), Options, TimeProvider.System);

    static TrainingText Text()
    {
        int[] tokens = [.. Enumerable.Range(0, 900).Select(i => i * i % 19)];
        return new TrainingText(tokens, [.. tokens.Select(_ => true)]);
    }

    static void AssertSame(DecoderWeights expected, DecoderWeights actual)
    {
        Assert.Equal(expected.Embedding, actual.Embedding);
        Assert.Equal(expected.FinalNorm, actual.FinalNorm);
        foreach (var (left, right) in expected.Layers.Zip(actual.Layers))
        {
            Assert.Equal(left.Query, right.Query);
            Assert.Equal(left.Down, right.Down);
            Assert.Equal(left.AttentionNorm, right.AttentionNorm);
        }
    }

    sealed class Reporter(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
