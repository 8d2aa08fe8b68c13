using SelfInstruct.Postgres;

namespace SelfInstruct.Cli;

/// <summary>`run --store`: begins or joins the run in a store, works on it, and writes it into a folder meanwhile.</summary>
static class SharedRun
{
    /// <param name="address">Of the store.</param>
    /// <param name="session">Of the folder; its options and model are the run's.</param>
    /// <param name="progress">Told of every step, and of a store that is not to be had.</param>
    /// <param name="notices">The same for words.</param>
    /// <param name="cancellationToken">Ends this process's part.</param>
    /// <exception cref="InvalidDataException">Another run is there; the differences are listed.</exception>
    public static async Task RunAsync(
        StoreAddress address, RunSession session, IProgress<StageProgress> progress, IProgress<string> notices, CancellationToken cancellationToken)
    {
        var begun = StoredRun.Of(session.Options, session.State with { State = "running", Target = session.Options.Instructions.Target }, Guid.NewGuid());
        await using var store = await RunStore.StartAsync(address, begun, cancellationToken).ConfigureAwait(false);
        CheckSame(store, session);
        await store.AskAgainAsync(cancellationToken).ConfigureAwait(false);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var worker = new StoreWorker(store, session, Path.Combine(session.Folder.FolderPath, "store"), TimeProvider.System, notices).RunAsync(end.Token);
        var follower = new Follower(store, session.Folder, session.Options, TimeProvider.System, progress, notices);
        await session.FollowAsync((_, _) => TogetherAsync(worker, follower.RunAsync(end.Token), end), progress, cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="InvalidDataException">The run in the store is not the session's; the differences are listed.</exception>
    public static void CheckSame(RunStore store, RunSession session)
    {
        var configuration = Path.GetTempFileName();
        try
        {
            File.WriteAllText(configuration, store.Run.Configuration);
            var (there, here) = (store.Run.State.Target, session.Options.Instructions.Target);
            string[] differences =
            [
                .. session.FindDifferences(store.Run.State, configuration),
                .. there == here ? Array.Empty<string>() : [$"instructions.target: {there} there, {here} here"],
            ];
            if (differences is not [])
            {
                throw new InvalidDataException($"{store.Address}: holds another run ({string.Join("; ", differences)}). Name another with ?run=NAME, or give the same settings to join it.");
            }
        }
        finally
        {
            File.Delete(configuration);
        }
    }

    /// <summary>Where one fails the other ends as well; the failure is the one that came first.</summary>
    static async Task TogetherAsync(Task worker, Task follower, CancellationTokenSource end)
    {
        try
        {
            await await Task.WhenAny(worker, follower).ConfigureAwait(false);
            await Task.WhenAll(worker, follower).ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(worker, follower)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
