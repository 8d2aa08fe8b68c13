namespace SelfInstruct.Novelty;

/// <summary>
/// LCS of a batch of candidates with every text: the ten nearest of each, and sums by length, from which the mean
/// follows exactly. The longest memory-bound pass of all; texts of one length lie together, candidates side by side
/// in registers.
/// </summary>
sealed class RecordScorer(int vectorBits)
{
    readonly LaneGroups _groups = new(vectorBits);
    readonly LaneRows _rows = new();
    readonly SubsequenceMatcher _matcher = new();
    readonly List<RecordDraft> _byLength = [];
    LengthClass[] _classes = new LengthClass[64];
    int[] _lengths = new int[64];
    int[] _classOf = [];
    int _count;

    /// <summary>Lengths of the texts, ascending; a draft's sums are in this order.</summary>
    public ReadOnlySpan<int> Lengths => _lengths.AsSpan(0, _count);

    /// <param name="limit">Texts below it are scored for all drafts, those at or above only for the drafts whose limit is higher.</param>
    public void Score(ReadOnlySpan<RecordDraft> drafts, TextStore store, Vocabulary vocabulary, int limit)
    {
        FindClasses(store);
        _byLength.Clear();
        foreach (var draft in drafts)
        {
            draft.ClearSums(_count);
            if (draft.Length > 0)
            {
                _byLength.Add(draft);
            }
        }

        _byLength.Sort(static (a, b) => a.Length.CompareTo(b.Length));
        var remaining = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_byLength);
        while (!remaining.IsEmpty)
        {
            var taken = remaining[0].Length > LaneGroups.MostWords
                ? ScoreAlone(remaining[0], store, vocabulary)
                : ScoreGroup(remaining, store, vocabulary, limit);
            remaining = remaining[taken..];
        }
    }

    int ScoreGroup(ReadOnlySpan<RecordDraft> drafts, TextStore store, Vocabulary vocabulary, int limit)
    {
        var taken = _groups.NextGroup(drafts, out var group);
        group.Begin(drafts[..taken], _rows, vocabulary.Count);
        var last = limit;
        foreach (var draft in drafts[..taken])
        {
            last = Math.Max(last, draft.Limit);
        }

        for (var id = limit; id < last; id++)
        {
            var words = store.Words(store[id]);
            if (!words.IsEmpty)
            {
                group.ScoreEarlier(id, words, _classOf[words.Length]);
            }
        }

        // Texts of a like length are the likeliest neighbours: with the ten high early, few later ones enter.
        var above = Lengths.BinarySearch(drafts[taken / 2].Length);
        above = above < 0 ? ~above : above;
        for (var below = above - 1; below >= 0 || above < _count;)
        {
            var scored = below < 0 || (above < _count && _lengths[above] - drafts[taken / 2].Length <= drafts[taken / 2].Length - _lengths[below]) ? above++ : below--;
            var ids = _classes[scored].IdsBelow(limit, out var words);
            if (!ids.IsEmpty)
            {
                group.Score(ids, words, _lengths[scored], scored);
            }
        }

        return taken;
    }

    /// <summary>A very long candidate.</summary>
    int ScoreAlone(RecordDraft draft, TextStore store, Vocabulary vocabulary)
    {
        _matcher.Begin(draft.Words, vocabulary.Count);
        for (var i = 0; i < _count; i++)
        {
            var ids = _classes[i].IdsBelow(draft.Limit, out var words);
            for (var k = 0; k < ids.Length; k++)
            {
                var shared = _matcher.Shared(words.Slice(k * _lengths[i], _lengths[i]));
                draft.AddShared(i, shared);
                draft.Offer(shared, _lengths[i], ids[k]);
            }
        }

        return 1;
    }

    void FindClasses(TextStore store)
    {
        var classes = store.Classes;
        if (_classOf.Length < classes.Length)
        {
            _classOf = new int[classes.Length];
            _classes = new LengthClass[classes.Length];
            _lengths = new int[classes.Length];
        }

        _count = 0;
        for (var n = 1; n < classes.Length; n++)
        {
            if (classes[n] is { } texts)
            {
                _classOf[n] = _count;
                (_classes[_count], _lengths[_count]) = (texts, n);
                _count++;
            }
        }
    }
}
