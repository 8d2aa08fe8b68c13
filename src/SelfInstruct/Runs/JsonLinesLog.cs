using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using SelfInstruct.Tasks;

namespace SelfInstruct.Runs;

/// <summary>
/// An append-only file of JSON lines. What an append has returned for is on the disk and survives
/// kill -9; lines that arrive together share one fsync. One writer at a time.
/// </summary>
public sealed class JsonLinesLog<T> : IAsyncDisposable
{
    readonly FileStream _file;
    readonly JsonTypeInfo<T> _type;
    readonly Channel<Entry> _entries = Channel.CreateBounded<Entry>(1024);
    readonly Task _writing;

    /// <summary>Opens or creates; a last line without its line feed was torn by a crash and is cut off.</summary>
    /// <exception cref="InvalidDataException">A line that is whole but not a <typeparamref name="T"/>.</exception>
    /// <param name="path">Its folder exists.</param>
    /// <param name="type">How a line is written.</param>
    /// <param name="recover">Given each line that is there; null: they are kept in <see cref="Recovered"/>.</param>
    public JsonLinesLog(string path, JsonTypeInfo<T> type, Action<T>? recover = null)
    {
        _type = type;
        TornTail.Cut(path);
        foreach (var (_, line) in File.Exists(path) ? JsonLines.Read(path, type) : [])
        {
            (recover ?? Recovered.Add)(line);
        }

        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        _writing = WriteAsync();
    }

    /// <summary>What the file held when it was opened.</summary>
    public List<T> Recovered { get; } = [];

    /// <summary>Returns when the line is durable.</summary>
    public Task AppendAsync(T item, CancellationToken cancellationToken) => AppendAsync([item], cancellationToken);

    /// <summary>Returns when all lines are durable; they stand together, in this order.</summary>
    public async Task AppendAsync(IReadOnlyCollection<T> items, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
        {
            return;
        }

        var entry = new Entry([.. items.SelectMany(item => JsonLines.ToLine(item, _type))], new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await _entries.Writer.WriteAsync(entry, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException e)
        {
            throw new IOException($"{_file.Name}: can no longer be written.", e);
        }

        // Not cancellable from here: the line is on its way to the disk, and the caller must know it got there.
        await entry.Durable.Task.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _entries.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
    }

    async Task WriteAsync()
    {
        try
        {
            while (await _entries.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                WriteWaiting();
            }
        }
        finally
        {
            // Only when the file cannot even be cut back: nobody may wait for a writer that is gone.
            _entries.Writer.TryComplete();
            while (_entries.Reader.TryRead(out var entry))
            {
                entry.Durable.TrySetException(new IOException($"{_file.Name}: can no longer be written."));
            }
        }
    }

    void WriteWaiting()
    {
        List<TaskCompletionSource> waiting = [];
        var durableLength = _file.Position;
        try
        {
            while (_entries.Reader.TryRead(out var entry))
            {
                waiting.Add(entry.Durable);
                _file.Write(entry.Bytes);
            }

            _file.Flush(flushToDisk: true);
            waiting.ForEach(static durable => durable.SetResult());
        }
        catch (IOException e)
        {
            // A full disk: everyone who waits for a line is told, and half a line must not stay in front of the next.
            waiting.ForEach(durable => durable.TrySetException(new IOException($"{_file.Name}: {e.Message}", e)));
            _file.SetLength(durableLength);
            _file.Position = durableLength;
        }
    }

    readonly record struct Entry(byte[] Bytes, TaskCompletionSource Durable);
}
