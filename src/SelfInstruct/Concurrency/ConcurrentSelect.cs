using System.Runtime.CompilerServices;

namespace SelfInstruct.Concurrency;

/// <summary>Bounded concurrency with the source's order kept.</summary>
public static class ConcurrentSelect
{
    /// <summary>How long what is running may still take when nothing new is to start.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>
    /// At most <paramref name="maxInFlight"/> selections run at once; results come in the order of the source,
    /// and a slow consumer holds back the source. After a failure or a cancellation nothing new is started, and what
    /// is running, and may be paid for, is awaited for half a minute before it is cancelled.
    /// </summary>
    public static async IAsyncEnumerable<TResult> SelectConcurrently<TSource, TResult>(
        this IEnumerable<TSource> source,
        int maxInFlight,
        Func<TSource, CancellationToken, Task<TResult>> select,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxInFlight, 1);
        using var stop = new CancellationTokenSource();
        Queue<Task<TResult>> running = new();
        try
        {
            foreach (var item in source)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (running.Count == maxInFlight)
                {
                    yield return await running.Peek().WaitAsync(cancellationToken).ConfigureAwait(false);
                    _ = running.Dequeue();
                }

                running.Enqueue(select(item, stop.Token));
            }

            while (running.TryPeek(out var next))
            {
                yield return await next.WaitAsync(cancellationToken).ConfigureAwait(false);
                _ = running.Dequeue();
            }
        }
        finally
        {
            stop.CancelAfter(Grace);
            await ((Task)Task.WhenAll(running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
