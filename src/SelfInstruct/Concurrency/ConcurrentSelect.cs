using System.Runtime.CompilerServices;

namespace SelfInstruct.Concurrency;

/// <summary>Bounded concurrency with the source's order kept.</summary>
public static class ConcurrentSelect
{
    /// <summary>
    /// At most <paramref name="maxInFlight"/> selections run at once; results come in the order of the source,
    /// and a slow consumer holds back the source. When one fails, the others are cancelled and awaited.
    /// </summary>
    public static async IAsyncEnumerable<TResult> SelectConcurrently<TSource, TResult>(
        this IEnumerable<TSource> source,
        int maxInFlight,
        Func<TSource, CancellationToken, Task<TResult>> select,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxInFlight, 1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Queue<Task<TResult>> running = new();
        try
        {
            foreach (var item in source)
            {
                if (running.Count == maxInFlight)
                {
                    yield return await running.Peek().ConfigureAwait(false);
                    _ = running.Dequeue();
                }

                running.Enqueue(select(item, stop.Token));
            }

            while (running.TryPeek(out var next))
            {
                yield return await next.ConfigureAwait(false);
                _ = running.Dequeue();
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
