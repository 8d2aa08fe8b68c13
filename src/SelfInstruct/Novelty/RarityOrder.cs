namespace SelfInstruct.Novelty;

/// <summary>
/// A fixed order of words, rare first: by document frequency among the texts it was taken from, words seen later
/// before those, unknown ones first of all. Correct whatever the order; fast where the rare ones come first.
/// </summary>
sealed class RarityOrder(int[] ranks)
{
    public static RarityOrder OfArrival { get; } = new([]);

    public static RarityOrder ByFrequency(ReadOnlySpan<int> frequencies)
    {
        var keys = new long[frequencies.Length];
        for (var element = 0; element < keys.Length; element++)
        {
            keys[element] = ((long)frequencies[element] << 32) | (uint)element;
        }

        Array.Sort(keys);
        var ranks = new int[keys.Length];
        for (var rank = 0; rank < keys.Length; rank++)
        {
            ranks[(int)keys[rank]] = rank;
        }

        return new RarityOrder(ranks);
    }

    public long Bytes => ranks.Length * 4L;

    /// <param name="keys">Scratch, as long as the elements.</param>
    public void Sort(Span<int> elements, Span<long> keys)
    {
        for (var i = 0; i < elements.Length; i++)
        {
            keys[i] = ((long)Rank(elements[i]) << 32) | (uint)elements[i];
        }

        keys[..elements.Length].Sort();
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = (int)keys[i];
        }
    }

    int Rank(int element) =>
        element < 0 ? int.MinValue
        : element < ranks.Length ? ranks[element]
        : ranks.Length - 1 - element;
}
