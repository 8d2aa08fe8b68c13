namespace SelfInstruct.Novelty;

/// <summary>
/// Near-duplicates by the estimated Jaccard of texts' 3-shingles: MinHash sketches in locality-sensitive buckets.
/// Approximate; the cost of a text hardly depends on its length or on how many there are.
/// </summary>
public sealed class MinHashIndex : INearDuplicates
{
    const int SketchesPerBlock = 1024;

    readonly double _threshold;
    readonly int _width;
    readonly Banding _banding;
    readonly MinHashSketcher _sketcher;
    readonly ushort[] _sketch;
    readonly List<ushort[]> _blocks = [];

    /// <summary>Per bucket, the newest of its entries, plus one; 0 where there is none. Entry: sketch * bands + band.</summary>
    int[] _newest = new int[1024];

    /// <summary>Per entry, the one before it in its bucket, plus one.</summary>
    int[] _older = new int[512];

    int _sketches;

    /// <exception cref="ArgumentException">An option outside its range.</exception>
    public MinHashIndex(MinHashOptions options)
    {
        options.Validate();
        _threshold = options.Threshold;
        _width = options.HashFunctions;
        _banding = Banding.Choose(options);
        _sketcher = new MinHashSketcher(options);
        _sketch = new ushort[_width];
    }

    public MinHashIndex()
        : this(new MinHashOptions())
    {
    }

    public string Measure => "minhash";

    public bool IsApproximate => true;

    /// <summary>Texts added.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a text unless it is above the threshold to another; one without words never is.</summary>
    /// <returns>Whether it was added.</returns>
    /// <exception cref="InvalidOperationException">2^31 / bands texts are in: 100 million by default.</exception>
    public bool TryAdd(string text)
    {
        var hasWords = _sketcher.TrySketch(text, _sketch);
        if (hasWords && IsAboveAny())
        {
            return false;
        }

        Append(hasWords);
        return true;
    }

    public void Add(string text) => Append(_sketcher.TrySketch(text, _sketch));

    public Task AddAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        foreach (var text in texts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Add(text);
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<bool>> TryAddAsync(IReadOnlyList<string> candidates, CancellationToken cancellationToken)
    {
        var added = new bool[candidates.Count];
        for (var i = 0; i < added.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            added[i] = TryAdd(candidates[i]);
        }

        return Task.FromResult<IReadOnlyList<bool>>(added);
    }

    bool IsAboveAny()
    {
        for (var band = 0; band < _banding.Bands; band++)
        {
            for (var entry = _newest[Bucket(_sketch, band)]; entry > 0; entry = _older[entry - 1])
            {
                if (MinHashSketcher.Estimate(_sketch, Stored((entry - 1) / _banding.Bands)) > _threshold)
                {
                    return true;
                }
            }
        }

        return false;
    }

    void Append(bool hasWords)
    {
        Count++;
        if (hasWords)
        {
            Reserve();
            _sketch.CopyTo(Stored(_sketches));
            Link(_sketches++);
        }
    }

    Span<ushort> Stored(int sketch) => _blocks[sketch / SketchesPerBlock].AsSpan(sketch % SketchesPerBlock * _width, _width);

    /// <summary>Makes room for one more.</summary>
    void Reserve()
    {
        var entries = (_sketches + 1L) * _banding.Bands;
        if (entries > Array.MaxLength)
        {
            throw new InvalidOperationException($"{_sketches:N0} texts are all that an index of {_banding.Bands} bands holds. Raise {nameof(MinHashOptions.MissAtThreshold)} for fewer bands.");
        }

        if (_sketches % SketchesPerBlock == 0)
        {
            _blocks.Add(new ushort[SketchesPerBlock * _width]);
        }

        if (entries > _older.Length)
        {
            Array.Resize(ref _older, (int)Math.Min(entries * 3 / 2, Array.MaxLength));
        }

        if (entries > _newest.Length && _newest.Length < 1 << 30)
        {
            _newest = new int[_newest.Length * 2];
            for (var sketch = 0; sketch < _sketches; sketch++)
            {
                Link(sketch);
            }
        }
    }

    void Link(int sketch)
    {
        for (var band = 0; band < _banding.Bands; band++)
        {
            ref var newest = ref _newest[Bucket(Stored(sketch), band)];
            var entry = (sketch * _banding.Bands) + band;
            _older[entry] = newest;
            newest = entry + 1;
        }
    }

    /// <summary>Different bands may meet in a bucket: what is found there is compared anyway.</summary>
    int Bucket(ReadOnlySpan<ushort> sketch, int band)
    {
        var hash = (ulong)band;
        foreach (var value in sketch.Slice(band * _banding.Rows, _banding.Rows))
        {
            hash = Mix64.Of(unchecked((hash + value) * Mix64.Step));
        }

        return (int)(hash & (ulong)(_newest.Length - 1));
    }
}
