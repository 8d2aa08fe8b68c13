namespace SelfInstruct.Postgres;

/// <summary>Work that keeps a processor busy for long.</summary>
static class LongWork
{
    /// <summary>On a thread of its own: the pool's few must be free for those who wait, the beats above all.</summary>
    public static Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
