namespace SelfInstruct.Postgres;

/// <summary>Wakes who waits for something to be written; whoever misses it looks again a little later all the same.</summary>
sealed class Pulse(TimeProvider time)
{
    static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The next beat. Take it before looking at what is there: what is written after that look beats it.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Beat() =>
        Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    /// <summary>Until one of the tasks is done, or a quarter of a second.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken, params Task[] any)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny([.. any, Task.Delay(LookAgain, time, enough.Token)]).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
