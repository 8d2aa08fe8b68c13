using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace SelfInstruct.Runs;

/// <summary>
/// A log that is a file of JSON lines. What an append has returned for is on the disk and survives kill -9; entries
/// that arrive together share one write and one fsync.
/// </summary>
public sealed class JsonLinesLog : IRunLog
{
    const int LargestBatch = 8 << 20;

    readonly FileStream _file;
    readonly FileStream? _hold;
    readonly ConcurrentDictionary<string, Span> _keys = new(StringComparer.Ordinal);
    readonly Channel<Append> _waiting = Channel.CreateBounded<Append>(new BoundedChannelOptions(4096) { SingleReader = true });
    readonly ArrayBufferWriter<byte> _batch = new();
    readonly Task _writing;
    long _count;

    JsonLinesLog(FileStream file, FileStream? hold)
    {
        (_file, _hold) = (file, hold);
        _writing = WriteAsync();
    }

    public string Place => _file.Name;

    public long Count => Interlocked.Read(ref _count);

    /// <summary>Opens or creates. A last line without its line feed was torn by a crash and is cut off.</summary>
    /// <param name="path">Its folder exists.</param>
    /// <param name="keyField">The field of each line that it is found by; null: none is.</param>
    public static JsonLinesLog Open(string path, string? keyField = null) => Open(path, keyField, hold: null);

    /// <summary>As <see cref="Open(string, string)"/>, for a file in no folder that is locked as a whole: no other process opens it so meanwhile.</summary>
    /// <exception cref="InvalidDataException">Another process has it.</exception>
    public static JsonLinesLog OpenAlone(string path, string? keyField = null)
    {
        // The log itself cannot bear the lock: it would keep readers out too.
        var place = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetFileName(path)}.lock");
        FileStream? hold = null;
        JsonLinesLog? log = null;
        try
        {
            hold = new FileStream(place, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return log = Open(path, keyField, hold);
        }
        catch (IOException e) when (hold is null)
        {
            throw new InvalidDataException($"{path}: cannot be opened for writing: {e.Message} If another process is at work there, wait for it to end; else give another place.", e);
        }
        finally
        {
            if (log is null)
            {
                hold?.Dispose();
            }
        }
    }

    static JsonLinesLog Open(string path, string? keyField, FileStream? hold)
    {
        TornTail.Cut(path);
        var isNew = !File.Exists(path);
        var log = new JsonLinesLog(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0), hold);
        if (isNew)
        {
            FolderSync.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }

        var key = keyField is null ? null : new KeyField(keyField);
        foreach (var line in LineReader.Read(path))
        {
            log._count++;
            if (key?.Find(line.Json.Span) is { } found)
            {
                log._keys.TryAdd(found, new Span(line.Offset, line.Json.Length));
            }
        }

        return log;
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var line in LineReader.Read(_file.Name))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return line.Json;
        }
    }

    public async Task AppendAsync(IReadOnlyCollection<LogEntry> entries, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
        {
            return;
        }

        var append = new Append(entries, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await _waiting.Writer.WriteAsync(append, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException e)
        {
            throw new IOException($"{Place}: can no longer be written.", e);
        }

        // Not cancellable from here: the lines are on their way to the disk, and the caller must know they got there.
        await append.Durable.Task.ConfigureAwait(false);
    }

    public ValueTask<ReadOnlyMemory<byte>?> FindKeyAsync(string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_keys.TryGetValue(key, out var span) ? Read(span) : null);
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        try
        {
            await _writing.ConfigureAwait(false);
        }
        finally
        {
            await _file.DisposeAsync().ConfigureAwait(false);
            _hold?.Dispose();
        }
    }

    ReadOnlyMemory<byte>? Read(Span span)
    {
        var json = new byte[span.Length];
        using var file = File.OpenHandle(_file.Name, share: FileShare.ReadWrite);
        for (var read = 0; read < json.Length;)
        {
            var more = RandomAccess.Read(file, json.AsSpan(read), span.Offset + read);
            read += more > 0 ? more : throw new InvalidDataException($"{Place}: is shorter than it was when it was opened. Another program cut it; start again.");
        }

        return json;
    }

    async Task WriteAsync()
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false) && WriteWaiting())
            {
            }
        }
        finally
        {
            // After a failed write nothing follows: a line must not be missing in front of a later one.
            _waiting.Writer.TryComplete();
            while (_waiting.Reader.TryRead(out var append))
            {
                append.Durable.TrySetException(new IOException($"{Place}: can no longer be written."));
            }
        }
    }

    /// <summary>False when they could not be written.</summary>
    bool WriteWaiting()
    {
        List<Append> taken = [];
        List<(string Key, Span Span)> keys = [];
        var durableLength = _file.Position;
        var lines = 0;
        try
        {
            while (_batch.WrittenCount < LargestBatch && _waiting.Reader.TryRead(out var append))
            {
                taken.Add(append);
                lines += append.Entries.Count;
                Collect(append.Entries, durableLength, keys);
            }

            _file.Write(_batch.WrittenSpan);
            _file.Flush(flushToDisk: true);
            keys.ForEach(pair => _keys.TryAdd(pair.Key, pair.Span));
            Interlocked.Add(ref _count, lines);
            taken.ForEach(static append => append.Durable.SetResult());
            return true;
        }
        catch (Exception e) when (e is IOException or ArgumentOutOfRangeException or UnauthorizedAccessException)
        {
            // A full disk, or a file as large as may be (which .NET calls an argument out of range): half a line must not stay.
            var failure = new IOException($"{Place}: {e.Message}", e);
            taken.ForEach(append => append.Durable.TrySetException(failure));
            _file.SetLength(durableLength);
            return false;
        }
        finally
        {
            // Whatever happened, nobody waits for ever.
            taken.ForEach(append => append.Durable.TrySetException(new IOException($"{Place}: can no longer be written.")));
            _batch.ResetWrittenCount();
        }
    }

    void Collect(IReadOnlyCollection<LogEntry> entries, long offset, List<(string Key, Span Span)> keys)
    {
        foreach (var entry in entries)
        {
            if (entry.Key is not null)
            {
                keys.Add((entry.Key, new Span(offset + _batch.WrittenCount, entry.Json.Length)));
            }

            _batch.Write(entry.Json.Span);
            _batch.Write("\n"u8);
        }
    }

    /// <summary>Of a line in the file, its line feed left out.</summary>
    [StructLayout(LayoutKind.Auto)]
    readonly record struct Span(long Offset, int Length);

    readonly record struct Append(IReadOnlyCollection<LogEntry> Entries, TaskCompletionSource Durable);
}
