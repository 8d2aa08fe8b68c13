using System.Collections.Immutable;
using SelfInstruct.Concurrency;
using SelfInstruct.Datasets;
using SelfInstruct.Models;
using SelfInstruct.Novelty;
using SelfInstruct.Prompts;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Curation;

/// <param name="Generations">How often each row is made into another; what a generation brings is the next one's parent.</param>
/// <param name="Kinds">Drawn from for each row and generation.</param>
/// <param name="MaxTokens">Of a task, and of its output.</param>
/// <param name="MaxSimilarity">ROUGE-L to anything in the set above which a task is not new, in [0, 1].</param>
/// <param name="Seed">Decides the draws.</param>
/// <param name="Prompts">Folder of texts that replace the built-in ones; null: none.</param>
public sealed record EvolutionOptions(int Generations, ImmutableArray<EvolutionKind> Kinds, int MaxTokens = 1024, double MaxSimilarity = 0.7, long Seed = 42, string? Prompts = null);

/// <summary>A row made from another; a line of the evolved file.</summary>
/// <param name="Parent">Id of the row it was made from.</param>
/// <param name="Completion">Key of the completion with the task.</param>
/// <param name="OutputCompletion">Key of the one with the output.</param>
public sealed record EvolvedLine(
    string Instruction, string Input, string Output, string Id, string Parent, string Kind, int Generation, string Completion, string OutputCompletion);

/// <param name="Stage">"evolve" for tasks, "evolve_output" for their outputs.</param>
/// <param name="Done">Of <paramref name="Total"/> in this generation.</param>
public sealed record EvolutionProgress(string Stage, int Done, int Total, int Rejected);

/// <summary>What one generation brought, in the order of its parents.</summary>
public sealed record EvolutionRound(int Generation, ImmutableArray<EvolvedLine> Accepted, ImmutableArray<Rejection> Rejected);

/// <summary>
/// Variants of rows, deeper or broader: a model writes a task from each, what is no new task is eliminated by name, and
/// the model answers the rest. All of a generation are asked together and admitted in the order of their parents, so
/// that the same answers give the same rows, whatever the concurrency.
/// </summary>
/// <param name="log">Asks the model.</param>
/// <param name="options">How far, and in which ways.</param>
/// <param name="progress">Told after every answer.</param>
public sealed class Evolution(CompletionLog log, EvolutionOptions options, IProgress<EvolutionProgress>? progress = null)
{
    const string Stage = "evolve";
    const string OutputStage = "evolve_output";

    readonly RowAnswers _answers = new(log, options.MaxTokens, OutputStage);
    readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    readonly NoveltyIndex _novelty = new(new NoveltyOptions { Threshold = options.MaxSimilarity, Words = WordSplitter.Modern });

    /// <param name="Text">What the task was read from: the answer, or the prompt where it was not asked.</param>
    sealed record Proposal(CurationRow Parent, EvolutionKind Kind, EvolvedTask Task, string Text, string? Completion)
    {
        public string Shown => Task.Instruction.Length > 0 ? $"{Task.Instruction}\nInput: {Task.Input}" : Text;
    }

    /// <param name="rows">The first parents; nothing new may be too near to any of them.</param>
    /// <param name="cancellationToken">Stops between answers; those that came are recorded.</param>
    public async IAsyncEnumerable<EvolutionRound> RunAsync(ImmutableArray<CurationRow> rows, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            _novelty.Add(row.Example.Instruction);
            _ids.Add(row.Id);
        }

