using System.Text.Json.Serialization.Metadata;

namespace SelfInstruct.Runs;

/// <summary>
/// Appends that need not be durable one by one, because they can be made again from what is: they share an fsync.
/// Their order is kept. Not thread-safe.
/// </summary>
sealed class AppendQueue(IRunLog log)
{
    const int MostWaiting = 256;

    readonly Queue<Task> _waiting = [];

    public async Task AddAsync<T>(T item, JsonTypeInfo<T> type)
    {
        if (_waiting.Count == MostWaiting)
        {
            await _waiting.Dequeue().ConfigureAwait(false);
        }

        _waiting.Enqueue(log.AppendAsync(item, type, null, CancellationToken.None));
    }

    /// <summary>Returns when all are durable.</summary>
    public async Task FlushAsync()
    {
        await Task.WhenAll(_waiting).ConfigureAwait(false);
        _waiting.Clear();
    }
}
