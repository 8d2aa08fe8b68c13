using System.Collections.Immutable;

namespace SelfInstruct.Novelty;

/// <summary>A record being made of one candidate.</summary>
sealed class RecordDraft
{
    int[] _words = new int[64];
    long[] _shared = new long[64];

    /// <summary>Its words.</summary>
    public ReadOnlySpan<int> Words => _words.AsSpan(0, Length);

    public int Length { get; private set; }

    /// <summary>It is compared with the texts below this.</summary>
    public int Limit { get; private set; }

    public NearestTen Nearest { get; } = new();

    public void Begin(ReadOnlySpan<int> words, int limit)
    {
        _words = words.Length <= _words.Length ? _words : new int[words.Length * 2];
        words.CopyTo(_words);
        (Length, Limit) = (words.Length, limit);
        Nearest.Clear();
    }

    /// <param name="classes">Lengths that occur.</param>
    public void ClearSums(int classes)
    {
        _shared = classes <= _shared.Length ? _shared : new long[classes * 2];
        _shared.AsSpan(0, classes).Clear();
    }

    /// <summary>Adds to the sum of LCS over the texts of one length. Integers: no order of adding changes the mean.</summary>
    public void AddShared(int lengthClass, long shared) => _shared[lengthClass] += shared;

    public void Offer(int shared, int n, int id) => Nearest.Offer(RougeL.FMeasure(shared, Length, n), id);

    /// <summary>The largest LCS with a text of n words that surely does not enter the ten.</summary>
    public int TooFew(int n)
    {
        // F is 2·LCS/(m+n) but for rounding, which the margin covers.
        var needed = (int)Math.Ceiling((Nearest.Worst * ((double)Length + n) / 2) - 1e-6);
        return Math.Clamp(needed - 1, 0, Length);
    }

    /// <param name="lengths">By class, ascending.</param>
    public PartialRecord ToPartial(ReadOnlySpan<int> lengths)
    {
        var sums = ImmutableArray.CreateBuilder<LengthSum>(lengths.Length);
        for (var i = 0; i < lengths.Length; i++)
        {
            if (_shared[i] > 0)
            {
                sums.Add(new LengthSum(lengths[i], _shared[i]));
            }
        }

        return new PartialRecord(Length, Limit, Nearest.ToNeighbours(), sums.ToImmutable());
    }
}
