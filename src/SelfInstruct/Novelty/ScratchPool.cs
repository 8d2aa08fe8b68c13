namespace SelfInstruct.Novelty;

/// <summary>Working memory of a call.</summary>
sealed class Scratch(ScratchPool pool, int vectorBits) : IDisposable
{
    RecordDraft[] _drafts = [];

    public Query Query { get; } = new();

    public RecordScorer Scorer => field ??= new RecordScorer(vectorBits);

    public Span<RecordDraft> Drafts(int count)
    {
        if (_drafts.Length < count)
        {
            _drafts = [.. _drafts, .. Enumerable.Range(_drafts.Length, count - _drafts.Length).Select(static _ => new RecordDraft())];
        }

        return _drafts.AsSpan(0, count);
    }

    public void Dispose() => pool.Return(this);
}

/// <summary>Working memory to be used again, one for each call under way. A few are kept.</summary>
sealed class ScratchPool(int vectorBits)
{
    readonly Scratch?[] _spare = new Scratch?[16];

    public Scratch Rent()
    {
        for (var i = 0; i < _spare.Length; i++)
        {
            if (_spare[i] is not null && Interlocked.Exchange(ref _spare[i], null) is { } scratch)
            {
                return scratch;
            }
        }

        return new Scratch(this, vectorBits);
    }

    public void Return(Scratch scratch)
    {
        for (var i = 0; i < _spare.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _spare[i], scratch, null) is null)
            {
                return;
            }
        }
    }
}
