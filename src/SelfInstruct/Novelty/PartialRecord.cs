using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace SelfInstruct.Novelty;

/// <summary>The sum of LCS with all texts of one length.</summary>
/// <param name="Length">Words of each.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LengthSum(int Length, long Shared);

/// <summary>What a part of the texts says of a candidate. Parts add up, exactly and in any order, to the record over all of them.</summary>
/// <param name="Words">Of the candidate.</param>
/// <param name="Texts">In this part.</param>
/// <param name="Nearest">The ten nearest that share a word, nearest first (ties: first added first).</param>
/// <param name="Sums">By length, ascending.</param>
public sealed record PartialRecord(int Words, int Texts, ImmutableArray<Neighbour> Nearest, ImmutableArray<LengthSum> Sums)
{
    /// <summary>Of disjoint parts.</summary>
    /// <exception cref="ArgumentException">No part, or parts of different candidates.</exception>
    public static PartialRecord Sum(IReadOnlyList<PartialRecord> parts)
    {
        if (parts is [var only])
        {
            return only;
        }

        var words = parts.Select(static part => part.Words).Distinct().ToList() is [var same]
            ? same
            : throw new ArgumentException("The parts are not of one candidate.", nameof(parts));
        SortedDictionary<int, long> sums = [];
        foreach (var (length, shared) in parts.SelectMany(static part => part.Sums))
        {
            sums[length] = sums.GetValueOrDefault(length) + shared;
        }

        var nearest = parts.SelectMany(static part => part.Nearest)
            .OrderByDescending(static one => one.Score)
            .ThenBy(static one => one.Index)
            .Take(NearestTen.Most);
        return new PartialRecord(words, parts.Sum(static part => part.Texts), [.. nearest], [.. sums.Select(static sum => new LengthSum(sum.Key, sum.Value))]);
    }

    /// <summary>Mean ROUGE-L to all texts.</summary>
    public double Mean()
    {
        var sum = 0.0;
        foreach (var (length, shared) in Sums)
        {
            sum += Words + length > 0 ? 2.0 * shared / ((double)Words + length) : 0;
        }

        return Texts > 0 ? sum / Texts : 0;
    }

    /// <summary>
    /// The ten nearest of texts numbered from 0. With fewer than ten that share a word, all of those are in: the rest
    /// are the first added of the others.
    /// </summary>
    public ImmutableArray<Neighbour> TenNearest()
    {
        var taken = Nearest.Select(static one => one.Index).ToHashSet();
        var others = Enumerable.Range(0, Texts).Where(id => !taken.Contains(id)).Select(static id => new Neighbour(id, 0));
        return [.. Nearest, .. others.Take(NearestTen.Most - Nearest.Length)];
    }

    /// <param name="textOf">Of each of <see cref="TenNearest"/>.</param>
    public NoveltyRecord ToRecord(Func<int, string> textOf)
    {
        Dictionary<string, double> nearest = new(NearestTen.Most);
        foreach (var (id, score) in TenNearest())
        {
            nearest.TryAdd(textOf(id), score);
        }

        return new NoveltyRecord(nearest, Mean());
    }
}

/// <summary>What texts in one place say of a candidate: near to one of them, or added with a record, or (both null) not wanted.</summary>
public sealed record PartialVerdict(Neighbour? Above, PartialRecord? Record)
{
    /// <param name="textOf">Of every number in it.</param>
    public NoveltyVerdict ToVerdict(Func<int, string> textOf) =>
        new(Above is { } near ? new Similarity(textOf(near.Index), near.Score) : null, Record?.ToRecord(textOf));
}
