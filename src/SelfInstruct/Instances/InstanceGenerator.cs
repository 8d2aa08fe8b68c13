using System.Collections.Immutable;
using System.Text.Json;
using SelfInstruct.Concurrency;
using SelfInstruct.Models;
using SelfInstruct.Prompts;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Instances;

/// <param name="Place">In the pool; decides the randomness.</param>
/// <param name="BesideClassification">It or one of its batch is a classification task.</param>
public sealed record IdentifiedInstruction(int Place, MachineInstruction Instruction, bool IsClassification, bool BesideClassification = false)
{
    /// <summary>Requests that the published code sends together.</summary>
    const int BatchSize = 5;

    /// <summary>In the order of the pool, from its first.</summary>
    public static ImmutableArray<IdentifiedInstruction> InBatches(IEnumerable<(MachineInstruction Instruction, bool IsClassification)> pool) =>
    [
        .. pool.Select(static (task, place) => new IdentifiedInstruction(place, task.Instruction, task.IsClassification))
            .Chunk(BatchSize)
            .SelectMany(static batch => batch.Select(task => task with { BesideClassification = batch.Any(static other => other.IsClassification) })),
    ];
}

/// <summary>
/// Step 3 of the paper's section 2.2: instances, input first; for classification tasks output (label) first, which
/// keeps the labels balanced.
/// </summary>
public sealed class InstanceGenerator(
    InstanceOptions options, PromptTemplate inputFirst, PromptTemplate outputFirst, CompletionLog completions, long seed)
{
    const string Stage = "instances";

    /// <summary>Unparsed completions in the order of the instructions.</summary>
    public IAsyncEnumerable<MachineInstances> RunAsync(IEnumerable<IdentifiedInstruction> instructions, CancellationToken cancellationToken) =>
        instructions.SelectConcurrently(completions.Model.MaxConcurrency, AskAsync, cancellationToken);

    async Task<MachineInstances> AskAsync(IdentifiedInstruction task, CancellationToken cancellationToken)
    {
        var instruction = task.Instruction;
        if (instruction.Instance is { } given)
        {
            return ToLine(instruction, JsonSerializer.Serialize(given, TaskJson.Format.Instance), null);
        }

        var template = task.IsClassification ? outputFirst : inputFirst;
        var prompt = PromptFitting.Fit(
            template.Demonstrations,
            kept => (template with { Demonstrations = kept }).Render($"Task: {instruction.Instruction}\n"),
            completions.Model,
            task.BesideClassification ? options.MaxTokensBesideClassification ?? options.MaxTokens : options.MaxTokens,
            new CounterRandom(seed, Stage, 0, task.Place));
        var sampling = new Sampling(
            options.Temperature, options.TopP, 0, options.PresencePenalty, prompt.MaxTokens, options.Stop, CounterRandom.Key(seed, Stage, 0, task.Place));
        var request = new CompletionRequest(prompt.Text, sampling) { IsMessage = options.Reading.IsMessage, Origin = new RequestOrigin(Stage, 0, task.Place, prompt.Dropped) };
        var answer = await completions.CompleteAsync(request, cancellationToken).ConfigureAwait(false);
        var metadata = new InstanceMetadata(answer.Model, answer.Key, answer.FinishReason);
        return ToLine(instruction, answer.Text, JsonSerializer.SerializeToElement(metadata, TaskJson.Format.InstanceMetadata));
    }

    static MachineInstances ToLine(MachineInstruction instruction, string text, JsonElement? metadata) =>
        new(instruction.Instruction, text, metadata, instruction.Metadata, instruction.MostSimilar, instruction.AvgSimilarityScore, instruction.Id);
}
