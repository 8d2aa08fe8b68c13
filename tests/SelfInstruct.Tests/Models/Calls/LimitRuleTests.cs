using SelfInstruct.Models.Calls;

namespace SelfInstruct.Tests.Models.Calls;

public sealed class LimitRuleTests
{
    const int AnswersASecond = 20;

    static readonly TimeSpan Service = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan Refusal = TimeSpan.FromMilliseconds(1);

    [Theory]
    [InlineData(300)]
    [InlineData(40)]
    [InlineData(4)]
    [InlineData(1)]
    public void It_settles_at_what_the_server_has_places_for(int places)
    {
        var settled = Simulate(1000, 30, (_, serving) => serving >= places)[10..];
        Assert.InRange(settled.Average(static second => second.Limit), Math.Max(1, 0.8 * places), places + 1);
        Assert.True(settled.Average(static second => second.Answered) >= 0.8 * places * AnswersASecond);
        Assert.InRange(settled.Sum(static second => second.TurnedAway), 0, 0.1 * settled.Sum(static second => second.Answered));
    }

    [Fact]
    public void It_follows_a_server_that_loses_two_thirds_of_its_places_within_two_seconds()
    {
        var run = Simulate(1000, 20, static (now, serving) => serving >= (now.TotalSeconds < 10 ? 300 : 100));
        Assert.InRange(run[9].Limit, 225, 310);
        Assert.All(run[12..], static second => Assert.InRange(second.Limit, 70, 110));
    }

    [Fact]
    public void It_finds_places_that_are_added()
    {
        var run = Simulate(1000, 30, static (now, serving) => serving >= (now.TotalSeconds < 10 ? 50 : 300));
        Assert.InRange(run[9].Limit, 35, 55);
        Assert.InRange(run[^1].Limit, 225, 310);
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.1)]
    [InlineData(0.2)]
    [InlineData(0.4)]
    public void Refusals_that_come_whatever_is_in_flight_do_not_throttle(double share)
    {
        var adaptive = Simulate(200, 30, At(share))[10..].Average(static second => second.Answered);
        var unlimited = Simulate(200, 30, At(share), isAdaptive: false)[10..].Average(static second => second.Answered);
        Assert.True(adaptive >= 0.9 * unlimited, $"{adaptive} a second of {unlimited}");
    }

    [Fact]
    public void Refusals_that_come_anyway_do_not_hide_those_of_a_full_server()
    {
        var random = At(0.05);
        var run = Simulate(1000, 40, (now, serving) => serving >= 100 || random(now, serving));
        Assert.InRange(run[10..].Average(static second => second.Limit), 70, 130);
    }

    [Fact]
    public void Without_refusals_it_doubles_to_the_ceiling()
    {
        Assert.Equal(1000, Simulate(1000, 1, static (_, _) => false)[0].Limit);
    }

    [Fact]
    public void It_is_never_below_one_or_above_the_ceiling()
    {
        var random = new Random(7);
        for (var ceiling = 1; ceiling < 40; ceiling++)
        {
            var rule = LimitRule.Begin(ceiling);
            var now = TimeSpan.Zero;
            for (var i = 0; i < 2000; i++)
            {
                now += Refusal;
                rule = random.NextDouble() < ceiling / 40.0 ? rule.AfterTurnedAway(now - Refusal, now, (int)rule.Limit) : rule.AfterAnswer(now - Service, now, (int)rule.Limit);
                Assert.InRange(rule.Limit, 1, ceiling);
            }
        }
    }

    [Fact]
    public void A_limit_that_is_not_used_does_not_grow()
    {
        var rule = LimitRule.Begin(64);
        for (var i = 1; i < 1000; i++)
        {
            rule = rule.AfterAnswer(Service * i, Service * (i + 1), inFlight: 5);
        }

        Assert.Equal(16, rule.Limit);
    }

    static Func<TimeSpan, int, bool> At(double share)
    {
        var random = new Random(5);
        return (_, _) => random.NextDouble() < share;
    }

    /// <summary>Callers with one call after another; who is turned away comes again after about a second.</summary>
    /// <param name="turnsAway">Given the time and how many are being served.</param>
    static List<Second> Simulate(int callers, int seconds, Func<TimeSpan, int, bool> turnsAway, bool isAdaptive = true)
    {
        var random = new Random(1);
        var rule = LimitRule.Begin(callers);
        PriorityQueue<(TimeSpan Started, Happening What), TimeSpan> ahead = new();
        List<Second> run = [];
        var (now, ready, inFlight, serving, answered, turnedAway) = (TimeSpan.Zero, callers, 0, 0, 0, 0);
        while (run.Count < seconds)
        {
            for (; ready > 0 && inFlight < (isAdaptive ? (int)rule.Limit : callers); ready--, inFlight++)
            {
                var isServed = !turnsAway(now, serving);
                serving += isServed ? 1 : 0;
                ahead.Enqueue((now, isServed ? Happening.Answer : Happening.Refusal), now + (isServed ? Service : Refusal));
            }

            ahead.TryDequeue(out var next, out now);
            switch (next.What)
            {
                case Happening.Answer:
                    rule = rule.AfterAnswer(next.Started, now, inFlight);
                    (inFlight, serving, answered, ready) = (inFlight - 1, serving - 1, answered + 1, ready + 1);
                    break;
                case Happening.Refusal:
                    rule = rule.AfterTurnedAway(next.Started, now, inFlight);
                    (inFlight, turnedAway) = (inFlight - 1, turnedAway + 1);
                    ahead.Enqueue((now, Happening.Return), now + TimeSpan.FromSeconds(0.5 + random.NextDouble()));
                    break;
                default:
                    ready++;
                    break;
            }

            if (now.TotalSeconds >= run.Count + 1)
            {
                run.Add(new Second(rule.Limit, answered, turnedAway));
                (answered, turnedAway) = (0, 0);
            }
        }

        return run;
    }

    enum Happening
    {
        Answer,
        Refusal,
        Return,
    }

    sealed record Second(double Limit, int Answered, int TurnedAway);
}
