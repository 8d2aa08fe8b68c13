namespace SelfInstruct.LocalModels.Inference;

/// <summary>Keys and values of one sequence, position by position. For one thread.</summary>
sealed class SequenceCache(CachePages pages) : IDisposable
{
    readonly List<CachePage> _pages = [];

    /// <summary>Positions filled.</summary>
    public int Length { get; private set; }

    public IReadOnlyList<CachePage> Pages => _pages;

    public CachePage PageOf(int position) => _pages[position / CachePage.Positions];

    /// <summary>Makes room for positions up to <paramref name="length"/>, exclusive.</summary>
    public void Reserve(int length)
    {
        while (_pages.Count * CachePage.Positions < length)
        {
            _pages.Add(pages.Rent());
        }
    }

    /// <summary>Says that <paramref name="positions"/> more are filled.</summary>
    public void Advance(int positions) => Length += positions;

    /// <summary>Goes on with a page that others filled; only where a page begins.</summary>
    public void Attach(CachePage page)
    {
        _pages.Add(page);
        Length += CachePage.Positions;
    }

    /// <summary>Reads the same contents from another page from now on.</summary>
    public void Replace(int index, CachePage page) => _pages[index] = page;

    /// <summary>Gives the pages back.</summary>
    public void Dispose()
    {
        _pages.ForEach(pages.Release);
        _pages.Clear();
        Length = 0;
    }
}
