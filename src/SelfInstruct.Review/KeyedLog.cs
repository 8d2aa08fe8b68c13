using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SelfInstruct.Runs;

namespace SelfInstruct.Review;

/// <summary>
/// An append-only file whose lines have keys that clients made: a line is durable before its append returns, and stands
/// there once however often it is sent. Safe to call concurrently.
/// </summary>
sealed class KeyedLog<T> : IAsyncDisposable
{
    readonly Lock _turn = new();
    readonly JsonLinesLog _log;
    readonly JsonTypeInfo<T> _type;
    readonly Action<T> _fold;
    readonly Dictionary<string, Task> _saved = new(StringComparer.Ordinal);

    KeyedLog(JsonLinesLog log, JsonTypeInfo<T> type, Action<T> fold) => (_log, _type, _fold) = (log, type, fold);

    /// <param name="path">Its folder exists, and nobody else writes to it.</param>
    /// <param name="type">Of a line.</param>
    /// <param name="keyOf">Null for lines that others wrote.</param>
    /// <param name="fold">Told of every line, in the order of the file, one at a time.</param>
    /// <exception cref="InvalidDataException">A line is damaged.</exception>
    public static async Task<KeyedLog<T>> OpenAsync(string path, JsonTypeInfo<T> type, Func<T, string?> keyOf, Action<T> fold, CancellationToken cancellationToken)
    {
        var keyed = new KeyedLog<T>(JsonLinesLog.Open(path), type, fold);
        await foreach (var item in keyed._log.ReadAsync(type, cancellationToken).ConfigureAwait(false))
        {
            fold(item);
            if (keyOf(item) is { } key)
            {
                keyed._saved[key] = Task.CompletedTask;
            }
        }

        return keyed;
    }

    /// <summary>Runs under the turn of the appends.</summary>
    public TResult Read<TResult>(Func<TResult> read)
    {
        lock (_turn)
        {
            return read();
        }
    }

    /// <summary>Returns when the line is durable. The same key again: nothing more is written.</summary>
    /// <param name="key">Of the line.</param>
    /// <param name="make">The line, from what stands at that moment; may throw to refuse.</param>
    /// <exception cref="IOException">It is not durable; the file takes no more lines until the program is started again.</exception>
    public Task AppendAsync(string key, Func<T> make)
    {
        lock (_turn)
        {
            if (_saved.TryGetValue(key, out var before))
            {
                return before;
            }

            var item = make();

            // Handed over within the turn, so that the file and the fold have one order. Where the write fails the fold is ahead of
            // the file, and nothing more is taken: only a start anew goes on, from the file.
            var durable = _log.AppendAsync([new LogEntry(null, JsonSerializer.SerializeToUtf8Bytes(item, _type))], CancellationToken.None);
            _fold(item);
            return _saved[key] = durable;
        }
    }

    public ValueTask DisposeAsync() => _log.DisposeAsync();
}
