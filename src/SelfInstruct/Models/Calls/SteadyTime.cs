namespace SelfInstruct.Models.Calls;

/// <summary>Time that only goes forward, for code that measures by the wall clock: a clock set back must not hold a breaker open.</summary>
sealed class SteadyTime(TimeProvider inner) : TimeProvider
{
    readonly DateTimeOffset _start = inner.GetUtcNow();
    readonly long _origin = inner.GetTimestamp();

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _start + inner.GetElapsedTime(_origin);

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);
}
