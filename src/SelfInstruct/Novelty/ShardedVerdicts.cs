namespace SelfInstruct.Novelty;

/// <summary>Verdicts where the older texts lie in shards and the newer ones in one index, numbered after them.</summary>
public static class ShardedVerdicts
{
    /// <summary>
    /// Judges candidates in order, adding the novel ones to the newer texts: the verdicts are those of
    /// <see cref="NoveltyIndex.AddNovel"/> on one index over all.
    /// </summary>
    /// <param name="candidates">In order.</param>
    /// <param name="older">What the shards together say of each: a text above the threshold, or else its summed record.</param>
    /// <param name="newer">Texts since then; texts are added.</param>
    /// <param name="first">Number of the newer texts' first: how many lie in the shards.</param>
    /// <param name="most">How many to add; later ones that are novel get neither neighbour nor record.</param>
    public static PartialVerdict[] Judge(
        IReadOnlyList<string> candidates, IReadOnlyList<PartialVerdict> older, NoveltyIndex newer, int first, int most)
    {
        var verdicts = newer.AddUnlessNear(candidates, i => older[i].Above is not null, most);
        for (var i = 0; i < verdicts.Length; i++)
        {
            var above = Neighbour.Nearer(older[i].Above, Shift(verdicts[i].Above, first));
            var record = verdicts[i].Record is { } part ? PartialRecord.Sum([older[i].Record!, Shift(part, first)]) : null;
            verdicts[i] = new PartialVerdict(above, record);
        }

        return verdicts;
    }

    static PartialRecord Shift(PartialRecord part, int first) =>
        part with { Nearest = [.. part.Nearest.Select(one => Shift(one, first)!.Value)] };

    static Neighbour? Shift(Neighbour? near, int first) => near is { } one ? one with { Index = one.Index + first } : null;
}
