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
    public async Task One_failure_stops_the_others()
    {
        var cancelled = 0;
        var results = Enumerable.Range(0, 4).SelectConcurrently(
            4,
            async (n, token) =>
            {
                if (n == 0)
                {
                    await Task.Yield();
                    throw new InvalidDataException("first");
                }

                try
                {
                    await Task.Delay(Timeout.Infinite, token);
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref cancelled);
                    throw;
                }

                return n;
            },
            CancellationToken.None);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await results.ToListAsync());
        Assert.Equal(3, cancelled);
    }
}
