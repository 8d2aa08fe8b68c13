using SelfInstruct.Datasets;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.LocalModels.Tokenization;
using SelfInstruct.LocalModels.Training;
using SelfInstruct.Models;

namespace SelfInstruct.Tests.LocalModels;

public sealed class FinetuningTests
{
    static readonly string[] Words = ["apple", "frog", "red", "hat", "mouse", "boat", "rice", "cave", "friend", "happy"];

    [Theory(Timeout = 300_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sixty_pairs_are_recalled_to_the_letter(bool lora)
    {
        var pairs = Pairs();
        var model = GgufFile.Read(Repository.In("models", "starter", "starter.gguf"));
        var options = new FinetuningOptions { Epochs = lora ? 40 : 20, BatchSize = 4, Lora = lora ? new LoraOptions { Rank = 16, Alpha = 32 } : null };
        var finetuning = new Finetuning(model.Weights, Encode(pairs, model.Vocabulary), options, TimeProvider.System);
        finetuning.Run(checkpointPath: null, progress: null, TestContext.Current.CancellationToken);
        using var tuned = new LocalLanguageModel(model with { Weights = finetuning.Trainer.Weights }, "tuned");
        var answers = await Task.WhenAll(pairs.Select(pair => tuned.CompleteAsync(
            new CompletionRequest(pair.Prompt, new Sampling(0, 1, 0, 0, 40, [], 1)), TestContext.Current.CancellationToken)));
        Assert.Equal(pairs.Select(static pair => pair.Completion), answers.Select(static answer => answer.Text));
        Assert.All(answers, static answer => Assert.Equal("stop", answer.FinishReason));
    }

    [Fact]
    public void Only_completions_and_their_ends_are_learned()
    {
        var tokenizer = new BytePairTokenizer(InferenceModels.Vocabulary);
        var sequence = new SequenceEncoder(InferenceModels.Vocabulary, promptWeight: 0.25).Encode([new TextPiece("the cat", false), new TextPiece(" sat", true)]);
        int[] prompt = tokenizer.Encode("the cat"), completion = tokenizer.Encode(" sat");
        Assert.Equal([tokenizer.EndOfText, .. prompt, .. completion, tokenizer.EndOfText], sequence.Tokens);
        Assert.Equal([0f, .. prompt.Select(static _ => 0.25f), .. completion.Select(static _ => 1f), 1f], sequence.Weights);
    }

    [Fact]
    public void A_chat_model_learns_each_answer_behind_what_its_template_would_show()
    {
        var vocabulary = InferenceModels.Vocabulary;
        int start = vocabulary.Tokens.Length, end = start + 1;
        vocabulary = vocabulary with
        {
            Tokens = [.. vocabulary.Tokens, "<|im_start|>", "<|im_end|>"],
            Kinds = [.. vocabulary.Tokens.Select((_, i) => i == vocabulary.EndOfText ? TokenKind.Control : TokenKind.Normal), TokenKind.Control, TokenKind.Control],
            EndTokens = [end],
            StartOfText = null,
            ChatTemplate = "{% for message in messages %}<|im_start|>...<|im_end|>{% endfor %}",
        };
        var tokenizer = new BytePairTokenizer(vocabulary);
        var row = new DatasetRow("messages", [new("user", "the cat"), new("assistant", "sat"), new("user", "on"), new("assistant", "the mat")]);
        TrainingSequence[] sequences = [.. new SequenceEncoder(vocabulary, promptWeight: 0).Encode(row, new Random(1))];
        int[] first = [start, .. tokenizer.Encode("user\nthe cat"), end, .. tokenizer.Encode("\n"), start, .. tokenizer.Encode("assistant\n")];
        Assert.Equal(2, sequences.Length);
        Assert.Equal([.. first, .. tokenizer.Encode("sat"), end], sequences[0].Tokens);
        Assert.Equal([.. first.Select(static _ => 0f), .. tokenizer.Encode("sat").Select(static _ => 1f), 1f], sequences[0].Weights);
        Assert.Equal([.. tokenizer.Encode("the mat"), end], sequences[1].Tokens[^(tokenizer.Encode("the mat").Length + 1)..]);
        Assert.Equal(tokenizer.Encode("the mat").Length + 1, sequences[1].Weights.Sum());
    }

    [Fact]
    public void Every_epoch_sees_every_example_once_in_an_order_of_its_own()
    {
        TrainingSequence[] sequences = [.. Enumerable.Range(0, 23).Select(static i => new TrainingSequence([0, i + 1, 1], [0, 1, 1]))];
        var batches = new ExampleBatches(sequences, batchExamples: 5, new TrainingOptions { WindowLength = 16 });
        Assert.Equal(5, batches.StepsPerEpoch);
        int[] first = [.. Epoch(0)], second = [.. Epoch(5)];
        Assert.Equal(Enumerable.Range(1, 23), first.Order());
        Assert.Equal(Enumerable.Range(1, 23), second.Order());
        Assert.NotEqual(first, second);

        IEnumerable<int> Epoch(int step) => Enumerable.Range(step, 5).SelectMany(batches.At).SelectMany(static window => window.Tokens.Where(static token => token > 0));
    }

    [Fact]
    public void What_is_too_long_or_teaches_nothing_is_counted()
    {
        var model = InferenceModels.Random();
        TrainingSequence[] sequences =
        [
            .. Enumerable.Range(0, 10).Select(static _ => new TrainingSequence([0, 1, 2], [0, 0, 1])),
            new TrainingSequence(new int[300], [.. Enumerable.Repeat(1f, 300)]),
            new TrainingSequence([0, 1, 2], [0, 0, 0]),
        ];
        var finetuning = new Finetuning(model.Weights, sequences, new FinetuningOptions { HeldOutShare = 0.2 }, TimeProvider.System);
        Assert.Equal((8, 2), (finetuning.Counts.Examples, finetuning.Counts.HeldOut));
        Assert.Equal([("nothing_to_learn", 1), ("too_long", 1)], finetuning.Counts.Dropped.Select(static pair => (pair.Key, pair.Value)));
    }

    [Fact]
    public void Without_an_example_to_learn_from_there_is_a_remedy()
    {
        var model = InferenceModels.Random();
        var error = Assert.Throws<InvalidDataException>(() => new Finetuning(
            model.Weights, [new TrainingSequence(new int[300], new float[300])], new FinetuningOptions(), TimeProvider.System));
        Assert.Contains("--context", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_held_out_loss_falls_when_there_is_something_to_learn()
    {
        var model = InferenceModels.Random(width: 64, heads: 2);
        PromptAndCompletion[] pairs = [.. Enumerable.Range(0, 80).Select(static i => new PromptAndCompletion($"{Words[i % 10]} {Words[i / 8 % 10]}", " the cat sat"))];
        var log = new List<TrainingProgress>();
        var finetuning = new Finetuning(
            model.Weights, Encode(pairs, model.Vocabulary), new FinetuningOptions { Epochs = 3, HeldOutShare = 0.1 }, TimeProvider.System);
        var result = finetuning.Run(null, new Reports(log), TestContext.Current.CancellationToken);
        var measured = log.Where(static step => step.HeldOutLoss is not null).ToList();
        Assert.Equal([9, 18, 27], measured.Select(static step => step.Step));

        // Before, with 280 tokens and weights at random, it is above log 280 = 5.6.
        Assert.All(measured, static step => Assert.InRange(step.HeldOutLoss!.Value, 0, 0.5));
        Assert.Equal(measured[^1].HeldOutLoss, result.HeldOutLoss);
    }

    [Fact]
    public void Every_mistake_in_the_options_is_named_at_once()
    {
        var error = Assert.Throws<ArgumentException>(() => new FinetuningOptions { Epochs = 0, PromptLossWeight = 2, HeldOutShare = 1 }.Validated());
        Assert.All(["epochs is 0", "prompt loss weight is 2", "held-out share is 1"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    static PromptAndCompletion[] Pairs()
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, 60).Select(i => new PromptAndCompletion(
            $"Task {i}: name {Words[i % 10]} {Words[i / 10]}\n", " " + string.Join(' ', Enumerable.Range(0, 3).Select(_ => Words[random.Next(Words.Length)]))))];
    }

    static IReadOnlyList<TrainingSequence> Encode(IEnumerable<PromptAndCompletion> pairs, Vocabulary vocabulary)
    {
        var encoder = new SequenceEncoder(vocabulary, promptWeight: 0);
        return [.. pairs.Select(pair => encoder.Encode([new TextPiece(pair.Prompt, false), new TextPiece(pair.Completion, true)]))];
    }

    sealed class Reports(List<TrainingProgress> log) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => log.Add(value);
    }
}
