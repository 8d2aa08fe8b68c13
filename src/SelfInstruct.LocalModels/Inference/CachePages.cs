using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>Pages in use and free ones to use again. For one thread.</summary>
sealed class CachePages(DecoderConfig config)
{
    readonly Stack<CachePage> _free = new();

    /// <summary>Pages made so far.</summary>
    public int Count { get; private set; }

    public int Free => _free.Count;

    public CachePage Rent()
    {
        if (!_free.TryPop(out var page))
        {
            page = new(config);
            Count++;
        }

        page.Users = 1;
        return page;
    }

    public void Release(CachePage page)
    {
        if (--page.Users == 0)
        {
            _free.Push(page);
        }
    }
}
