namespace SelfInstruct.LocalModels.Inference;

/// <summary>A completion in a thread's batch, with what the model keeps of it.</summary>
sealed class Sequence(Generation generation, CachePages pages, PrefixCache prefixes) : IDisposable
{
    PrefixCache.Node? _prefix = prefixes.Root;
    int _added;

    public Generation Generation => generation;

    public SequenceCache Cache { get; } = new(pages);

    /// <summary>Tokens not yet computed: the rest of the prompt, or the token just drawn.</summary>
    public int Pending => generation.Tokens.Length - Cache.Length;

    /// <summary>Takes over what is known of the prompt, page by page; the last token is always left to compute.</summary>
    public void ReusePrefix()
    {
        while (_prefix is not null && Cache.Length % CachePage.Positions == 0
            && Cache.Length + CachePage.Positions < generation.PromptLength
            && prefixes.Follow(_prefix, PageTokens(Cache.Length)) is { } known)
        {
            Cache.Attach(known.Page!);
            _prefix = known;
        }
    }

    /// <summary>Adds the rows of up to <paramref name="most"/> pending tokens.</summary>
    /// <returns>Whether the last of them wants logits: then the next token is to be drawn.</returns>
    public bool AddRows(List<DecoderRow> rows, int most)
    {
        var tokens = generation.Tokens;
        var end = Math.Min(tokens.Length, Cache.Length + most);
        for (var position = Cache.Length; position < end; position++)
        {
            rows.Add(new(Cache, position, tokens[position], WantsLogits: position == tokens.Length - 1));
        }

        _added = end - Cache.Length;
        return end == tokens.Length;
    }

    /// <summary>The rows added last are computed; full pages of the prompt are shared.</summary>
    public void Advance()
    {
        var first = Cache.Length / CachePage.Positions;
        Cache.Advance(_added);
        _added = 0;
        for (var page = first; (page + 1) * CachePage.Positions <= Math.Min(Cache.Length, generation.PromptLength); page++)
        {
            Share(page);
        }
    }

    public void Dispose() => Cache.Dispose();

    void Share(int page)
    {
        _prefix = _prefix is null ? null : prefixes.Add(_prefix, PageTokens(page * CachePage.Positions), Cache.Pages[page]);
        if (_prefix is not null)
        {
            Cache.Replace(page, _prefix.Page!);
        }
    }

    ReadOnlySpan<int> PageTokens(int start) => generation.Tokens.Slice(start, CachePage.Positions);
}
