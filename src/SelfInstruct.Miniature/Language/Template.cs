using System.Collections.Immutable;
using System.Text;

namespace SelfInstruct.Miniature.Language;

/// <summary>Text said by a template, and the words it chose.</summary>
public sealed record Said(string Text, Slots Slots);

/// <summary>
/// A pattern that both says and recognises text. <c>(a|b)</c> is a choice, <c>{animal}</c> a slot of <see cref="Lexicon"/>,
/// <c>{animal:a}</c> one in a form of <see cref="Forms"/>, <c>@word</c> one of the ways to point at the input.
/// </summary>
internal sealed class Template
{
    const int Tries = 30;

    readonly Node.Sequence _root;

    Template(Node.Sequence root) => _root = root;

    /// <exception cref="FormatException">A bracket is not closed, or a slot or form is unknown.</exception>
    public static Template Parse(string pattern) => new(TemplateParser.Parse(pattern));

    public static ImmutableArray<Template> ParseLines(string lines) => [.. Lines(lines).Select(Parse)];

    public static IEnumerable<string> Lines(string lines) =>
        lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public Said Say(Random random, Slots slots)
    {
        var text = new StringBuilder(64);
        var filled = Say(_root, random, slots, text);
        return new(text.ToString(), filled);
    }

    /// <returns>The slots with which the template says exactly this text; null if there are none.</returns>
    public Slots? Match(string text, Slots slots, StringComparison comparison = StringComparison.Ordinal) =>
        Match(_root, 0, new(text, comparison), 0, slots, (at, filled) => at == text.Length ? filled : null);

    static Slots Say(Node node, Random random, Slots slots, StringBuilder text)
    {
        switch (node)
        {
            case Node.Literal literal:
                text.Append(literal.Text);
                return slots;
            case Node.Choice choice:
                return Say(choice.Options[random.Next(choice.Options.Length)], random, slots, text);
            case Node.Slot slot:
                var filled = slots.Find(slot.Name) is null ? slots.With(slot.Name, Choose(slot, random, slots)) : slots;
                text.Append(Forms.Apply(slot.Form, filled[slot.Name]));
                return filled;
            default:
                return ((Node.Sequence)node).Parts.Aggregate(slots, (s, part) => Say(part, random, s, text));
        }
    }

    static string Choose(Node.Slot slot, Random random, Slots slots)
    {
        var value = slot.Values.At(random);
        for (var i = 0; i < Tries && slots.Holds(slot.Kind, value); i++)
        {
            value = slot.Values.At(random);
        }

        return value;
    }

    readonly record struct Subject(string Text, StringComparison Comparison)
    {
        public bool Continues(int at, string with) =>
            at + with.Length <= Text.Length && string.Compare(Text, at, with, 0, with.Length, Comparison) == 0;
    }

    static Slots? Match(Node.Sequence sequence, int part, Subject subject, int at, Slots slots, Func<int, Slots, Slots?> then)
    {
        if (part == sequence.Parts.Length)
        {
            return then(at, slots);
        }

        Slots? Rest(int next, Slots filled) => Match(sequence, part + 1, subject, next, filled, then);
        return sequence.Parts[part] switch
        {
            Node.Literal literal => subject.Continues(at, literal.Text) ? Rest(at + literal.Text.Length, slots) : null,
            Node.Choice choice => First(choice.Options, option => Match(option, 0, subject, at, slots, Rest)),
            Node.Slot slot => First(Candidates(slot, subject, at, slots), value =>
            {
                var form = Forms.Apply(slot.Form, value);
                var filled = slots.Find(slot.Name) is null ? slots.With(slot.Name, value) : slots;
                return subject.Continues(at, form) ? Rest(at + form.Length, filled) : null;
            }),
            _ => throw new InvalidOperationException("A sequence holds no sequence."),
        };
    }

    // Words of an open slot may repeat in what others write ("cat, cat, hat"); those of the other kinds must differ.
    static IEnumerable<string> Candidates(Node.Slot slot, Subject subject, int at, Slots slots) =>
        slots.Find(slot.Name) is { } held ? [held]
        : slot.Kind == Lexicon.OpenKind && slot.Form.Length == 0 ? LeadingWord(subject.Text, at)
        : slot.Values.Where(value => !slots.Holds(slot.Kind, value));

    static IEnumerable<string> LeadingWord(string text, int at)
    {
        var end = at;
        while (end < text.Length && char.IsAsciiLetter(text[end]))
        {
            end++;
        }

        return end > at ? [text[at..end]] : [];
    }

    static Slots? First<T>(IEnumerable<T> options, Func<T, Slots?> attempt) =>
        options.Select(attempt).FirstOrDefault(found => found is not null);
}
