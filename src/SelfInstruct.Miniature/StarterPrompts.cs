using System.Collections.Immutable;
using System.Text;
using SelfInstruct.Miniature.Language;

namespace SelfInstruct.Miniature;

/// <summary>The starter's prompt templates, up to the task in question, which the pipeline appends.</summary>
/// <param name="Instructions">The header of the task list.</param>
/// <param name="Classification">4 tasks that are classification, 5 that are not.</param>
/// <param name="InputFirst">4 tasks with examples, one of them without input.</param>
/// <param name="OutputFirst">4 classification tasks, an input for each label.</param>
public sealed record StarterPrompts(string Instructions, string Classification, string InputFirst, string OutputFirst)
{
    /// <summary>File names and texts, as a folder of prompts has them.</summary>
    public ImmutableArray<(string Name, string Text)> Files =>
        [("instructions.txt", Instructions), ("classification.txt", Classification), ("input-first.txt", InputFirst), ("output-first.txt", OutputFirst)];

    public static StarterPrompts Create(int seed)
    {
        var random = new Random(seed);
        return new(PromptFormats.InstructionsHeader, WriteClassification(random), WriteInputFirst(random), WriteOutputFirst(random));
    }

    static string WriteClassification(Random random)
    {
        ImmutableArray<string> names =
        [
            "find-name", "sentiment", "letter", "odd-even", "remove-word", "topic", "same-different", "he-to-she", "opposite",
        ];
        return Join(PromptFormats.ClassificationHeader, names, family =>
        {
            var instruction = Phrase(random, family).Text;
            return $"{PromptFormats.Task} {instruction}\n{PromptFormats.Question} {(family.IsClassification ? PromptFormats.Yes : PromptFormats.No)}";
        });
    }

    static string WriteInputFirst(Random random)
    {
        ImmutableArray<string> names = ["reverse-list", "birthday", "opposite", "find-place"];
        return Join(PromptFormats.InputFirstHeader, names, family =>
        {
            var said = Phrase(random, family);
            var text = new StringBuilder($"{PromptFormats.Task} {said.Text}");
            if (!family.NeedsInput)
            {
                return text.Append($"\n{PromptFormats.Output} {family.Example(random, said.Slots).Output}").ToString();
            }

            for (var i = 1; i <= 2; i++)
            {
                var example = family.Example(random, said.Slots);
                text.Append($"\n{PromptFormats.Example} {i}\n{PromptFormats.Input} {example.Input}\n{PromptFormats.Output} {example.Output}");
            }

            return text.ToString();
        });
    }

    static string WriteOutputFirst(Random random)
    {
        ImmutableArray<string> names = ["sentiment", "odd-even", "question-statement", "has-animal"];
        return Join(PromptFormats.OutputFirstHeader, names, family =>
        {
            var said = Phrase(random, family);
            var labels = family.Labels.Select(label =>
                $"\n{PromptFormats.ClassLabel} {label}\n{PromptFormats.Input} {family.Example(random, said.Slots, label).Input}");
            return $"{PromptFormats.Task} {said.Text}{string.Concat(labels)}";
        });
    }

    static string Join(string header, ImmutableArray<string> names, Func<TaskFamily, string> block) =>
        string.Join("\n\n", names.Select(name => block(FamilySets.Seeds.Single(family => family.Name == name))).Prepend(header));

    static Said Phrase(Random random, TaskFamily family)
    {
        while (true)
        {
            var said = family.Phrase(random);
            if (!HoldOut.IsHeldOut(said.Text))
            {
                return said;
            }
        }
    }
}
