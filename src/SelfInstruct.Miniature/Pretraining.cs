using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Tokenization;
using SelfInstruct.LocalModels.Training;

namespace SelfInstruct.Miniature;

/// <summary>What pretraining does now.</summary>
public sealed record PretrainingProgress(string Stage, TrainingProgress? Training);

/// <param name="Corpus">Documents and tokens of the training text.</param>
public sealed record PretrainingResult(ModelFile Model, TrainingResult Training, CorpusSize Corpus);

public sealed record CorpusSize(int Documents, long Tokens);

/// <summary>The starter from nothing: corpus, vocabulary, weights. The same options give the same model, bit for bit.</summary>
public static class Pretraining
{
    /// <param name="options">Size and seed.</param>
    /// <param name="checkpointPath">Continued if it exists; null: none.</param>
    /// <param name="time">For rates.</param>
    /// <param name="progress">Told of each stage and step.</param>
    /// <param name="cancellationToken">Leaves a checkpoint of every finished step.</param>
    public static PretrainingResult Run(
        PretrainingOptions options, string? checkpointPath, TimeProvider time, IProgress<PretrainingProgress>? progress, CancellationToken cancellationToken)
    {
        progress?.Report(new PretrainingProgress("vocabulary", null));
        var vocabulary = BytePairTraining.Train(
            Corpus.Generate(options.Seed, options.VocabularyCharacters).Select(static document => document.Text), options.VocabularySize, cancellationToken);
        var tokenizer = new BytePairTokenizer(vocabulary);
        progress?.Report(new PretrainingProgress("corpus", null));
        var (train, documents) = Tokenize(Corpus.Generate(options.Seed, options.Characters), tokenizer, cancellationToken);
        var (heldOut, _) = Tokenize(Corpus.HeldOut(options.Seed, options.HeldOutCharacters), tokenizer, cancellationToken);
        var config = new DecoderConfig(
            vocabulary.Tokens.Length, options.ContextLength, options.Width, options.Layers, options.Heads, options.FeedForward);
        var trainer = new Trainer(WeightInitialization.Create(config, options.Seed), Training(options), time);
        var steps = progress is null ? null : new StepProgress(progress);
        var result = trainer.Run(train, heldOut, checkpointPath, steps, cancellationToken);
        return new PretrainingResult(
            new ModelFile(config, vocabulary, trainer.Weights), result, new CorpusSize(documents, train.Tokens.LongLength));
    }

    /// <summary>A document's tokens, each counted in the loss if the piece it begins in is; then end-of-text.</summary>
    public static TrainingText Tokenize(Document document, BytePairTokenizer tokenizer)
    {
        var tokens = tokenizer.Encode(document.Text);
        var learn = new bool[tokens.Length + 1];
        var (piece, pieceEnd, place) = (0, document.Pieces[0].Text.Length, 0);
        for (var i = 0; i < tokens.Length; i++)
        {
            while (place >= pieceEnd)
            {
                pieceEnd += document.Pieces[++piece].Text.Length;
            }

            learn[i] = document.Pieces[piece].Learn;

            // The corpus is ASCII: bytes are characters.
            place += tokenizer.BytesOf(tokens[i]).Length;
        }

        learn[^1] = true;
        return new TrainingText([.. tokens, tokenizer.EndOfText], learn);
    }

    static (TrainingText Text, int Documents) Tokenize(IEnumerable<Document> documents, BytePairTokenizer tokenizer, CancellationToken cancellationToken)
    {
        List<int> tokens = [tokenizer.EndOfText];
        List<bool> learn = [false];
        var count = 0;
        foreach (var document in documents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var text = Tokenize(document, tokenizer);
            tokens.AddRange(text.Tokens);
            learn.AddRange(text.Learn);
            count++;
        }

        return (new TrainingText([.. tokens], [.. learn]), count);
    }

    static TrainingOptions Training(PretrainingOptions options) => new()
    {
        Steps = options.Steps,
        WindowLength = options.ContextLength,
        BatchWindows = options.BatchWindows,
        LearningRate = options.LearningRate,
        FinalLearningRateShare = 0.05,

        // The corpus is random already, and begins with what is learned last.
        Shuffle = false,
        Seed = (ulong)options.Seed,
        CheckpointInterval = TimeSpan.FromMinutes(2),
    };

    sealed class StepProgress(IProgress<PretrainingProgress> progress) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress.Report(new PretrainingProgress("training", value));
    }
}
