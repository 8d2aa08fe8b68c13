using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>Pages in use and free ones to use again. For one thread.</summary>
/// <param name="capacity">Pages at most; whoever rents has reserved, so that they never run out.</param>
sealed class CachePages(DecoderConfig config, int capacity = int.MaxValue)
{
    readonly Stack<CachePage> _free = new();

    /// <summary>Pages made so far.</summary>
    public int Count { get; private set; }

    public int Free => _free.Count;

    public CachePage Rent()
    {
        if (!_free.TryPop(out var page))
        {
            page = Count < capacity ? new(config) : throw new InvalidOperationException($"More than {capacity} cache pages are in use.");
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
