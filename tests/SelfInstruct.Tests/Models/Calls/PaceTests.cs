using SelfInstruct.Models.Calls;

namespace SelfInstruct.Tests.Models.Calls;

public sealed class PaceTests
{
    readonly ManualTime _time = new();

    [Fact]
    public void Attempts_go_as_a_bucket_worked_out_by_the_millisecond_lets_them()
    {
        var random = new Random(3);
        var costs = Enumerable.Range(0, 200).Select(_ => random.Next(1, 400)).ToList();
        var pace = new Pace(6000, _time);
        var takes = costs.Select(cost => pace.TakeAsync(cost, CancellationToken.None)).ToList();

        // The slow twin: a bucket of 100, filled by 0.1 a millisecond, from which the first in the queue takes when it holds enough or is full.
        var (level, next) = (100.0, 0);
        for (var millisecond = 0; next < costs.Count; millisecond++)
        {
            for (; next < costs.Count && level >= Math.Min(costs[next], 100) - 1e-6; next++)
            {
                level -= costs[next];
            }

            Assert.Equal(Enumerable.Range(0, costs.Count).Select(n => n < next), takes.Select(static take => take.IsCompleted));
            Assert.Equal(costs.Count - next, pace.Waiting);
            _time.Advance(TimeSpan.FromMilliseconds(1));
            level = Math.Min(100, level + 0.1);
        }
    }

    [Fact]
    public void No_minute_has_more_than_its_share_and_a_second_s()
    {
        var pace = new Pace(60, _time);
        _time.Advance(TimeSpan.FromHours(1));
        var takes = Enumerable.Range(0, 500).Select(_ => pace.TakeAsync(1, CancellationToken.None)).ToList();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(61, takes.Count(static take => take.IsCompleted));
    }

    [Fact]
    public void What_costs_more_than_a_minute_s_worth_still_goes_and_delays_what_follows()
    {
        var pace = new Pace(60, _time);
        Assert.True(pace.TakeAsync(121, CancellationToken.None).IsCompleted);
        var next = pace.TakeAsync(1, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(120.9));
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.True(next.IsCompleted);
    }

    [Fact]
    public void What_the_bill_does_not_name_is_given_back()
    {
        var pace = new Pace(6000, _time);
        Assert.True(pace.TakeAsync(1000, CancellationToken.None).IsCompleted);
        pace.GiveBack(900);
        Assert.True(pace.TakeAsync(0, CancellationToken.None).IsCompleted);
        Assert.False(pace.TakeAsync(1, CancellationToken.None).IsCompleted);
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_gives_up_has_taken_nothing()
    {
        var pace = new Pace(60, _time);
        Assert.True(pace.TakeAsync(1, CancellationToken.None).IsCompleted);
        using var giveUp = new CancellationTokenSource();
        var given = pace.TakeAsync(100, giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal(0, pace.Waiting);
        var next = pace.TakeAsync(1, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(next.IsCompleted);
    }

    [Theory]
    [InlineData(-30)]
    [InlineData(30)]
    public void A_clock_that_jumps_changes_nothing(int days)
    {
        var pace = new Pace(60, _time);
        Assert.True(pace.TakeAsync(1, CancellationToken.None).IsCompleted);
        var next = pace.TakeAsync(1, CancellationToken.None);
        _time.WallClock += TimeSpan.FromDays(days);
        _time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(next.IsCompleted);
    }

    [Fact]
    public void The_tokens_of_a_request_are_guessed_from_above()
    {
        // 106 bytes are 36 tokens at three bytes each; the max_tokens inside a message is text.
        Assert.Equal(36 + 300, RequestTokens.Estimate("""{"model":"m","messages":[{"max_tokens":7,"content":"a prompt of some words"}],"max_completion_tokens":300}"""u8));
        Assert.Equal(9, RequestTokens.Estimate("""{"model":"m","input":["a"]}"""u8));
    }
}
