using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace SelfInstruct.Postgres;

/// <summary>Writes, or searches, that come at once are made together. Each returns when it is done, and durable.</summary>
/// <param name="write">All of them, in order; tried again after a failure that may pass, so it must bear to be repeated.</param>
/// <param name="time">For the pause before another try.</param>
sealed class Grouped<T>(Func<IReadOnlyList<T>, Task> write, TimeProvider time) : IAsyncDisposable
{
    const int Most = 512;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>(new UnboundedChannelOptions { SingleReader = true });
    readonly CancellationTokenSource _end = new();
    readonly Lock _turn = new();
    Task? _writing;

    public Task AddAsync(T item)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_turn)
        {
            _writing ??= Task.Run(WriteAllAsync, CancellationToken.None);
        }

        return _waiting.Writer.TryWrite(new Waiting(item, done)) ? done.Task : throw new ObjectDisposedException(nameof(Grouped<>));
    }

    /// <summary>What waits is written first; where the server is gone, for ten seconds more.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        _end.CancelAfter(TimeSpan.FromSeconds(10));
        await (_writing ?? Task.CompletedTask).ConfigureAwait(false);
        _end.Dispose();
    }

    async Task WriteAllAsync()
    {
        List<Waiting> batch = [];
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            batch.Clear();
            while (batch.Count < Most && _waiting.Reader.TryRead(out var one))
            {
                batch.Add(one);
            }

            await WriteAsync(batch).ConfigureAwait(false);
        }
    }

    async Task WriteAsync(List<Waiting> batch)
    {
        while (true)
        {
            try
            {
                await write([.. batch.Select(static one => one.Item)]).ConfigureAwait(false);
                batch.ForEach(static one => one.Done.TrySetResult());
                return;
            }
            catch (Exception e) when (Queries.IsPassing(e) && !_end.IsCancellationRequested)
            {
                await Task.Delay(Pause, time, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                batch.ForEach(one => one.Done.TrySetException(new IOException($"The store did not take {batch.Count} entries: {e.Message}", e)));
                return;
            }
        }
    }

    [StructLayout(LayoutKind.Auto)]
    readonly record struct Waiting(T Item, TaskCompletionSource Done);
}
