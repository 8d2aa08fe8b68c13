namespace SelfInstruct.Novelty;

/// <summary>A text being judged, and the memory that judging takes: used again, so that a query allocates nothing.</summary>
sealed class Query
{
    const int RecentlyMet = 1024;

    readonly WordBuffer _buffer = new();
    readonly SubsequenceMatcher _matcher = new();

    /// <summary>Text last met at a place, with the query's number above it: the same one from a further list is skipped at once.</summary>
    readonly long[] _met = new long[RecentlyMet];
    readonly ulong[] _possible = new ulong[PostingLists.LargestChunk];
    int[] _words = new int[64];
    int[] _elements = new int[64];
    long[] _keys = new long[64];
    int _length;
    int _number;
    bool _isMatching;
    ulong _signature;
    bool _stopsAtFirst;
    TextStore _store = null!;
    ThresholdTable _thresholds = null!;
    Vocabulary _vocabulary = null!;

    /// <summary>Texts below this are compared.</summary>
    public int Limit { get; private set; }

    /// <summary>Ids in the order of the text, -1 where unknown.</summary>
    public ReadOnlySpan<int> Words => _words.AsSpan(0, _length);

    /// <summary>Ids of words and their further occurrences, -1 where unknown; sorted by <see cref="Sort"/>.</summary>
    public ReadOnlySpan<int> Elements => _elements.AsSpan(0, _length);

    public ulong Signature => _signature;

    /// <summary>Scratch for the postings of a chunk.</summary>
    public Span<ulong> Possible => _possible;

    /// <summary>-1 while nothing above the threshold was met.</summary>
    public int Nearest { get; private set; }

    public double NearestScore { get; private set; }

    public bool IsDone => _stopsAtFirst && Nearest >= 0;

    /// <param name="limit">Read from the store before anything else.</param>
    public void Begin(ReadOnlySpan<char> text, WordSplitter splitter, Vocabulary vocabulary, TextStore store, ThresholdTable thresholds, int limit)
    {
        (_vocabulary, _store, _thresholds, Limit) = (vocabulary, store, thresholds, limit);
        (_isMatching, Nearest, NearestScore) = (false, -1, 0);
        _number = _number == int.MaxValue ? 1 : _number + 1;
        _buffer.Clear();
        splitter.Split(text, _buffer);
        Reserve(_buffer.Count);
        for (var i = 0; i < _length; i++)
        {
            _words[i] = vocabulary.Find(_buffer[i]);
        }

        FillElements(Words, _elements, vocabulary, static (vocabulary, id) => vocabulary.FindAgain(id));
        _signature = TextStore.SignatureOf(Elements);
    }

    /// <summary>Gives ids to what was unknown. Only the thread that adds may.</summary>
    public void Intern()
    {
        for (var i = 0; i < _length; i++)
        {
            _words[i] = _words[i] < 0 ? _vocabulary.Intern(_buffer[i]) : _words[i];
        }

        FillElements(Words, _elements, _vocabulary, static (vocabulary, id) => vocabulary.InternAgain(id));
        _signature = TextStore.SignatureOf(Elements);
    }

    /// <summary>Of a stored text.</summary>
    public void BeginStored(ReadOnlySpan<int> words, Vocabulary vocabulary)
    {
        Reserve(words.Length);
        words.CopyTo(_words);
        FillElements(words, _elements, vocabulary, static (vocabulary, id) => vocabulary.FindAgain(id));
    }

    public void Sort(RarityOrder order) => order.Sort(_elements.AsSpan(0, _length), _keys);

    public void Search(PrefixIndex index, bool stopsAtFirst)
    {
        _stopsAtFirst = stopsAtFirst;
        Sort(index.Order);
        index.Search(this);
    }

    /// <summary>Compares with every text from one on, until one is above the threshold.</summary>
    public void SearchFrom(int first)
    {
        _stopsAtFirst = true;
        for (var id = first; id < Limit && !IsDone; id++)
        {
            Meet(id, length: null);
        }
    }

    /// <summary>Compares with a text that may be above the threshold.</summary>
    /// <param name="length">Its words, null where the posting cannot say.</param>
    public void Meet(int id, int? length)
    {
        var n = length ?? _store[id].Length;
        var least = _thresholds.Least(_length, n);
        if (least == ThresholdTable.Never || !TextStore.CanShare(least, _signature, _length, _store.Signature(id), n) || IsDone)
        {
            return;
        }

        ref var met = ref _met[id & (RecentlyMet - 1)];
        var meeting = ((long)_number << 32) | (uint)id;
        if (met != meeting)
        {
            met = meeting;
            Compare(id, least);
        }
    }

    void Compare(int id, int least)
    {
        var text = _store[id];
        if (!_isMatching)
        {
            _matcher.Begin(Words, _vocabulary.Count);
            _isMatching = true;
        }

        var shared = _matcher.Shared(_store.Words(text));
        if (shared < least)
        {
            return;
        }

        var score = RougeL.FMeasure(shared, _length, text.Length);
        if (score > NearestScore || (score == NearestScore && id < Nearest))
        {
            (Nearest, NearestScore) = (id, score);
        }
    }

    void Reserve(int length)
    {
        _length = length;
        if (length > _words.Length)
        {
            _words = new int[length * 2];
            _elements = new int[length * 2];
            _keys = new long[length * 2];
        }
    }

    /// <summary>A word's k-th occurrence is an element of its own.</summary>
    static void FillElements(ReadOnlySpan<int> words, Span<int> elements, Vocabulary vocabulary, Func<Vocabulary, int, int> again)
    {
        for (var i = 0; i < words.Length; i++)
        {
            var earlier = words[i] < 0 ? -1 : words[..i].LastIndexOf(words[i]);
            elements[i] = earlier < 0 ? words[i] : elements[earlier] < 0 ? -1 : again(vocabulary, elements[earlier]);
        }
    }
}
