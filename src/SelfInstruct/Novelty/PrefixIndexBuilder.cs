namespace SelfInstruct.Novelty;

/// <summary>Indexes the texts of a store anew.</summary>
/// <param name="scratch">Overwritten.</param>
sealed class PrefixIndexBuilder(ThresholdTable thresholds, TextStore store, Vocabulary vocabulary, Query scratch)
{
    /// <summary>Entries of a text's words in long lists become this many pairs on average.</summary>
    const int PairsPerEntry = 4;

    /// <summary>Pairs a list holds when the texts have doubled and the index is built anew.</summary>
    const int PairsPerList = 7;

    /// <param name="longList">Entries above which a word's list is split by a second word.</param>
    public PrefixIndex Build(int longList)
    {
        var order = RarityOrder.ByFrequency(CountTexts());
        var entries = longList == int.MaxValue ? [] : CountEntries(order);
        var pairs = entries.Where(count => count > longList).Sum(static count => (long)count) * PairsPerEntry * 2;
        var lists = System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(pairs / PairsPerList, 1, 1 << 28));
        var index = new PrefixIndex(thresholds, order, [.. entries.Select(count => count > longList)], (int)lists);
        for (var id = 0; id < store.Count; id++)
        {
            Begin(id);
            scratch.Sort(order);
            index.Add(id, scratch.Elements);
        }

        return index;
    }

    /// <summary>Texts that have each word.</summary>
    int[] CountTexts()
    {
        var counts = new int[vocabulary.Count];
        for (var id = 0; id < store.Count; id++)
        {
            Begin(id);
            foreach (var element in scratch.Elements)
            {
                counts[element]++;
            }
        }

        return counts;
    }

    /// <summary>Texts that have each word among those that are indexed.</summary>
    int[] CountEntries(RarityOrder order)
    {
        var counts = new int[vocabulary.Count];
        for (var id = 0; id < store.Count; id++)
        {
            Begin(id);
            scratch.Sort(order);
            foreach (var element in scratch.Elements[..PrefixIndex.IndexedWords(thresholds, scratch.Elements.Length)])
            {
                counts[element]++;
            }
        }

        return counts;
    }

    void Begin(int id) => scratch.BeginStored(store.Words(store[id]), vocabulary);
}
