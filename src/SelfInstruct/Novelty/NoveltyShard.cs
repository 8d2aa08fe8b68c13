using System.Collections.Immutable;

namespace SelfInstruct.Novelty;

/// <summary>
/// Every so-manieth of the texts: those with number ≡ <paramref name="shard"/> modulo <paramref name="shards"/>. What
/// the shards say of a candidate adds up to what one index over all would say. One thread at a time may add.
/// </summary>
/// <param name="options">The same for all shards.</param>
/// <param name="shard">In [0, shards).</param>
/// <param name="shards">At least one.</param>
public sealed class NoveltyShard(NoveltyOptions options, int shard, int shards)
{
    readonly NoveltyIndex _index = new(options with { KeepTexts = false });

    /// <summary>The number of the text to be added next; all smaller ones of this shard are there.</summary>
    public int Next => (_index.Count * shards) + shard;

    /// <param name="number">Must be <see cref="Next"/>: a gap would be a text that nothing is compared with.</param>
    /// <param name="text">Of that number.</param>
    public void Add(int number, string text)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(number, Next);
        _index.Add(text);
    }

    /// <summary>The nearest text above the threshold; null: none.</summary>
    public Neighbour? FindAbove(string candidate) => ToNumber(_index.FindNeighbour(candidate));

    /// <summary>This shard's part of each candidate's record.</summary>
    public ImmutableArray<PartialRecord> Measure(IReadOnlyList<string> candidates) =>
        [.. _index.Measure(candidates).Select(part => part with { Nearest = [.. part.Nearest.Select(one => ToNumber(one)!.Value)] })];

    Neighbour? ToNumber(Neighbour? local) => local is { } one ? one with { Index = (one.Index * shards) + shard } : null;
}
