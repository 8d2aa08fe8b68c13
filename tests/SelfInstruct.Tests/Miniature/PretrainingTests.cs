using SelfInstruct.LocalModels.Tokenization;
using SelfInstruct.LocalModels.Training;
using SelfInstruct.Miniature;

namespace SelfInstruct.Tests.Miniature;

public sealed class PretrainingTests
{
    static readonly PretrainingOptions Tiny = new()
    {
        Characters = 40_000,
        HeldOutCharacters = 20_000,
        VocabularyCharacters = 40_000,
        VocabularySize = 512,
        ContextLength = 64,
        Width = 32,
        Heads = 1,
        Layers = 1,
        FeedForward = 64,
        Steps = 4,
    };

    [Fact]
    public void A_token_is_learned_where_the_piece_it_begins_in_is()
    {
        var tokenizer = new BytePairTokenizer(BytePairTraining.Train(["aa bb aa bb aa bb"], 300, TestContext.Current.CancellationToken));
        var text = Pretraining.Tokenize(new Document("test", [new Piece("aa", false), new Piece(" bb a", true), new Piece("a bb", false)]), tokenizer);
        var words = text.Tokens.Select(token => token == tokenizer.EndOfText ? "END" : tokenizer.Decode([token])).ToList();
        Assert.Equal(["aa", " bb", " aa", " bb", "END"], words);
        Assert.Equal([false, true, true, false, true], text.Learn);
    }

    [Fact]
    public void Every_document_of_the_corpus_is_ascii_so_that_bytes_are_characters() =>
        Assert.All(Corpus.Generate(3, 200_000), static document => Assert.True(System.Text.Ascii.IsValid(document.Text)));

    [Fact]
    public void The_same_options_give_the_same_weights()
    {
        var first = Run(Tiny);
        Assert.Equal(first.Model.Weights.Embedding, Run(Tiny).Model.Weights.Embedding);
        Assert.NotEqual(first.Model.Weights.Embedding, Run(Tiny with { Seed = 2 }).Model.Weights.Embedding);
        Assert.True(double.IsFinite(first.Training.HeldOutLoss));
    }

    [Fact]
    public void Windows_come_in_the_order_of_the_text_unless_shuffled()
    {
        var inOrder = new WindowSampler(1000, 100, 7, shuffle: false);
        var starts = Enumerable.Range(0, 9).Select(index => inOrder.Start(index)).ToList();
        Assert.Equal(starts.Order(), starts);
        var shuffled = new WindowSampler(1000, 100, 7);
        Assert.Equal(starts, Enumerable.Range(0, 9).Select(index => shuffled.Start(index)).Order());
        Assert.NotEqual(starts, Enumerable.Range(0, 9).Select(index => shuffled.Start(index)));
    }

    static PretrainingResult Run(PretrainingOptions options) =>
        Pretraining.Run(options, checkpointPath: null, TimeProvider.System, progress: null, TestContext.Current.CancellationToken);
}
