using System.Collections.Immutable;
using SelfInstruct.Datasets;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.LocalModels.Training;
using SelfInstruct.Models;
using SelfInstruct.Runs;

namespace SelfInstruct.Miniature.Experiment;

/// <summary>Tunes the base model on a row's data and asks it the questions.</summary>
/// <param name="baseModel">Never changed.</param>
public sealed class RowRun(ModelFile baseModel, ExperimentOptions options, TimeProvider time)
{
    /// <param name="row">What to tune on.</param>
    /// <param name="seed">Of layouts and order.</param>
    /// <param name="questions">All answered, in their order.</param>
    /// <param name="cancellationToken">Ends it between two steps, or two answers.</param>
    /// <returns>Answers, as the model wrote them, and whether it ended them.</returns>
    public async Task<ImmutableArray<(string Text, bool Ended)>> RunAsync(ExperimentRow row, int seed, ImmutableArray<Question> questions, CancellationToken cancellationToken)
    {
        var tuned = row.Steps == 0 ? baseModel : baseModel with { Weights = Tune(row, seed, cancellationToken) };
        using var model = new LocalLanguageModel(tuned, row.Name);
        var sampling = new Sampling(Temperature: 0, TopP: 1, FrequencyPenalty: 0, PresencePenalty: 0, options.MaxTokens, Stop: [], Seed: 1);
        var answers = await Task.WhenAll(questions.Select(question => model.CompleteAsync(new CompletionRequest(question.Prompt, sampling), cancellationToken))).ConfigureAwait(false);
        return [.. answers.Select(static answer => (answer.Text, answer.FinishReason == "stop"))];
    }

    /// <summary>Laid out as the pipeline does it, in the paper's several templates; the loss is of the completions alone.</summary>
    LocalModels.Decoder.DecoderWeights Tune(ExperimentRow row, int seed, CancellationToken cancellationToken)
    {
        var tuning = new FinetuningOptions
        {
            Epochs = (row.Steps * options.BatchSize / row.Data.Length) + 1,
            Steps = row.Steps,
            BatchSize = options.BatchSize,
            LearningRate = options.LearningRate,
            Seed = (ulong)seed,
        };
        var encoder = new SequenceEncoder(baseModel.Vocabulary, promptWeight: 0);
        var sequences = row.Data.Select((example, place) =>
        {
            var text = EncodingTemplates.Encode(example, "", new CounterRandom(seed, "encode", 0, place));
            return encoder.Encode([new(text.Prompt, Learn: false), new(text.Completion, Learn: true)]);
        });
        var finetuning = new Finetuning(baseModel.Weights, [.. sequences], tuning, time);
        finetuning.Run(checkpointPath: null, progress: null, cancellationToken);
        return finetuning.Trainer.Weights;
    }
}
