namespace SelfInstruct.Novelty;

/// <summary>
/// The novelty rule (paper, section 2.2, "Filtering and Postprocessing"): a text's ROUGE-L to every text added so
/// far. Exact, at a cost that grows slower than the texts. docs/novelty.md has the proofs in short.
/// </summary>
/// <remarks>
/// One thread at a time may add (<see cref="Add"/>, <see cref="TryAdd(string)"/>, <see cref="AddNovel"/>). Meanwhile any
/// number of threads may ask (<see cref="IsNovel(string)"/>, <see cref="FindAbove"/>, <see cref="Record"/>,
/// <see cref="Count"/>): nobody waits, and each answer is exact for the texts that were there when the call began.
/// </remarks>
public sealed class NoveltyIndex : INearDuplicates
{
    readonly NoveltyOptions _options;
    readonly ThresholdTable _thresholds;
    readonly Vocabulary _vocabulary = new();
    readonly TextStore _store = new();
    readonly ScratchPool _scratch;
    readonly Query _stored = new();
    string[] _texts = [];
    PrefixIndex _prefixes;
    int _nextReorder;

    /// <exception cref="ArgumentException">Threshold outside [0, 1].</exception>
    public NoveltyIndex(NoveltyOptions options)
    {
        if (options.Threshold is not (>= 0 and <= 1))
        {
            throw new ArgumentException($"The threshold is {options.Threshold}; it must be in [0, 1].", nameof(options));
        }

        _options = options;
        _thresholds = new ThresholdTable(options.Threshold);
        _prefixes = new PrefixIndex(_thresholds, RarityOrder.OfArrival, [], pairLists: 1);
        _nextReorder = options.FirstReorder;
        _scratch = new ScratchPool(options.VectorBits);
    }

    public NoveltyIndex()
        : this(new NoveltyOptions())
    {
    }

    /// <summary>Texts added.</summary>
    public int Count => _store.Count;

    string INearDuplicates.Measure => "rouge-l";

    bool INearDuplicates.IsApproximate => false;

    /// <summary>Bytes of the parts: words of all texts, the index proper, the vocabulary; without the texts as strings.</summary>
    internal (long Words, long Index, long Vocabulary) Bytes => (_store.Bytes, Volatile.Read(ref _prefixes).Bytes, _vocabulary.Bytes);

    public void Add(string text)
    {
        using var scratch = _scratch.Rent();
        Begin(scratch.Query, text);
        Append(scratch.Query, text);
    }

    /// <summary>Adds a text unless it is above the threshold to another.</summary>
    /// <returns>Whether it was added.</returns>
    public bool TryAdd(string text)
    {
        using var scratch = _scratch.Rent();
        Begin(scratch.Query, text);
        scratch.Query.Search(_prefixes, stopsAtFirst: true);
        return TryAppend(scratch.Query, text);
    }

    /// <summary>The same for a text that <see cref="IsNovel(string, out int)"/> called novel: looks at the texts since then only.</summary>
    /// <param name="novelAmong">The texts it was compared with.</param>
    public bool TryAdd(string text, int novelAmong)
    {
        using var scratch = _scratch.Rent();
        Begin(scratch.Query, text);
        scratch.Query.SearchFrom(novelAmong);
        return TryAppend(scratch.Query, text);
    }

    /// <summary>Whether no text is above the threshold.</summary>
    public bool IsNovel(string text) => IsNovel(text, out _);

    /// <summary>Whether no text is above the threshold.</summary>
    /// <param name="among">How many texts it was compared with: for <see cref="TryAdd(string, int)"/>, when several threads ask ahead of the one that adds.</param>
    public bool IsNovel(string text, out int among)
    {
        using var scratch = _scratch.Rent();
        Begin(scratch.Query, text);
        among = scratch.Query.Limit;
        scratch.Query.Search(Volatile.Read(ref _prefixes), stopsAtFirst: true);
        return scratch.Query.Nearest < 0;
    }

    /// <summary>The nearest text (ties: the first added) that is above the threshold, or null if none is.</summary>
    public Similarity? FindAbove(string text)
    {
        using var scratch = _scratch.Rent();
        Begin(scratch.Query, text);
        return ToSimilarity(SearchNearest(scratch.Query));
    }

    /// <summary>As <see cref="FindAbove"/>, by number: the first added is 0.</summary>
    internal Neighbour? FindNeighbour(string text)
    {
        using var scratch = _scratch.Rent();
        Begin(scratch.Query, text);
        return SearchNearest(scratch.Query);
    }

    /// <summary>What these texts say of each candidate, many at once; nothing is added.</summary>
    internal List<PartialRecord> Measure(IReadOnlyList<string> candidates)
    {
        using var scratch = _scratch.Rent();
        List<PartialRecord> parts = new(candidates.Count);
        while (parts.Count < candidates.Count)
        {
            var drafts = scratch.Drafts(Math.Min(_options.BatchSize, candidates.Count - parts.Count));
            var limit = Count;
            for (var i = 0; i < drafts.Length; i++)
            {
                Begin(scratch.Query, candidates[parts.Count + i]);
                drafts[i].Begin(scratch.Query.Words, limit);
            }

            scratch.Scorer.Score(drafts, _store, _vocabulary, limit);
            foreach (var draft in drafts)
            {
                parts.Add(draft.ToPartial(scratch.Scorer.Lengths));
            }
        }

        return parts;
    }

