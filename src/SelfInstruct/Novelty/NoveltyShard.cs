using System.Collections.Immutable;

namespace SelfInstruct.Novelty;

/// <summary>
/// Some shards of all texts, in one index: those whose number modulo the number of shards is one of
/// <paramref name="parts"/>. What is said of a candidate over all shards adds up to what one index over all texts would
/// say. One thread at a time may add.
/// </summary>
/// <param name="options">The same for all shards.</param>
/// <param name="parts">Ascending, each in [0, shards).</param>
/// <param name="shards">Of how many.</param>
public sealed class NoveltyShard(NoveltyOptions options, ImmutableArray<int> parts, int shards)
{
    readonly NoveltyIndex _index = new(options with { KeepTexts = false });

    /// <summary>Which shards are in it.</summary>
    public ImmutableArray<int> Parts => parts;

    /// <summary>The number of the text to be added next; all smaller ones of these shards are there.</summary>
    public int Next => NumberOf(_index.Count);

    /// <param name="number">Must be <see cref="Next"/>: a gap would be a text that nothing is compared with.</param>
    /// <param name="text">Of that number.</param>
    public void Add(int number, string text)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(number, Next);
        _index.Add(text);
    }

    /// <summary>The nearest text above the threshold; null: none.</summary>
    public Neighbour? FindAbove(string candidate) => ToNumber(_index.FindNeighbour(candidate));

    /// <summary>These shards' part of each candidate's record.</summary>
    public ImmutableArray<PartialRecord> Measure(IReadOnlyList<string> candidates) =>
        [.. _index.Measure(candidates).Select(part => part with { Nearest = [.. part.Nearest.Select(one => ToNumber(one)!.Value)] })];

    int NumberOf(int local) => (local / parts.Length * shards) + parts[local % parts.Length];

    Neighbour? ToNumber(Neighbour? local) => local is { } one ? one with { Index = NumberOf(one.Index) } : null;
}
