using System.Collections.Immutable;
using SelfInstruct.Datasets;
using SelfInstruct.Tasks;

namespace SelfInstruct.Miniature.Experiment;

/// <summary>The data of one seed, and the rows made of it.</summary>
/// <param name="seedTasks">What the run began with.</param>
/// <param name="generated">What the run left, in the order of its instructions.</param>
/// <param name="questions">Of the evaluation; generated rows that equal one are left out.</param>
public sealed class ExperimentData(ImmutableArray<SeedTask> seedTasks, ImmutableArray<GeneratedInstance> generated, ImmutableArray<Question> questions)
{
    readonly HashSet<(string, string)> _asked = [.. questions.Select(static question => (question.Instruction.ToLowerInvariant(), question.Input))];

    public ImmutableArray<TrainingExample> Seeds { get; } =
        [.. seedTasks.SelectMany(static task => task.Instances.Select(instance => new TrainingExample(task.Instruction, instance.Input, instance.Output)))];

    /// <summary>Rows that equal a question of the evaluation.</summary>
    public int Asked => generated.Count(IsAsked);

    public ImmutableArray<TrainingExample> Generated => Of(generated);

    /// <summary>The rows of the table, in its order.</summary>
    public IEnumerable<ExperimentRow> Rows(int seed, ExperimentOptions options)
    {
        yield return new(ExperimentRow.Vanilla, "the base model", [], 0);
        yield return new(ExperimentRow.SeedsFew, "the seed tasks, briefly", Seeds, options.FewSteps);
        yield return new(ExperimentRow.Seeds, "the seed tasks", Seeds, options.Steps);
        foreach (var size in options.Sizes)
        {
            yield return new($"{ExperimentRow.SelfInstruct}-{size}", $"seed tasks and instances of the first {size} instructions", [.. Seeds, .. First(size)], options.Steps);
        }

        var own = Generated;
        var gold = Gold(seed, own.Length);
        ImmutableArray<TrainingExample> known = [.. own.Where(static row => World.Recognise(row.Instruction) is { } task && FamilySets.Seeds.Contains(task.Family))];
        yield return new(ExperimentRow.WithoutEvaluation, "of these, only tasks of the seeds' families", [.. Seeds, .. known], options.Steps);
        yield return new(ExperimentRow.Gold, "seed tasks and as many right examples of the seeds' families", [.. Seeds, .. gold], options.Steps);
        yield return new(ExperimentRow.GoldAndSelf, "both", [.. Seeds, .. gold, .. own], options.Steps);
        yield return new(ExperimentRow.Relabelled, "self-instruct, outputs by the world where it knows the task", [.. Seeds, .. Relabel(seed, own)], options.Steps);
    }

    IEnumerable<TrainingExample> First(int instructions)
    {
        var wanted = generated.Select(static instance => instance.Instruction).Distinct().Take(instructions).ToHashSet();
        return Of(generated.Where(instance => wanted.Contains(instance.Instruction)));
    }

    ImmutableArray<TrainingExample> Of(IEnumerable<GeneratedInstance> instances) =>
        [.. instances.Where(instance => !IsAsked(instance)).Select(static instance => new TrainingExample(instance.Instruction, instance.Input, instance.Output))];

    bool IsAsked(GeneratedInstance instance) => _asked.Contains((instance.Instruction.ToLowerInvariant(), instance.Input));

    /// <summary>Right examples, from our side of the hold-out.</summary>
    static ImmutableArray<TrainingExample> Gold(int seed, int count)
    {
        var random = new Random(seed);
        var rows = new HashSet<TrainingExample>();
        while (rows.Count < count)
        {
            var family = FamilySets.Seeds[random.Next(FamilySets.Seeds.Length)];
            var said = family.Phrase(random);
            var (input, output) = family.Example(random, said.Slots);
            if (!HoldOut.IsHeldOut(said.Text) && !HoldOut.IsHeldOut(family, said.Slots, input))
            {
                rows.Add(new(said.Text, input, output));
            }
        }

        return [.. rows];
    }

    /// <summary>What the world does not understand keeps what the model wrote.</summary>
    static IEnumerable<TrainingExample> Relabel(int seed, ImmutableArray<TrainingExample> rows)
    {
        var random = new Random(seed);
        foreach (var row in rows)
        {
            var task = World.Recognise(row.Instruction);
            var isRight = task?.Family.IsRight(task.Slots, row.Input, row.Output) is true;
            yield return isRight ? row : row with { Output = task?.Family.Answer(random, task.Slots, row.Input) ?? row.Output };
        }
    }
}
