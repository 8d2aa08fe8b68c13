using System.Collections.Immutable;
using SelfInstruct.Classification;
using SelfInstruct.Concurrency;
using SelfInstruct.Instances;
using SelfInstruct.Instructions;
using SelfInstruct.Models;
using SelfInstruct.Prompts;
using SelfInstruct.Runs;

namespace SelfInstruct.Miniature;

/// <param name="Right">How many of <paramref name="Of"/>.</param>
public sealed record Share(int Right, int Of)
{
    public double Percent => Of == 0 ? 0 : 100.0 * Right / Of;
}

/// <summary>What a starter can do, judged by the world it was trained on.</summary>
/// <param name="KnownInstructions">Of the instructions it wrote: those that a family of the world recognises word for word.</param>
/// <param name="Families">How many families those are of.</param>
/// <param name="Classification">Right answers to "Is it classification?" on phrasings never trained on.</param>
/// <param name="InputFirst">Right examples, input first, of phrasings never trained on.</param>
/// <param name="OutputFirst">Right examples, label first, of phrasings never trained on.</param>
public sealed record StarterAbilities(Share KnownInstructions, int Families, Share Classification, Share InputFirst, Share OutputFirst);

/// <summary>Examines a starter with the prompts and sampling that a run uses.</summary>
public sealed class StarterExamination(ILanguageModel model, SelfInstructOptions options, int seed)
{
    const int Lists = 64;
    const int Questions = 400;

    public async Task<StarterAbilities> RunAsync(CancellationToken cancellationToken)
    {
        var instructions = await WriteInstructionsAsync(cancellationToken).ConfigureAwait(false);
        var recognised = instructions.Select(World.Recognise).OfType<Recognised>().ToList();
        var heldOut = DrawHeldOut().Take(Questions).ToImmutableArray();
        return new StarterAbilities(
            new Share(recognised.Count, instructions.Count),
            recognised.Select(static one => one.Family.Name).Distinct().Count(),
            await JudgeAsync(heldOut, ClassifyAsync, cancellationToken).ConfigureAwait(false),
            await JudgeAsync(heldOut, WriteExamplesAsync, cancellationToken).ConfigureAwait(false),
            await JudgeAsync([.. heldOut.Where(static task => task.Recognised.Family.IsClassification)], WriteLabelledAsync, cancellationToken).ConfigureAwait(false));
    }

    async Task<List<string>> WriteInstructionsAsync(CancellationToken cancellationToken)
    {
        string[] seeds = [.. StarterSeeds.Create(seed).Select(static task => task.Instruction)];
        var header = PromptTemplate.Load("instructions", options.Prompts).Header;
        var lists = Enumerable.Range(0, Lists).SelectConcurrently(
            model.MaxConcurrency,
            (slot, token) =>
            {
                var random = new CounterRandom(seed, "examination", 0, slot);
                var prompt = InstructionPrompt.Render(header, InstructionPrompt.DrawDemonstrations(seeds, [], options.Instructions, random));
                var o = options.Instructions;
                return model.CompleteAsync(new CompletionRequest(prompt, new Sampling(o.Temperature, o.TopP, 0, o.PresencePenalty, o.MaxTokens, o.Stop, slot)), token);
            },
            cancellationToken);
        List<string> written = [];
        await foreach (var list in lists.ConfigureAwait(false))
        {
            written.AddRange(InstructionPrompt.Parse(list).Where(static candidate => !candidate.CutOff).Select(static candidate => candidate.Text));
        }

        return written;
    }

    IEnumerable<(string Instruction, Recognised Recognised)> DrawHeldOut()
    {
        var random = new CounterRandom(seed, "held-out", 0, 0);
        while (true)
        {
            var family = FamilySets.Pretraining[random.Next(FamilySets.Pretraining.Length)];
            var said = family.Phrase(random);
            if (HoldOut.IsHeldOut(said.Text))
            {
                yield return (said.Text, new Recognised(family, said.Slots));
            }
        }
    }

    async Task<Share> JudgeAsync(
        ImmutableArray<(string Instruction, Recognised Recognised)> tasks,
        Func<string, Recognised, CancellationToken, Task<Share>> judge,
        CancellationToken cancellationToken)
    {
        var (right, of) = (0, 0);
        var shares = tasks.SelectConcurrently(model.MaxConcurrency, (task, token) => judge(task.Instruction, task.Recognised, token), cancellationToken);
        await foreach (var share in shares.ConfigureAwait(false))
        {
            (right, of) = (right + share.Right, of + share.Of);
        }

        return new Share(right, of);
    }

    async Task<Share> ClassifyAsync(string instruction, Recognised task, CancellationToken cancellationToken)
    {
        var prompt = PromptTemplate.Load("classification", options.Prompts).Render($"Task: {instruction}\nIs it classification?");
        var answer = await AskAsync(prompt, 0, 1, options.Classification.MaxTokens, options.Classification.Stop, cancellationToken).ConfigureAwait(false);
        return new Share(ClassificationPrompt.Parse(answer) == task.Family.IsClassification ? 1 : 0, 1);
    }

    async Task<Share> WriteExamplesAsync(string instruction, Recognised task, CancellationToken cancellationToken) =>
        Judge(task, InstanceParser.ParseInputFirst(await AskForInstancesAsync("input-first", instruction, cancellationToken).ConfigureAwait(false)));

    async Task<Share> WriteLabelledAsync(string instruction, Recognised task, CancellationToken cancellationToken) =>
        Judge(task, InstanceParser.ParseOutputFirst(await AskForInstancesAsync("output-first", instruction, cancellationToken).ConfigureAwait(false)));

    /// <summary>No instance at all counts as one that is wrong.</summary>
    static Share Judge(Recognised task, ImmutableArray<Tasks.Instance> instances) =>
        new(instances.Count(instance => task.Family.IsRight(task.Slots, instance.Input, instance.Output)), Math.Max(1, instances.Length));

    Task<string> AskForInstancesAsync(string template, string instruction, CancellationToken cancellationToken) =>
        AskAsync(
            PromptTemplate.Load(template, options.Prompts).Render($"Task: {instruction}\n"),
            options.Instances.Temperature, options.Instances.TopP, options.Instances.MaxTokens, options.Instances.Stop, cancellationToken);

    async Task<string> AskAsync(
        string prompt, double temperature, double topP, int maxTokens, ImmutableArray<string> stop, CancellationToken cancellationToken)
    {
        var sampling = new Sampling(temperature, topP, 0, 0, maxTokens, stop, CounterRandom.Key(seed, prompt, 0, 0));
        return (await model.CompleteAsync(new CompletionRequest(prompt, sampling), cancellationToken).ConfigureAwait(false)).Text;
    }
}
