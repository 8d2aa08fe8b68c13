using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;

namespace SelfInstruct.Postgres;

/// <summary>
/// A run in a database: the ordered log, the queue, the locks and the membership of every process that works on it
/// (architecture: docs/scale.md). Everything but model and novelty index is in its tables; any process may end at any time.
/// </summary>
public sealed class RunStore : IAsyncDisposable
{
    RunStore(StoreAddress address, int member, NpgsqlDataSource database) => (Address, Member, Database) = (address, member, database);

    public StoreAddress Address { get; }

    /// <summary>This process among those at work.</summary>
    public int Member { get; }

    public StoredRun Run { get; private set; } = null!;

    internal NpgsqlDataSource Database { get; }

    /// <summary>Tells this run's advisory locks from those of others in the database.</summary>
    internal int LockClass { get; private set; }

    /// <summary>What sessions are told apart by, and are told that something was written.</summary>
    internal string Channel => "selfinstruct_" + Address.Run;

    /// <summary>Opens the run there, or begins it: of two who begin at once one does, and the other finds it.</summary>
    /// <param name="address">Of the run.</param>
    /// <param name="begun">What it is to be, where it is not there yet.</param>
    /// <param name="cancellationToken">Ends the wait for the server.</param>
    /// <exception cref="InvalidDataException">The server cannot be had, or the store is newer than this release.</exception>
    public static Task<RunStore> StartAsync(StoreAddress address, StoredRun begun, CancellationToken cancellationToken) =>
        OpenAsync(address, begun, cancellationToken);

    /// <summary>Opens a run that is there.</summary>
    /// <exception cref="InvalidDataException">There is none, the server cannot be had, or the store is newer than this release.</exception>
    public static Task<RunStore> JoinAsync(StoreAddress address, CancellationToken cancellationToken) =>
        OpenAsync(address, null, cancellationToken);

    static async Task<RunStore> OpenAsync(StoreAddress address, StoredRun? begun, CancellationToken cancellationToken)
    {
        // The small numbers name the committer's and the shards' locks.
        var member = RandomNumberGenerator.GetInt32(1 << 20, int.MaxValue);
        var store = new RunStore(address, member, NpgsqlDataSource.Create(address.ToConnectionString(NameOf(address.Run, member))));
        var isOpen = false;
        try
        {
            await store.BeginWhenReadyAsync(begun, cancellationToken).ConfigureAwait(false);
            isOpen = true;
            return store;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw Queries.Explain(address, e);
        }
        finally
        {
            if (!isOpen)
            {
                await store.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>A run that ended because its model repeated itself is gone on with; rounds until now do not count against it.</summary>
    public Task AskAgainAsync(CancellationToken cancellationToken) => Database.ExecuteAsync(
        """
        with dry as (delete from meta where name = 'ran_dry' returning 1)
        insert into meta select 'asked_from', (select coalesce(max(no) + 1, 0) from round)::text from dry
        on conflict (name) do update set value = excluded.value
        """,
        cancellationToken);

    /// <summary>Under which the server shows a process's sessions.</summary>
    internal static string NameOf(string run, int member) => string.Create(CultureInfo.InvariantCulture, $"selfinstruct {run} {member}");

    /// <summary>A session of one's own, for locks.</summary>
    internal ValueTask<NpgsqlConnection> OpenSessionAsync(CancellationToken cancellationToken) => Database.OpenConnectionAsync(cancellationToken);

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    /// <summary>A server that starts, or recovers from a crash, says so; it is waited for, a minute at most.</summary>
    async Task BeginWhenReadyAsync(StoredRun? begun, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await BeginAsync(begun, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CannotConnectNow && attempt < 120)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    async Task BeginAsync(StoredRun? begun, CancellationToken cancellationToken)
    {
        await using var session = await OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await session.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await session.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended($1, 0))", cancellationToken, Channel).ConfigureAwait(false);
        var isThere = (await session.QueryAsync("select to_regclass($1) is not null", static row => row.GetBoolean(0), cancellationToken, $"{Address.Run}.meta").ConfigureAwait(false))[0];
        if (isThere)
        {
            var version = await ReadMetaAsync(session, "schema_version", cancellationToken).ConfigureAwait(false);
            await Migrations.ApplyAsync(session, int.Parse(version ?? "0", CultureInfo.InvariantCulture), Address, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await CreateAsync(session, begun ?? throw new InvalidDataException($"{Address}: holds no run of that name. `selfinstruct run --store` begins one."), cancellationToken).ConfigureAwait(false);
        }

        Run = await ReadRunAsync(session, cancellationToken).ConfigureAwait(false);
        LockClass = (await session.QueryAsync("select 'meta'::regclass::oid::bigint", static row => (int)row.GetInt64(0), cancellationToken).ConfigureAwait(false))[0];
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    async Task CreateAsync(NpgsqlConnection session, StoredRun run, CancellationToken cancellationToken)
    {
        var hasSchema = (await session.QueryAsync("select exists (select from pg_namespace where nspname = $1)", static row => row.GetBoolean(0), cancellationToken, Address.Run).ConfigureAwait(false))[0];
        if (!hasSchema)
        {
            await session.ExecuteAsync($"create schema {Address.Run}", cancellationToken).ConfigureAwait(false);
        }

        await Migrations.ApplyAsync(session, 0, Address, cancellationToken).ConfigureAwait(false);
        foreach (var (name, value) in Describe(run))
        {
            await session.ExecuteAsync("insert into meta values ($1, $2)", cancellationToken, name, value).ConfigureAwait(false);
        }
    }

    /// <summary>The lines of the table meta that say what a run is.</summary>
    internal static IEnumerable<(string Name, string Value)> Describe(StoredRun run) =>
    [
        ("id", run.Id),
        ("shards", run.Shards.ToString(CultureInfo.InvariantCulture)),
        ("configuration", run.Configuration),
        ("state", JsonSerializer.Serialize(run.State, StoreJson.Format.RunState)),
        ("seed_tasks", run.SeedTasks),
        ("prompts", JsonSerializer.Serialize(run.Prompts, StoreJson.Format.ImmutableSortedDictionaryStringString)),
    ];

    async Task<StoredRun> ReadRunAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        return new StoredRun(
            await ReadAsync("id").ConfigureAwait(false),
            int.Parse(await ReadAsync("shards").ConfigureAwait(false), CultureInfo.InvariantCulture),
            await ReadAsync("configuration").ConfigureAwait(false),
            JsonSerializer.Deserialize(await ReadAsync("state").ConfigureAwait(false), StoreJson.Format.RunState)!,
            await ReadAsync("seed_tasks").ConfigureAwait(false),
            JsonSerializer.Deserialize(await ReadAsync("prompts").ConfigureAwait(false), StoreJson.Format.ImmutableSortedDictionaryStringString) ?? ImmutableSortedDictionary<string, string>.Empty);

        async Task<string> ReadAsync(string name) =>
            await ReadMetaAsync(session, name, cancellationToken).ConfigureAwait(false) ?? throw new InvalidDataException($"{Address}: its table meta has no {name}; it is not a run's store.");
    }

    static async Task<string?> ReadMetaAsync(NpgsqlConnection session, string name, CancellationToken cancellationToken) =>
        (await session.QueryAsync("select value from meta where name = $1", static row => row.GetString(0), cancellationToken, name).ConfigureAwait(false)).FirstOrDefault();
}
