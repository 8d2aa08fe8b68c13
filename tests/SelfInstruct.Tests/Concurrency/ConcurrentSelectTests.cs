using SelfInstruct.Concurrency;

namespace SelfInstruct.Tests.Concurrency;

public sealed class ConcurrentSelectTests
{
    [Fact(Timeout = 10_000)]
    public async Task Results_come_in_the_order_of_the_source()
    {
        var results = Enumerable.Range(0, 50).SelectConcurrently(
            8,
            static async (n, token) =>
            {
                await Task.Delay((50 - n) % 7, token);
                return n;
            },
            CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 50), await results.ToListAsync());
    }

    [Fact(Timeout = 10_000)]
    public async Task No_more_than_the_limit_run_at_once()
    {
        var (running, most) = (0, 0);
        var results = Enumerable.Range(0, 30).SelectConcurrently(
            3,
            async (n, token) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Delay(1, token);
                Interlocked.Decrement(ref running);
                return n;
            },
            CancellationToken.None);
        await results.ToListAsync();
        Assert.Equal(3, most);
    }

    [Fact(Timeout = 10_000)]
    public async Task After_a_failure_nothing_new_starts_and_what_runs_is_awaited()
    {
        var (started, finished) = (0, 0);
        var results = Enumerable.Range(0, 10).SelectConcurrently(
            4,
            async (n, token) =>
            {
                Interlocked.Increment(ref started);
                await Task.Delay(n == 0 ? 1 : 50, token);
                Interlocked.Increment(ref finished);
                return n == 0 ? throw new InvalidDataException("first") : n;
            },
            CancellationToken.None);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await results.ToListAsync());
        Assert.Equal((4, 4), (started, finished));
    }

    [Fact(Timeout = 10_000)]
    public async Task Cancellation_does_not_throw_away_what_is_in_flight()
    {
        using var stop = new CancellationTokenSource();
        TaskCompletionSource answers = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var (started, finished) = (0, 0);
        var results = Enumerable.Range(0, 10).SelectConcurrently(
            4,
            async (n, _) =>
            {
                if (Interlocked.Increment(ref started) == 4)
                {
                    await stop.CancelAsync();
                }

                await answers.Task;
                Interlocked.Increment(ref finished);
                return n;
            },
            stop.Token).ToListAsync().AsTask();
        Assert.False(results.IsCompleted);
        answers.SetResult();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await results);
        Assert.Equal((4, 4), (started, finished));
    }
}
