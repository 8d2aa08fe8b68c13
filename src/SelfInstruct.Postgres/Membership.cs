using System.Globalization;
using Npgsql;

namespace SelfInstruct.Postgres;

/// <summary>
/// Who is at work. A process holds a lock of its own and tells twice a second that it lives. Whoever has lost his lock, or
/// is silent for five seconds (stopped, or cut off), is struck off by the others: what he had claimed is free, and his
/// sessions, with their locks, are ended.
/// </summary>
sealed class Membership(RunStore store, Pulse pulse, TimeProvider time, IProgress<string>? notices)
{
    static readonly TimeSpan BeatEvery = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    bool _isBack;

    /// <summary>Until cancelled; throws where the session is lost, and may be called again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var session = await store.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        session.Notification += (_, _) => pulse.Beat();
        await session.ExecuteAsync($"listen {store.Channel}", cancellationToken).ConfigureAwait(false);

        // The lock before the line: a line without a lock is struck off.
        await session.ExecuteAsync("select pg_advisory_lock($1, $2)", cancellationToken, store.LockClass, store.Member).ConfigureAwait(false);
        var (opened, isBack) = (time.GetTimestamp(), _isBack);
        while (true)
        {
            var sent = time.GetTimestamp();
            if (await BeatAsync(session, cancellationToken).ConfigureAwait(false) && _isBack)
            {
                notices?.Report($"{store.Address}: this process was silent for so long that the others had taken over what it had claimed. It goes on.");
            }

            _isBack = true;

            // After a crash of the server all come back, one by one; and who was silent himself must not call others so.
            if ((!isBack || time.GetElapsedTime(opened) > Grace) && time.GetElapsedTime(sent) < BeatEvery)
            {
                await StrikeOffAsync(session, cancellationToken).ConfigureAwait(false);
            }

            await WaitAsync(session, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Notifications come in while the session waits for them.</summary>
    static async Task WaitAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        var until = Environment.TickCount64 + (long)BeatEvery.TotalMilliseconds;
        while (until - Environment.TickCount64 is > 0 and var left)
        {
            await session.WaitAsync(TimeSpan.FromMilliseconds(left), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>True: it was not, or no longer, among the members.</summary>
    async Task<bool> BeatAsync(NpgsqlConnection session, CancellationToken cancellationToken) => (await session.QueryAsync(
        "insert into member(id, host, pid) values ($1, $2, $3) on conflict (id) do update set beat = clock_timestamp() returning xmax = 0",
        static row => row.GetBoolean(0),
        cancellationToken,
        store.Member,
        Environment.MachineName,
        Environment.ProcessId).ConfigureAwait(false))[0];

    async Task StrikeOffAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        var gone = await session.QueryAsync(
            """
            delete from member m
            where id <> $1 and (beat < clock_timestamp() - interval '5 seconds' or not exists (
                select from pg_locks l
                where l.locktype = 'advisory' and l.objsubid = 2 and l.granted and l.classid::bigint = $2 and l.objid::bigint = m.id
                    and l.database = (select oid from pg_database where datname = current_database())))
            returning id, host, pid
            """,
            static row => (Id: row.GetInt32(0), Host: row.GetString(1), Pid: row.GetInt32(2)),
            cancellationToken,
            store.Member,
            (long)(uint)store.LockClass).ConfigureAwait(false);
        foreach (var member in gone)
        {
            await session.QueryAsync(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1",
                static row => row.GetBoolean(0),
                cancellationToken,
                RunStore.NameOf(store.Address.Run, member.Id)).ConfigureAwait(false);
            notices?.Report(string.Create(CultureInfo.InvariantCulture, $"{store.Address}: process {member.Pid} on {member.Host} is gone; what it had claimed is taken over."));
        }

        if (gone is not [])
        {
            await session.ExecuteAsync($"notify {store.Channel}", cancellationToken).ConfigureAwait(false);
        }
    }
}