    /// <summary>The ten nearest texts and the mean over all. One text at a time is slow: <see cref="AddNovel"/> does many at once.</summary>
    public NoveltyRecord Record(string text)
    {
        using var scratch = _scratch.Rent();
        Begin(scratch.Query, text);
        var drafts = scratch.Drafts(1);
        drafts[0].Begin(scratch.Query.Words, scratch.Query.Limit);
        scratch.Scorer.Score(drafts, _store, _vocabulary, scratch.Query.Limit);
        return drafts[0].ToPartial(scratch.Scorer.Lengths).ToRecord(TextOf);
    }

    /// <summary>
    /// Judges candidates in order, adding the novel ones: the verdicts are those of asking <see cref="FindAbove"/>,
    /// <see cref="Record"/> and <see cref="Add"/> for one after the other, at a fraction of the cost.
    /// </summary>
    /// <param name="candidates">In order.</param>
    /// <param name="most">How many to add; later ones that are novel get neither neighbour nor record.</param>
    public IReadOnlyList<NoveltyVerdict> AddNovel(IReadOnlyList<string> candidates, int most = int.MaxValue) =>
    [
        .. AddUnlessNear(candidates, static _ => false, most)
            .Select(verdict => new NoveltyVerdict(ToSimilarity(verdict.Above), verdict.Record?.ToRecord(TextOf))),
    ];

    /// <summary>As <see cref="AddNovel"/>, where other texts lie elsewhere and have been asked.</summary>
    /// <param name="candidates">In order.</param>
    /// <param name="isNearElsewhere">By place among the candidates: not to be added, whatever these texts say.</param>
    /// <param name="most">How many to add.</param>
    public PartialVerdict[] AddUnlessNear(IReadOnlyList<string> candidates, Func<int, bool> isNearElsewhere, int most)
    {
        using var scratch = _scratch.Rent();
        var verdicts = new PartialVerdict[candidates.Count];
        for (var (next, added) = (0, 0); next < candidates.Count;)
        {
            var first = Count;
            var drafts = scratch.Drafts(Math.Min(_options.BatchSize, candidates.Count - next));
            List<int> drafted = [];
            for (; next < candidates.Count && drafted.Count < drafts.Length; next++)
            {
                Begin(scratch.Query, candidates[next]);
                var above = SearchNearest(scratch.Query);
                verdicts[next] = new PartialVerdict(above, Record: null);
                if (above is null && added < most && !isNearElsewhere(next))
                {
                    added++;
                    Append(scratch.Query, candidates[next]);
                    drafts[drafted.Count].Begin(scratch.Query.Words, scratch.Query.Limit);
                    drafted.Add(next);
                }
            }

            scratch.Scorer.Score(drafts[..drafted.Count], _store, _vocabulary, first);
            for (var i = 0; i < drafted.Count; i++)
            {
                verdicts[drafted[i]] = new PartialVerdict(Above: null, drafts[i].ToPartial(scratch.Scorer.Lengths));
            }
        }

        return verdicts;
    }

    Task INearDuplicates.AddAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        foreach (var text in texts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Add(text);
        }

        return Task.CompletedTask;
    }

    Task<IReadOnlyList<bool>> INearDuplicates.TryAddAsync(IReadOnlyList<string> candidates, CancellationToken cancellationToken)
    {
        var added = new bool[candidates.Count];
        for (var i = 0; i < added.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            added[i] = TryAdd(candidates[i]);
        }

        return Task.FromResult<IReadOnlyList<bool>>(added);
    }

    /// <summary>The number of texts is read before the vocabulary and the index, which then cover at least those.</summary>
    void Begin(Query query, string text) => query.Begin(text, _options.Words, _vocabulary, _store, _thresholds, _store.Count);

    bool TryAppend(Query query, string text)
    {
        if (query.Nearest >= 0)
        {
            return false;
        }

        Append(query, text);
        return true;
    }

    Neighbour? SearchNearest(Query query)
    {
        query.Search(Volatile.Read(ref _prefixes), stopsAtFirst: false);
        return query.Nearest < 0 ? null : new Neighbour(query.Nearest, query.NearestScore);
    }

    Similarity? ToSimilarity(Neighbour? near) => near is { } one ? new Similarity(TextOf(one.Index), one.Score) : null;

    void Append(Query query, string text)
    {
        query.Intern();
        var id = _store.Add(query.Words, query.Signature);
        query.Sort(_prefixes.Order);
        _prefixes.Add(id, query.Elements);
        if (_options.KeepTexts)
        {
            KeepText(id, text);
        }

        _store.Publish();
        if (Count == _nextReorder)
        {
            Reorder();
        }
    }

    /// <summary>Builds the index anew, in the order of rarity that the texts have by now.</summary>
    void Reorder()
    {
        var isSplit = Count >= _options.SplitFrom;
        Volatile.Write(ref _prefixes, new PrefixIndexBuilder(_thresholds, _store, _vocabulary, _stored).Build(isSplit ? _options.LongList : int.MaxValue));
        _nextReorder = isSplit ? (int)Math.Min(Count * 2L, int.MaxValue) : (int)Math.Clamp(Count * 8L, Count + 1L, Math.Max(_options.SplitFrom, Count + 1));
    }

    void KeepText(int id, string text)
    {
        if (id == _texts.Length)
        {
            var texts = new string[Math.Max(64, id * 3 / 2)];
            _texts.CopyTo(texts, 0);
            Volatile.Write(ref _texts, texts);
        }

        _texts[id] = text;
    }

    string TextOf(int id) => _options.KeepTexts
        ? Volatile.Read(ref _texts)[id]
        : throw new InvalidOperationException($"This index only decides: it was made without {nameof(NoveltyOptions.KeepTexts)}.");
}
