using System.Collections.Frozen;
using System.Collections.Immutable;
using SelfInstruct.Miniature.Language;
using SelfInstruct.Tasks;

namespace SelfInstruct.Miniature.Families;

/// <summary>The ways to define a family. Phrasings, pairs, inputs and outputs are templates, one a line.</summary>
internal static class Define
{
    const string Arrow = "=>";

    /// <summary>Lines <c>input => output</c>; words of the input's slots return in the output.</summary>
    public static TaskFamily Pairs(string name, string phrasings, string pairs, bool isMemorised = false)
    {
        var lines = SplitPairs(pairs);
        return new(
            name,
            Template.ParseLines(phrasings),
            (random, slots, _) =>
            {
                var (left, right) = lines[random.Next(lines.Length)];
                var input = left.Say(random, slots);
                return new(input.Text, right.Say(random, input.Slots).Text);
            },
            (slots, input, output) => lines.Any(line =>
                line.Left.Match(input, slots) is { } filled && line.Right.Match(output, filled) is not null),
            (random, slots, input) => lines
                .Select(line => line.Left.Match(input, slots) is { } filled ? line.Right.Say(random, filled).Text : null)
                .FirstOrDefault(static output => output is not null))
        {
            IsMemorised = isMemorised,
        };
    }

    /// <summary>Inputs are the table's keys, outputs its values.</summary>
    public static TaskFamily Facts(string name, string phrasings, IReadOnlyDictionary<string, string> table)
    {
        ImmutableArray<string> keys = [.. table.Where(row => row.Key != row.Value).Select(row => row.Key).Order(StringComparer.Ordinal)];
        return new(
            name,
            Template.ParseLines(phrasings),
            (random, _, _) => Row(keys.At(random), key => table[key]),
            (_, input, output) => table.TryGetValue(input, out var known) && known == output,
            (_, _, input) => table.GetValueOrDefault(input))
        {
            IsMemorised = true,
        };
    }

    /// <summary>Inputs from templates, outputs computed; the solver gives null for an input it does not understand.</summary>
    public static TaskFamily Solved(
        string name, string phrasings, string inputs, Func<Slots, string, string?> solve, bool isMemorised = false)
    {
        var said = Template.ParseLines(inputs);
        return Solved(name, phrasings, (random, slots) => Any(said, random).Say(random, slots).Text, solve, isMemorised);
    }

    public static TaskFamily Solved(
        string name, string phrasings, Func<Random, Slots, string> input, Func<Slots, string, string?> solve, bool isMemorised = false) =>
        new(
            name,
            Template.ParseLines(phrasings),
            (random, slots, _) => Solve(input(random, slots), slots, solve, name),
            (slots, given, output) => solve(slots, given) == output,
            (_, slots, given) => solve(slots, given))
        {
            IsMemorised = isMemorised,
        };

    /// <summary>A table with several right answers to each key.</summary>
    public static TaskFamily Choices(string name, string phrasings, FrozenDictionary<string, ImmutableArray<string>> table)
    {
        ImmutableArray<string> keys = [.. table.Keys.Order(StringComparer.Ordinal)];
        return new(
            name,
            Template.ParseLines(phrasings),
            (random, _, _) => Row(keys.At(random), key => table[key].At(random)),
            (_, input, output) => table.TryGetValue(input, out var known) && known.Contains(output),
            (random, _, input) => table.TryGetValue(input, out var known) ? known.At(random) : null)
        {
            IsMemorised = true,
        };
    }

    /// <summary>No input; each line is a pattern of outputs.</summary>
    public static TaskFamily Written(string name, string phrasings, string outputs)
    {
        var lines = Template.ParseLines(outputs);
        return new(
            name,
            Template.ParseLines(phrasings),
            (random, slots, _) => new("", Any(lines, random).Say(random, slots).Text),
            (slots, input, output) => input.Length == 0 && lines.Any(line => line.Match(output, slots) is not null),
            (random, slots, input) => input.Length == 0 ? Any(lines, random).Say(random, slots).Text : null)
        {
            NeedsInput = false,
        };
    }

    /// <summary>No input; the output is written and judged by code.</summary>
    public static TaskFamily Written(
        string name, string phrasings, Func<Random, Slots, string> output, Func<Slots, string, bool> isRight) =>
        new(
            name,
            Template.ParseLines(phrasings),
            (random, slots, _) => new("", output(random, slots)),
            (slots, input, given) => input.Length == 0 && isRight(slots, given),
            (random, slots, input) => input.Length == 0 ? output(random, slots) : null)
        {
            NeedsInput = false,
        };

    /// <summary>A classification task; lines <c>label => input</c>.</summary>
    public static TaskFamily Labelled(string name, string phrasings, string lines, bool isMemorised = false)
    {
        var inputs = Template.Lines(lines).Select(Halves).ToLookup(half => half.Left, half => Template.Parse(half.Right));
        var byLabel = inputs.ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray());
        return new(
            name,
            Template.ParseLines(phrasings),
            (random, slots, label) => new(Any(byLabel[label!], random).Say(random, slots).Text, label!),
            (slots, input, output) => byLabel.TryGetValue(output, out var known) && known.Any(line => line.Match(input, slots) is not null),
            (_, slots, input) => inputs.FirstOrDefault(group => group.Any(line => line.Match(input, slots) is not null))?.Key)
        {
            Labels = [.. inputs.Select(group => group.Key)],
            IsMemorised = isMemorised,
        };
    }

    /// <summary>A classification task whose inputs are written for a label, and labelled again by the judge.</summary>
    public static TaskFamily Judged(
        string name,
        string phrasings,
        string labels,
        Func<Random, Slots, string, string> input,
        Func<Slots, string, string?> judge,
        bool isMemorised = false) =>
        new(
            name,
            Template.ParseLines(phrasings),
            (random, slots, label) => new(input(random, slots, label!), label!),
            (slots, given, output) => judge(slots, given) == output,
            (_, slots, given) => judge(slots, given))
        {
            Labels = [.. labels.Split('|')],
            IsMemorised = isMemorised,
        };

    /// <summary>A classification task over words sorted into groups, one a line: <c>label => word word</c>; <c>_</c> is a space.</summary>
    public static TaskFamily Grouped(string name, string phrasings, string groups)
    {
        var lines = Template.Lines(groups).Select(Halves)
            .Select(half => string.Join('\n', half.Right.Split(' ').Select(word => $"{half.Left} {Arrow} {word.Replace('_', ' ')}")));
        return Labelled(name, phrasings, string.Join('\n', lines), isMemorised: true);
    }

    static Instance Row(string key, Func<string, string> value) => new(key, value(key));

    static Template Any(ImmutableArray<Template> templates, Random random) => templates[random.Next(templates.Length)];

    static Instance Solve(string input, Slots slots, Func<Slots, string, string?> solve, string name) =>
        new(input, solve(slots, input) ?? throw new InvalidOperationException($"{name} cannot solve its own input '{input}'."));

    static ImmutableArray<(Template Left, Template Right)> SplitPairs(string pairs) =>
        [.. Template.Lines(pairs).Select(Halves).Select(half => (Template.Parse(half.Left), Template.Parse(half.Right)))];

    static (string Left, string Right) Halves(string line)
    {
        var at = line.IndexOf(Arrow, StringComparison.Ordinal);
        return at < 0
            ? throw new FormatException($"Line '{line}' lacks '{Arrow}'.")
            : (line[..at].Trim(), line[(at + Arrow.Length)..].Trim());
    }
}
