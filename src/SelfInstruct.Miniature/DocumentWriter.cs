using System.Collections.Immutable;
using SelfInstruct.Miniature.Language;
using SelfInstruct.Tasks;

namespace SelfInstruct.Miniature;

/// <summary>Writes one document. Fixed headers, most Task lines and most Input lines are read but not learned.</summary>
internal sealed class DocumentWriter(Random random, bool isHeldOut)
{
    const double UnlearnedTasks = 0.70;
    const double UnlearnedInputs = 0.65;
    const int Tries = 80;

    /// <summary>No task is begun behind it, so that nearly every document fits 512 tokens.</summary>
    const int FullAt = 1_250;

    static readonly ImmutableArray<TaskFamily> Labelled = [.. FamilySets.Pretraining.Where(family => family.IsClassification)];

    readonly ImmutableArray<Piece>.Builder _pieces = ImmutableArray.CreateBuilder<Piece>();
    int _length;

    public Document Write(string kind)
    {
        switch (kind)
        {
            case DocumentKinds.Instructions: WriteInstructions(); break;
            case DocumentKinds.Classification: WriteClassification(); break;
            case DocumentKinds.InputFirst: WriteInputFirst(); break;
            case DocumentKinds.OutputFirst: WriteOutputFirst(); break;
            case DocumentKinds.Story: Add(FreeText.Story(random), true); break;
            case DocumentKinds.Copy: Add(FreeText.Copy(random), true); break;
            default: throw new ArgumentException($"'{kind}' is no kind of document; see {nameof(DocumentKinds)}.", nameof(kind));
        }

        return new(kind, TrimEnd());
    }

    void WriteInstructions()
    {
        Add(PromptFormats.InstructionsHeader + "\n", false);
        var count = random.Next(10, 17);
        var tasks = Tasks(FamilySets.Pretraining).DistinctBy(task => task.Family).Take(count);
        foreach (var (index, task) in tasks.Index())
        {
            Add($"{index + 1}. {task.Instruction}\n", true);
        }
    }

    void WriteClassification()
    {
        Add(PromptFormats.ClassificationHeader + "\n", false);
        for (var count = random.Next(5, 13); count > 0 && _length < FullAt; count--)
        {
            var wanted = random.NextDouble() < 0.45;
            var task = Tasks(FamilySets.Pretraining).First(task => task.Family.IsClassification == wanted);
            AddTask(task);
            Add($"{PromptFormats.Question} {(wanted ? PromptFormats.Yes : PromptFormats.No)}\n", true);
        }
    }

    void WriteInputFirst()
    {
        Add(PromptFormats.InputFirstHeader + "\n", false);
        var tasks = Tasks(FamilySets.Pretraining).DistinctBy(task => task.Family).Take(random.Next(2, 7));
        foreach (var task in tasks.TakeWhile(_ => _length < FullAt))
        {
            AddTask(task);
            AddExamples(task);
        }
    }

    void AddExamples(Phrased task)
    {
        if (!task.Family.NeedsInput)
        {
            Add($"{PromptFormats.Output} {task.Family.Example(random, task.Slots).Output}\n", true);
            return;
        }

        var examples = Examples(task, () => task.Family.Example(random, task.Slots)).Take(random.Next(1, 5));
        foreach (var (index, example) in examples.Index())
        {
            Add($"{PromptFormats.Example} {index + 1}\n", true);
            AddInput(example);
            Add($"{PromptFormats.Output} {example.Output}\n", true);
        }
    }

    void WriteOutputFirst()
    {
        Add(PromptFormats.OutputFirstHeader + "\n", false);
        var tasks = Tasks(Labelled).DistinctBy(task => task.Family).Take(random.Next(2, 6));
        foreach (var task in tasks.TakeWhile(_ => _length < FullAt))
        {
            AddTask(task);
            foreach (var label in LabelsOf(task.Family))
            {
                foreach (var example in Examples(task, () => task.Family.Example(random, task.Slots, label)).Take(1))
                {
                    Add($"{PromptFormats.ClassLabel} {label}\n", true);
                    AddInput(example);
                }
            }
        }
    }

    /// <summary>Every label once in random order; two labels now and then twice.</summary>
    IEnumerable<string> LabelsOf(TaskFamily family)
    {
        var labels = family.Labels.ToArray();
        random.Shuffle(labels);
        return labels.Length == 2 && random.Next(3) == 0 ? [.. labels, .. labels] : labels;
    }

    sealed record Phrased(TaskFamily Family, string Instruction, Slots Slots);

    /// <summary>Endless tasks from our side of the hold-out.</summary>
    IEnumerable<Phrased> Tasks(ImmutableArray<TaskFamily> families)
    {
        while (true)
        {
            var family = families[random.Next(families.Length)];
            for (var i = 0; i < Tries; i++)
            {
                var said = family.Phrase(random);
                if (HoldOut.IsHeldOut(said.Text) == isHeldOut)
                {
                    yield return new(family, said.Text, said.Slots);
                    break;
                }
            }
        }
    }

    /// <summary>Examples with different inputs from our side of the hold-out; fewer where the family has no more.</summary>
    IEnumerable<Instance> Examples(Phrased task, Func<Instance> next)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < Tries; i++)
        {
            var example = next();
            var isOurs = task.Family.IsMemorised || HoldOut.IsHeldOut(task.Family, task.Slots, example.Input) == isHeldOut;
            if (isOurs && seen.Add(example.Input))
            {
                yield return example;
            }
        }
    }

    void AddTask(Phrased task)
    {
        Add("\n", true);
        Add($"{PromptFormats.Task} {task.Instruction}\n", random.NextDouble() >= UnlearnedTasks);
    }

    void AddInput(Instance example) => Add($"{PromptFormats.Input} {example.Input}\n", random.NextDouble() >= UnlearnedInputs);

    void Add(string text, bool learn)
    {
        _pieces.Add(new(text, learn));
        _length += text.Length;
    }

    /// <summary>The end of the text follows its last word at once.</summary>
    ImmutableArray<Piece> TrimEnd()
    {
        _pieces[^1] = _pieces[^1] with { Text = _pieces[^1].Text.TrimEnd('\n') };
        return _pieces.ToImmutable();
    }
}
