using System.Collections.Immutable;

namespace SelfInstruct.Miniature.Language;

/// <summary>
/// The words chosen for the open places of a template, in the order they were chosen: <c>{animal}</c> is <c>cow</c>.
/// <c>{animal2}</c> is another slot of the same kind, filled with another word.
/// </summary>
public sealed class Slots
{
    readonly ImmutableArray<KeyValuePair<string, string>> _values;

    Slots(ImmutableArray<KeyValuePair<string, string>> values) => _values = values;

    public static Slots None { get; } = new([]);

    /// <exception cref="KeyNotFoundException">The slot is not filled.</exception>
    public string this[string name] =>
        Find(name) ?? throw new KeyNotFoundException($"Slot {{{name}}} is not filled; filled are: {this}.");

    public string? Find(string name)
    {
        foreach (var (key, value) in _values)
        {
            if (key == name)
            {
                return value;
            }
        }

        return null;
    }

    public Slots With(string name, string value) => new(_values.Add(new(name, value)));

    /// <summary>Whether another slot of this kind holds the word already.</summary>
    public bool Holds(string kind, string value)
    {
        foreach (var (key, held) in _values)
        {
            if (held == value && KindOf(key).SequenceEqual(kind))
            {
                return true;
            }
        }

        return false;
    }

    public static ReadOnlySpan<char> KindOf(string name) => name.AsSpan().TrimEnd("0123456789");

    public override string ToString() => string.Join(", ", _values.Select(pair => $"{pair.Key}={pair.Value}"));
}
