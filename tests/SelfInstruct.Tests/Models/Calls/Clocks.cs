namespace SelfInstruct.Tests.Models.Calls;

/// <summary>Time that passes only when told to; timers fire in order of what they are due.</summary>
sealed class ManualTime : TimeProvider
{
    readonly Lock _turn = new();
    readonly List<Alarm> _alarms = [];
    TimeSpan _now;

    /// <summary>Of the wall clock; timestamps and timers know nothing of it.</summary>
    public DateTimeOffset WallClock { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.Ticks;

    public override DateTimeOffset GetUtcNow() => WallClock;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        lock (_turn)
        {
            _alarms.Add(alarm);
        }

        return alarm;
    }

    public void Advance(TimeSpan time)
    {
        var end = _now + time;
        while (NextDue(end) is { } alarm)
        {
            (_now, alarm.Due) = (alarm.Due!.Value, null);
            alarm.Fire();
        }

        _now = end;
    }

    Alarm? NextDue(TimeSpan end)
    {
        lock (_turn)
        {
            return _alarms.Where(alarm => alarm.Due <= end).MinBy(static alarm => alarm.Due);
        }
    }

    sealed class Alarm(ManualTime time, Action fire) : ITimer
    {
        public TimeSpan? Due { get; set; }

        public Action Fire => fire;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime == Timeout.InfiniteTimeSpan ? null : time._now + dueTime;
            return true;
        }

        public void Dispose() => Due = null;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}

/// <summary>Time that passes a hundred times as fast; its wall clock can be set.</summary>
sealed class FastTime : TimeProvider
{
    const int Factor = 100;

    readonly long _origin = System.GetTimestamp();

    /// <summary>Added to the wall clock alone.</summary>
    public TimeSpan Jump { get; set; }

    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => (System.GetTimestamp() - _origin) * Factor;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) + System.GetElapsedTime(_origin) * Factor + Jump;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Scaled(System.CreateTimer(callback, state, Scale(dueTime), Scale(period)));

    static TimeSpan Scale(TimeSpan time) => time == Timeout.InfiniteTimeSpan || time == TimeSpan.Zero ? time : TimeSpan.FromMilliseconds(Math.Max(1, time.TotalMilliseconds / Factor));

    sealed class Scaled(ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(Scale(dueTime), Scale(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
