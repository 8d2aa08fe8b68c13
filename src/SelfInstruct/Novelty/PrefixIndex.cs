using System.Numerics;

namespace SelfInstruct.Novelty;

/// <summary>
/// Finds the few texts that can be above the threshold. If an LCS of t words is needed, two texts share at least t
/// words; then, in any order of words, the first shared one is among the first m-t+1 of one and n-t+1 of the other
/// (t-1 shared ones follow it). So only these first words are indexed, and looked up, rare words first. Where
/// a word's list is long, pairs of a text's first words are indexed instead: the first two shared ones.
/// </summary>
sealed class PrefixIndex(ThresholdTable thresholds, RarityOrder order, bool[] isLong, int pairLists)
{
    // Most words have one posting; a list of pairs begins with half a cache line.
    readonly PostingLists _lists = new(lists: Math.Max(isLong.Length, 64), firstChunk: 2, growth: 4);
    readonly PostingLists _pairs = new(pairLists, firstChunk: 4, growth: 2);
    readonly int _pairShift = 64 - BitOperations.Log2((uint)Math.Max(pairLists, 2));

    public RarityOrder Order => order;

    public long Postings => _lists.Postings + _pairs.Postings;

    public long Bytes => _lists.Bytes + _pairs.Bytes + order.Bytes + isLong.Length;

    /// <summary>How many of a text's first words are indexed.</summary>
    public static int IndexedWords(ThresholdTable thresholds, int n) =>
        thresholds.LeastOfAny(n) is var least && least == ThresholdTable.Never ? 0 : n - least + 1;

    /// <param name="id">Above all added before.</param>
    /// <param name="elements">In <see cref="Order"/>.</param>
    public void Add(int id, ReadOnlySpan<int> elements)
    {
        var n = elements.Length;
        var indexed = IndexedWords(thresholds, n);

        // One shared word may be enough for short texts: pairs would miss them.
        var mayPair = indexed < n;
        for (var i = 0; i < indexed; i++)
        {
            if (mayPair && IsLong(elements[i]))
            {
                AddPairs(id, elements[..Math.Min(n, indexed + 1)], i, n);
            }
            else
            {
                _lists.Append(elements[i], Posting(id, n, n - i));
            }
        }
    }

    /// <summary>Shows the query each text that shares enough of its first words, more than once perhaps.</summary>
    public void Search(Query query)
    {
        var elements = query.Elements;
        var looked = IndexedWords(thresholds, elements.Length);
        var row = thresholds.Row(elements.Length);
        for (var i = 0; i < looked && !query.IsDone; i++)
        {
            if (elements[i] < 0)
            {
                continue;
            }

            SearchList(query, elements[i], row, elements.Length - i);
            for (var k = i + 1; IsLong(elements[i]) && k <= looked && k < elements.Length && !query.IsDone; k++)
            {
                if (elements[k] >= 0)
                {
                    SearchPairs(query, Hash(elements[i], elements[k]), row, elements.Length - (k - 1));
                }
            }
        }
    }

    void SearchList(Query query, int element, short[] row, int left)
    {
        var (limit, longest) = (PostingLists.Limit(query.Limit), row.Length - 1);
        var possible = query.Possible;
        for (var chunk = _lists.Begin(element); !chunk.IsEmpty && !query.IsDone;)
        {
            var (i, posting, count) = (0, chunk[0], 0);
            for (; PostingLists.IsBelow(posting, limit); posting = chunk[++i])
            {
                var n = Math.Min((int)(posting >> 16) & ushort.MaxValue, longest);

                // Counted, not branched upon: which postings pass cannot be predicted.
                possible[count] = posting;
                count += row[n] <= Math.Min((int)posting & ushort.MaxValue, left) ? 1 : 0;
            }

            foreach (var passed in possible[..count])
            {
                var n = (int)(passed >> 16) & ushort.MaxValue;
                query.Meet((int)(passed >> 32), n == ushort.MaxValue ? null : n);
            }

            chunk = _lists.After(in chunk[i]);
        }
    }

    void SearchPairs(Query query, ulong hash, short[] row, int left)
    {
        var (limit, tag) = (PostingLists.Limit(query.Limit), (ushort)hash);
        for (var chunk = _pairs.Begin((int)(hash >> _pairShift)); !chunk.IsEmpty && !query.IsDone;)
        {
            var (i, posting) = (0, chunk[0]);
            for (; PostingLists.IsBelow(posting, limit); posting = chunk[++i])
            {
                var n = (int)(posting >> 8) & byte.MaxValue;
                if ((ushort)(posting >> 16) == tag && (n == byte.MaxValue || row[n] <= Math.Min((int)posting & byte.MaxValue, left)))
                {
                    query.Meet((int)(posting >> 32), n == byte.MaxValue ? null : n);
                }
            }

            chunk = _pairs.After(in chunk[i]);
        }
    }

    void AddPairs(int id, ReadOnlySpan<int> firstElements, int i, int n)
    {
        for (var k = i + 1; k < firstElements.Length; k++)
        {
            // The second shared word is at most one place further: k - 1 takes the first one's bound.
            var hash = Hash(firstElements[i], firstElements[k]);
            var posting = ((ulong)(uint)id << 32) | ((ulong)(ushort)hash << 16)
                | (uint)(Math.Min(n, byte.MaxValue) << 8) | (uint)Math.Min(n - (k - 1), byte.MaxValue);
            _pairs.Append((int)(hash >> _pairShift), posting);
        }
    }

    bool IsLong(int element) => element < isLong.Length && isLong[element];

    /// <param name="left">Words from this one to the last in the order: what can still be shared.</param>
    static ulong Posting(int id, int n, int left) =>
        ((ulong)(uint)id << 32) | ((ulong)Math.Min(n, ushort.MaxValue) << 16) | (uint)Math.Min(left, ushort.MaxValue);

    /// <summary>List number in the high bits, tag in the low ones.</summary>
    static ulong Hash(int first, int second)
    {
        var hash = (((ulong)(uint)first << 32) | (uint)second) * 0x9E3779B97F4A7C15;
        hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93;
        return hash ^ (hash >> 32);
    }
}
