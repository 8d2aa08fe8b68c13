using System.Collections.Immutable;
using SelfInstruct.Miniature.Language;
using SelfInstruct.Tasks;

namespace SelfInstruct.Miniature;

/// <summary>One small task with its many phrasings; it writes examples and judges those of others.</summary>
public sealed class TaskFamily
{
    readonly ImmutableArray<Template> _phrasings;
    readonly Func<Random, Slots, string?, Instance> _example;
    readonly Func<Slots, string, string, bool> _isRight;
    readonly Func<Random, Slots, string, string?> _answer;

    /// <param name="example">An example for the slots; with a class label, one that has this output.</param>
    /// <param name="answer">A right output for an input; null for one the family does not understand.</param>
    internal TaskFamily(
        string name,
        ImmutableArray<Template> phrasings,
        Func<Random, Slots, string?, Instance> example,
        Func<Slots, string, string, bool> isRight,
        Func<Random, Slots, string, string?> answer)
    {
        Name = name;
        _phrasings = phrasings;
        _example = example;
        _isRight = isRight;
        _answer = answer;
    }

    public string Name { get; }

    /// <summary>The outputs of a classification task; empty for any other.</summary>
    public ImmutableArray<string> Labels { get; internal init; } = [];

    public bool IsClassification => !Labels.IsEmpty;

    public bool NeedsInput { get; internal init; } = true;

    /// <summary>The answers are facts to remember, so an input never seen cannot be answered; such inputs are not held out.</summary>
    public bool IsMemorised { get; internal init; }

    public int PhrasingCount => _phrasings.Length;

    /// <summary>An instruction, and the slots its examples depend on.</summary>
    public Said Phrase(Random random) => Phrase(random, random.Next(_phrasings.Length));

    public Said Phrase(Random random, int phrasing) => _phrasings[phrasing].Say(random, Slots.None);

    /// <summary>A right example; of a classification task, every label is equally likely.</summary>
    public Instance Example(Random random, Slots slots) =>
        _example(random, slots, IsClassification ? Labels.At(random) : null);

    /// <exception cref="ArgumentException">The family has no such label.</exception>
    public Instance Example(Random random, Slots slots, string label) => Labels.Contains(label)
        ? _example(random, slots, label)
        : throw new ArgumentException($"'{label}' is no label of {Name}; labels are {string.Join(", ", Labels)}.", nameof(label));

    /// <summary>Whether the output answers the input, and the input is one the family understands.</summary>
    public bool IsRight(Slots slots, string input, string output) => _isRight(slots, input, output);

    /// <summary>A right output; null for an input the family does not understand.</summary>
    public string? Answer(Random random, Slots slots, string input) => _answer(random, slots, input);

    /// <summary>The slots of an instruction, whatever its case (Self-Instruct lower-cases all but the first letter); null if it is not of this family.</summary>
    public Slots? Recognise(string instruction)
    {
        foreach (var phrasing in _phrasings)
        {
            if (phrasing.Match(instruction, Slots.None, StringComparison.OrdinalIgnoreCase) is { } slots)
            {
                return slots;
            }
        }

        return null;
    }

    public override string ToString() => Name;
}
