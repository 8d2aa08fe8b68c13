using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using SelfInstruct.Concurrency;
using SelfInstruct.Models;
using SelfInstruct.Runs;

namespace SelfInstruct.Evaluation.EvaluationSets;

/// <summary>How a model is examined (paper, appendix A.2: greedy, 1,024 tokens, no stop strings).</summary>
/// <param name="Examples">Solved examples in each prompt; 0 is zero-shot.</param>
/// <param name="MaxTokens">Of an answer.</param>
/// <param name="Stop">Null: those of the encoding where examples are shown to a model that continues text, else none.</param>
public sealed record EvaluationOptions(PromptEncoding Encoding, int Examples = 0, int MaxTokens = 1024, ImmutableArray<string>? Stop = null);

/// <summary>A line of predictions.jsonl: prompt, instruction, input, response and target as the original names them, and whence they come.</summary>
/// <param name="Target">The first of the references.</param>
/// <param name="FinishReason">"length" where the answer was cut off.</param>
/// <param name="CutInput">Characters of the input that the context left no room for; absent: none.</param>
/// <param name="CutInstruction">The same of the instruction.</param>
public sealed record PredictionLine(
    string Prompt,
    string Instruction,
    string Input,
    string Response,
    string Target,
    ImmutableArray<string> References,
    string Id,
    string Task,
    string Category,
    string FinishReason,
    int Examples = 0,
    int? CutInput = null,
    int? CutInstruction = null)
{
    public Prediction ToPrediction() => new(Response, References) { Task = Task, Category = Category };
}

/// <summary>What an evaluation will ask for.</summary>
/// <param name="PromptTokens">Of all prompts, by the model's own count.</param>
/// <param name="MaxCompletionTokens">At most; answers are mostly shorter.</param>
/// <param name="MaxCost">US dollars at most; null without prices.</param>
public sealed record EvaluationEstimate(int Prompts, long PromptTokens, long MaxCompletionTokens, double? MaxCost)
{
    /// <param name="prices">Null: not known.</param>
    public static EvaluationEstimate Of(IReadOnlyCollection<EvaluationPrompt> prompts, ILanguageModel model, Prices? prices) =>
        Of(prompts.Select(static prompt => (prompt.Text, prompt.MaxTokens)), model, prices);

    /// <param name="prompts">Each with the most tokens of its answer.</param>
    /// <param name="prices">Null: not known.</param>
    public static EvaluationEstimate Of(IEnumerable<(string Text, int MaxTokens)> prompts, ILanguageModel model, Prices? prices)
    {
        var (count, asked, answered) = (0, 0L, 0L);
        foreach (var (text, maxTokens) in prompts)
        {
            (count, asked, answered) = (count + 1, asked + model.CountTokens(text), answered + maxTokens);
        }

        return new EvaluationEstimate(count, asked, answered, prices?.CostOf(asked, answered));
    }
}

/// <summary>Puts the questions of an evaluation set to a model.</summary>
public static class ModelEvaluation
{
    const string Stage = "evaluation";

    public static ImmutableArray<EvaluationPrompt> Fit(IEnumerable<EvaluationItem> items, EvaluationOptions options, ILanguageModel model) =>
        [.. items.Select(item => EvaluationPrompt.Fit(item, options.Encoding, options.Examples, model, options.MaxTokens))];

    /// <summary>In the order of the items. What the log has answered before is not asked again.</summary>
    /// <param name="items">With their prompts, from <see cref="Fit"/>.</param>
    public static async IAsyncEnumerable<PredictionLine> AnswerAsync(
        ImmutableArray<EvaluationItem> items,
        ImmutableArray<EvaluationPrompt> prompts,
        EvaluationOptions options,
        CompletionLog log,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var questions = items.Zip(prompts).Select(static (pair, slot) => (Item: pair.First, Prompt: pair.Second, Slot: slot));
        var answered = questions.SelectConcurrently(
            log.Model.MaxConcurrency,
            async (question, token) => (question, Answer: await log.CompleteAsync(ToRequest(question.Prompt, question.Slot, options, log.Model), token).ConfigureAwait(false)),
            cancellationToken);
        await foreach (var ((item, prompt, _), answer) in answered.ConfigureAwait(false))
        {
            yield return new PredictionLine(
                prompt.Text, item.Instruction, item.Input, answer.Text, item.References[0], item.References, item.Id, item.Task, item.Category, answer.FinishReason,
                prompt.Examples, Some(prompt.CutInput), Some(prompt.CutInstruction));
        }

        static int? Some(int characters) => characters == 0 ? null : characters;
    }

    static CompletionRequest ToRequest(EvaluationPrompt prompt, int slot, EvaluationOptions options, ILanguageModel model)
    {
        var stop = options.Stop ?? (prompt.Examples > 0 && !model.IsChat ? options.Encoding.StopsAfterExamples : []);
        return new CompletionRequest(prompt.Text, new Sampling(Temperature: 0, TopP: 1, FrequencyPenalty: 0, PresencePenalty: 0, prompt.MaxTokens, stop, Seed: 0))
        {
            IsMessage = model.IsChat,
            Origin = new RequestOrigin(Stage, 0, slot, prompt.Dropped),
        };
    }
}