        var parents = rows;
        for (var generation = 1; generation <= options.Generations; generation++)
        {
            var (round, children) = await RunGenerationAsync(parents, generation, cancellationToken).ConfigureAwait(false);
            yield return round;

            // A row that brought nothing may bring something by another kind.
            parents = [.. parents.Select((parent, slot) => children.GetValueOrDefault(slot, parent))];
        }
    }

    /// <summary>The prompt that a row gets in a generation.</summary>
    public static (EvolutionKind Kind, string Prompt) Question(CurationRow row, int generation, int slot, EvolutionOptions options)
    {
        var kind = options.Kinds[new CounterRandom(options.Seed, Stage, generation, slot).Next(options.Kinds.Length)];
        return (kind, kind.Ask(row.Example, options.Prompts));
    }

    /// <summary>What a generation brought, and by slot the rows that take their parents' place.</summary>
    async Task<(EvolutionRound Round, Dictionary<int, CurationRow> Children)> RunGenerationAsync(ImmutableArray<CurationRow> parents, int generation, CancellationToken cancellationToken)
    {
        List<Proposal> proposals = [];
        var proposing = parents.Select(static (row, slot) => (row, slot)).SelectConcurrently(
            log.Model.MaxConcurrency, (item, token) => ProposeAsync(item.row, generation, item.slot, token), cancellationToken);
        await foreach (var proposal in proposing.ConfigureAwait(false))
        {
            proposals.Add(proposal);
            progress?.Report(new EvolutionProgress(Stage, proposals.Count, parents.Length, 0));
        }

        var rejected = new Rejection?[proposals.Count];
        var admitted = Admit(proposals, rejected, generation);
        var answers = admitted.SelectConcurrently(
            log.Model.MaxConcurrency,
            async (slot, token) => (Slot: slot, Answer: await _answers.AskAsync(new TrainingExample(proposals[slot].Task.Instruction, proposals[slot].Task.Input, ""), generation, slot, token).ConfigureAwait(false)),
            cancellationToken);
        var accepted = ImmutableArray.CreateBuilder<EvolvedLine>();
        var children = new Dictionary<int, CurationRow>();
        var done = 0;
        await foreach (var (slot, answer) in answers.ConfigureAwait(false))
        {
            var (parent, kind, task, _, completion) = proposals[slot];
            if (answer.Fault is { } fault)
            {
                rejected[slot] = new Rejection(Stage, $"{proposals[slot].Shown}\nOutput: {answer.Text}", "output_" + fault, Completion: answer.Completion.Length > 0 ? answer.Completion : null, Round: generation);
            }
            else
            {
                var child = new CurationRow(NewId($"{parent.Id}.e{generation}"), new TrainingExample(task.Instruction, task.Input, answer.Text));
                accepted.Add(new EvolvedLine(task.Instruction, task.Input, answer.Text, child.Id, parent.Id, kind.Name, generation, completion!, answer.Completion));
                children[slot] = child;
            }

            progress?.Report(new EvolutionProgress(OutputStage, ++done, admitted.Count, parents.Length - admitted.Count + done - accepted.Count));
        }

        return (new EvolutionRound(generation, accepted.ToImmutable(), [.. rejected.OfType<Rejection>()]), children);
    }

    /// <summary>A row of the data may have the id that a child would get. Children come in order, so that the same answers give the same ids.</summary>
    string NewId(string id)
    {
        var unique = id;
        for (var n = 2; !_ids.Add(unique); n++)
        {
            unique = $"{id}#{n}";
        }

        return unique;
    }

    async Task<Proposal> ProposeAsync(CurationRow row, int generation, int slot, CancellationToken cancellationToken)
    {
        var (kind, prompt) = Question(row, generation, slot, options);
        if (PromptFitting.FindRoom(prompt, log.Model, options.MaxTokens) is not { } room)
        {
            return new Proposal(row, kind, new EvolvedTask("", "", "prompt_too_long"), prompt, null);
        }

        var sampling = new Sampling(Temperature: 0.7, TopP: 0.95, FrequencyPenalty: 0, PresencePenalty: 0, room, [], CounterRandom.Key(options.Seed, Stage, generation, slot));
        var answer = await log.CompleteAsync(new CompletionRequest(prompt, sampling) { IsMessage = log.Model.IsChat, Origin = new RequestOrigin(Stage, generation, slot, 0) }, cancellationToken).ConfigureAwait(false);
        return new Proposal(row, kind, EvolvedTask.Read(answer.Text, answer.FinishReason, row.Example), answer.Text, answer.Key);
    }

    /// <summary>Slots of the tasks that are new, in order; the others are rejected by name.</summary>
    List<int> Admit(List<Proposal> proposals, Rejection?[] rejected, int generation)
    {
        var sound = Enumerable.Range(0, proposals.Count).Where(slot => proposals[slot].Task.Fault is null).ToList();
        var verdicts = _novelty.AddNovel([.. sound.Select(slot => proposals[slot].Task.Instruction)]);
        for (var slot = 0; slot < proposals.Count; slot++)
        {
            var place = sound.BinarySearch(slot);
            var above = place < 0 ? null : verdicts[place].Above;
            var (parent, _, task, _, completion) = proposals[slot];
            if ((task.Fault ?? (above is null ? null : above.Text == parent.Example.Instruction ? "no_change" : "not_novel")) is { } rule)
            {
                rejected[slot] = new Rejection(Stage, proposals[slot].Shown, rule, above?.Text, above?.Score, completion, generation);
            }
        }

        return [.. sound.Where(slot => rejected[slot] is null)];
    }
}
