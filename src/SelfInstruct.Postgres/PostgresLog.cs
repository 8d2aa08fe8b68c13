using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using SelfInstruct.Runs;

namespace SelfInstruct.Postgres;

/// <summary>
/// The completions of a shared run. Entries of one key may come from two processes at once: the first stands, the other
/// is kept without a key, since it was paid for.
/// </summary>
sealed class PostgresLog : IRunLog
{
    readonly RunStore _store;
    readonly bool _isCounted;
    readonly Grouped<LogEntry> _writes;
    readonly Grouped<Search> _searches;
    readonly ConcurrentDictionary<string, bool> _taken = new(StringComparer.Ordinal);
    long _count;

    /// <param name="store">Of the run.</param>
    /// <param name="time">For pauses.</param>
    /// <param name="isCounted">False: what is there already is not read, only found by key.</param>
    public PostgresLog(RunStore store, TimeProvider time, bool isCounted)
    {
        (_store, _isCounted) = (store, isCounted);
        _writes = new Grouped<LogEntry>(WriteAsync, time);
        _searches = new Grouped<Search>(FindAsync, time);
    }

    public string Place => $"{_store.Address}, table completion";

    public long Count => Interlocked.Read(ref _count);

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!_isCounted)
        {
            yield break;
        }

        await using var command = _store.Database.CreateCommand("select json from completion order by tx, id");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            Interlocked.Increment(ref _count);
            yield return Encoding.UTF8.GetBytes(reader.GetString(0));
        }
    }

    public async Task AppendAsync(IReadOnlyCollection<LogEntry> entries, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.WhenAll(entries.Select(_writes.AddAsync)).ConfigureAwait(false);
        foreach (var entry in entries)
        {
            if (entry.Key is { } key && _taken.TryRemove(key, out _))
            {
                throw new KeyTakenException(key);
            }
        }
    }

    public async ValueTask<ReadOnlyMemory<byte>?> FindKeyAsync(string key, CancellationToken cancellationToken)
    {
        var search = new Search(key);
        await _searches.AddAsync(search).WaitAsync(cancellationToken).ConfigureAwait(false);

        // A null array would become memory that is empty, not absent.
        return search.Found is { } json ? (ReadOnlyMemory<byte>?)json : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _searches.DisposeAsync().ConfigureAwait(false);
        await _writes.DisposeAsync().ConfigureAwait(false);
    }

    async Task FindAsync(IReadOnlyList<Search> searches)
    {
        var found = await _store.Database.QueryAsync(
            "select key, json from completion where key = any($1)",
            static row => (Key: row.GetString(0), Json: row.GetString(1)),
            CancellationToken.None,
            (object)searches.Select(static search => search.Key).Distinct().ToArray()).ConfigureAwait(false);
        var byKey = found.ToDictionary(static one => one.Key, static one => Encoding.UTF8.GetBytes(one.Json), StringComparer.Ordinal);
        foreach (var search in searches)
        {
            search.Found = byKey.GetValueOrDefault(search.Key);
        }
    }

    // A repeated write, after an acknowledgement that was lost, finds its own entries and changes nothing.
    async Task WriteAsync(IReadOnlyList<LogEntry> entries)
    {
        string?[] keys = [.. entries.Select(static entry => entry.Key)];
        string[] texts = [.. entries.Select(static entry => Encoding.UTF8.GetString(entry.Json.Span))];
        var stored = await _store.Database.QueryAsync(
            "insert into completion(key, json) select key, json from unnest($1, $2) with ordinality as e(key, json, place) order by place on conflict (key) do nothing returning key",
            static row => row.GetString(0),
            CancellationToken.None,
            keys,
            texts).ConfigureAwait(false);
        if (stored.Count < entries.Count)
        {
            await KeepAsync(entries.Index().ExceptBy(stored, static entry => entry.Item.Key).Select(entry => (entry.Item.Key!, texts[entry.Index])).ToList()).ConfigureAwait(false);
        }

        Interlocked.Add(ref _count, entries.Count);
    }

    /// <summary>Answers whose key has another answer already. A statement of its own: only a new look sees what came first.</summary>
    async Task KeepAsync(List<(string Key, string Json)> late)
    {
        await _store.Database.ExecuteAsync(
            "insert into completion(key, json) select null, l.json from unnest($1, $2) as l(key, json) join completion c on c.key = l.key where c.json <> l.json",
            CancellationToken.None,
            late.Select(static entry => entry.Key).ToArray(),
            late.Select(static entry => entry.Json).ToArray()).ConfigureAwait(false);
        foreach (var (key, _) in late)
        {
            _taken[key] = true;
        }
    }

    /// <summary>Searches that come at once are one query.</summary>
    sealed class Search(string key)
    {
        public string Key => key;

        public byte[]? Found { get; set; }
    }
}
