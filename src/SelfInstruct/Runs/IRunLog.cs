namespace SelfInstruct.Runs;

/// <summary>
/// An append-only, ordered sequence of JSON objects with one writer. It is the truth of a run: the pool, the counts
/// and the place to continue at are folds of it. Safe to call concurrently.
/// </summary>
public interface IRunLog : IAsyncDisposable
{
    /// <summary>Where it lies, for errors; no secret.</summary>
    string Place { get; }

    /// <summary>Durable entries.</summary>
    long Count { get; }

    /// <summary>The durable entries, in order, each one JSON object in UTF-8 without its line feed; valid until the next is asked for.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Returns when all entries are durable; they stand together, in this order.</summary>
    /// <param name="entries">May be empty.</param>
    /// <param name="cancellationToken">Ends the wait to be taken in, not the write once it is under way.</param>
    /// <exception cref="IOException">They are not durable, and none of them will be read.</exception>
    /// <exception cref="KeyTakenException">They are durable; but another writer's entry of a key came first, and stands.</exception>
    Task AppendAsync(IReadOnlyCollection<LogEntry> entries, CancellationToken cancellationToken);

    /// <summary>The first durable entry of that key; null: none.</summary>
    ValueTask<ReadOnlyMemory<byte>?> FindKeyAsync(string key, CancellationToken cancellationToken);
}

/// <param name="Key">What <see cref="IRunLog.FindKeyAsync"/> finds it by; null: by nothing.</param>
/// <param name="Json">One object, UTF-8, without a line feed.</param>
public readonly record struct LogEntry(string? Key, ReadOnlyMemory<byte> Json);

/// <summary>Where a log has several writers: another's entry of this key came first. Ours is kept, and found by no key.</summary>
public sealed class KeyTakenException(string key) : Exception($"{key} was recorded by another writer first.")
{
    public string Key => key;
}
