using SelfInstruct.Models.Calls;

namespace SelfInstruct.Tests.Models.Calls;

public sealed class AdaptiveLimitTests
{
    [Fact(Timeout = 30_000)]
    public async Task Attempts_enter_in_order_of_arrival()
    {
        var limit = new AdaptiveLimit(1, TimeProvider.System);
        await limit.EnterAsync(CancellationToken.None);
        List<int> entered = [];
        var waiting = Enumerable.Range(0, 50).Select(n => EnterAsync(n)).ToList();
        Assert.Equal((1, 1, 50), limit.Status);
        limit.Exit(TimeSpan.Zero, AttemptOutcome.Unrelated);
        await Task.WhenAll(waiting);
        Assert.Equal(Enumerable.Range(0, 50), entered);
        Assert.Equal((1, 0, 0), limit.Status);

        async Task EnterAsync(int n)
        {
            await limit.EnterAsync(CancellationToken.None);
            entered.Add(n);
            limit.Exit(limit.Now, AttemptOutcome.Unrelated);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task Never_more_are_inside_than_the_limit_says()
    {
        var limit = new AdaptiveLimit(16, TimeProvider.System);
        var (inside, most) = (0, 0);
        var company = new TaskCompletionSource();
        await Parallel.ForEachAsync(Enumerable.Range(0, 5000), new ParallelOptions { MaxDegreeOfParallelism = 200 }, async (n, token) =>
        {
            await limit.EnterAsync(token);
            var now = Interlocked.Increment(ref inside);
            InterlockedMax(ref most, now);
            if (now > 1)
            {
                company.TrySetResult();
            }

            // Whoever comes first stays until another is there: a busy machine might run them one after the other.
            await company.Task.WaitAsync(token);
            Interlocked.Decrement(ref inside);
            limit.Exit(limit.Now, n % 7 == 0 ? AttemptOutcome.Unrelated : AttemptOutcome.Answered);
        });
        Assert.InRange(most, 2, 16);
        Assert.Equal((16, 0, 0), limit.Status);

        static void InterlockedMax(ref int target, int value)
        {
            for (var seen = target; value > seen; seen = target)
            {
                Interlocked.CompareExchange(ref target, value, seen);
            }
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_gives_up_waiting_is_passed_over()
    {
        var limit = new AdaptiveLimit(1, TimeProvider.System);
        await limit.EnterAsync(CancellationToken.None);
        using var giveUp = new CancellationTokenSource();
        var first = limit.EnterAsync(giveUp.Token);
        var second = limit.EnterAsync(CancellationToken.None);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal((1, 1, 1), limit.Status);
        limit.Exit(TimeSpan.Zero, AttemptOutcome.Unrelated);
        await second;
        Assert.Equal((1, 1, 0), limit.Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_place_survives_any_mixture_of_cancellations()
    {
        var limit = new AdaptiveLimit(3, TimeProvider.System);
        await Parallel.ForEachAsync(Enumerable.Range(0, 3000), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (n, _) =>
        {
            using var giveUp = new CancellationTokenSource();
            var entering = limit.EnterAsync(giveUp.Token);
            if (n % 3 == 0)
            {
                await giveUp.CancelAsync();
            }

            await entering.ContinueWith(static _ => { }, TaskScheduler.Default);
            if (entering.IsCompletedSuccessfully)
            {
                limit.Exit(limit.Now, AttemptOutcome.Unrelated);
            }
        });
        Assert.Equal((3, 0, 0), limit.Status);
    }
}
