namespace SelfInstruct.Models.Calls;

/// <summary>
/// So much a minute, spread evenly: what is taken is owed, and who comes next waits until the debt is worked off, in
/// order of arrival. What costs more than the pace allows at once still goes, and delays what follows.
/// </summary>
/// <remarks>
/// Not System.Threading.RateLimiting's bucket: that one takes no TimeProvider, nothing back, and no request above its size.
/// </remarks>
/// <param name="perMinute">Above 0.</param>
/// <param name="time">Measures.</param>
sealed class Pace(double perMinute, TimeProvider time)
{
    readonly Lock _turn = new();
    readonly double _perSecond = perMinute / 60;

    // A second's worth: more would let a minute that begins full have nearly two minutes' worth.
    readonly double _capacity = Math.Max(1, perMinute / 60);
    double _level = Math.Max(1, perMinute / 60);
    long _at = time.GetTimestamp();
    int _waiting;

    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Takes <paramref name="cost"/>, and returns when it may be spent. When cancelled, nothing was taken.</summary>
    public Task TakeAsync(double cost, CancellationToken cancellationToken)
    {
        double seconds;
        lock (_turn)
        {
            Refill();
            seconds = (Math.Min(cost, _capacity) - _level) / _perSecond;
            _level -= cost;
        }

        return seconds <= 0 ? Task.CompletedTask : WaitAsync(cost, seconds, cancellationToken);
    }

    /// <summary>For what was taken and not spent; a negative amount for what was spent and not taken.</summary>
    public void GiveBack(double amount)
    {
        lock (_turn)
        {
            Refill();
            _level = Math.Min(_capacity, _level + amount);
        }
    }

    async Task WaitAsync(double cost, double seconds, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(seconds * 1000), int.MaxValue)), time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            GiveBack(cost);
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    void Refill()
    {
        var now = time.GetTimestamp();
        _level = Math.Min(_capacity, _level + (time.GetElapsedTime(_at, now).TotalSeconds * _perSecond));
        _at = now;
    }
}
