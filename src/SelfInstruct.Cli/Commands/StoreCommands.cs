using System.CommandLine;
using System.Globalization;
using SelfInstruct.Postgres;

namespace SelfInstruct.Cli.Commands;

/// <summary>A run that many machines share, in a PostgreSQL database: `worker`, `follow` and `promote`; `run --store` is in <see cref="RunCommands"/>.</summary>
static class StoreCommands
{
    public const string Form = "postgres://USER@HOST:PORT/DATABASE?run=NAME; the password comes from PGPASSWORD or PGPASSFILE.";

    static readonly Option<string> Store = new("--store") { Description = $"The shared run: {Form}", Required = true };
    static readonly Option<string?> Endpoint = new("--endpoint") { Description = "Base address of the model's server as this machine reaches it; else the run's." };
    static readonly Option<int?> Concurrency = new("--concurrency") { Description = "Calls in flight at once from this process, at most; else the run's." };
    static readonly Option<string?> Work = new("--work") { Description = "Folder for what this process knows of the pool, so that it begins faster next time. Default: one in the temporary folder." };
    static readonly Option<string> Out = new("--out") { Description = "The run folder.", Required = true };

    public static Command CreateWorker()
    {
        var command = new Command("worker", "One more process for a shared run: generates, checks novelty, and works on the later steps until the run is done.")
        {
            Store, Endpoint, Concurrency, Work,
        };
        command.SetBody(async (parsed, cancellationToken) =>
        {
            using var progress = new ProgressLine(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
            await using var store = await JoinAsync(parsed, cancellationToken).ConfigureAwait(false);
            var (folder, hold) = OpenWorkFolder(parsed.GetValue(Work), store);
            using var _ = hold;
            var options = store.Run.Restore(folder) is var run
                ? run with { Endpoint = parsed.GetValue(Endpoint) ?? run.Endpoint, Concurrency = parsed.GetValue(Concurrency) ?? run.Concurrency }
                : run;
            using var session = OpenSession(folder, options, progress);
            SharedRun.CheckSame(store, session);
            await new StoreWorker(store, session, folder, TimeProvider.System, progress).RunAsync(cancellationToken).ConfigureAwait(false);
            Console.WriteLine($"{store.Address}: every step that asks the model is done.");
            return new CommandResult(new() { ["store"] = store.Address.ToString() });
        });
        return command;
    }

    public static Command CreateFollow()
    {
        var command = new Command("follow", "Write a shared run into a run folder, until it is complete: every other command then works on the folder.") { Store, Out };
        command.SetBody(async (parsed, cancellationToken) =>
        {
            using var progress = new ProgressLine(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
            await using var store = await JoinAsync(parsed, cancellationToken).ConfigureAwait(false);
            var folder = parsed.GetValue(Out)!;
            var options = store.Run.Restore(Path.Combine(folder, "store"));
            using var session = RunSession.Open(folder, options, _ => new AbsentModel(store.Run.State.Model), TimeProvider.System);
            SharedRun.CheckSame(store, session);
            var follower = new Follower(store, session.Folder, options, TimeProvider.System, progress, progress);
            await session.FollowAsync((_, token) => follower.RunAsync(token), progress, cancellationToken).ConfigureAwait(false);
            RunReport.Show(session.State, session.Folder, null);
            return new CommandResult(RunReport.ToJson(session.State, session.Folder));
        });
        return command;
    }

    public static Command CreatePromote()
    {
        var command = new Command("promote", "Move the run of a folder into a new store, where many can go on with it. `follow` brings it back.") { Store, Out };
        command.SetBody(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(Out)!;
            using var folder = RunFolder.Look(path).TryReadState() is null ? throw new InvalidDataException($"--out {path}: holds no run.json; it is not a run's folder.") : RunFolder.Open(path);
            var options = SelfInstructSettings.ApplyFile(new SelfInstructOptions(), folder.Configuration);
            var address = StoreAddress.Parse(parsed.GetValue(Store)!);
            var state = folder.ReadState()!;
            var run = StoredRun.Of(options, state with { State = "running" }, Guid.NewGuid());
            await using var store = await RunStore.StartAsync(address, run, cancellationToken).ConfigureAwait(false);
            await Promotion.RunAsync(store, run, folder, options, cancellationToken).ConfigureAwait(false);
            Console.WriteLine($"{path} is in {store.Address}; `selfinstruct worker --store` works on it, `selfinstruct follow --store` brings it back.");
            return new CommandResult(new() { ["out"] = path, ["store"] = store.Address.ToString() });
        });
        return command;
    }

    static Task<RunStore> JoinAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        RunStore.JoinAsync(StoreAddress.Parse(parsed.GetValue(Store)!), cancellationToken);

    static RunSession OpenSession(string folder, SelfInstructOptions options, ProgressLine progress) =>
        RunSession.Open(folder, options, held => new ModelSelection(options, progress).Open(held, TimeProvider.System), TimeProvider.System);

    /// <summary>Each process of a machine needs its own; the first that nobody holds.</summary>
    static (string Folder, IDisposable Hold) OpenWorkFolder(string? named, RunStore store)
    {
        for (var number = 0; ; number++)
        {
            var folder = named ?? Path.Combine(Path.GetTempPath(), "selfinstruct", string.Create(CultureInfo.InvariantCulture, $"{store.Run.Id}-{number}"));
            Directory.CreateDirectory(folder);
            try
            {
                return (folder, new FileStream(Path.Combine(folder, ".worker"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (named is null && number < 1000)
            {
                // Another worker's.
            }
            catch (IOException e)
            {
                throw new InvalidDataException($"--work {folder}: cannot be held: {e.Message} Give each worker a folder of its own.", e);
            }
        }
    }
}
