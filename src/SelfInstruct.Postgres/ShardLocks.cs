using Npgsql;

namespace SelfInstruct.Postgres;

/// <summary>Which shards are this process's: each has an advisory lock, and every process takes its fair share of them.</summary>
/// <param name="session">Holds the locks; when it ends, they are free.</param>
sealed class ShardLocks(RunStore store, NpgsqlConnection session)
{
    const int FirstKey = 1000;

    readonly SortedSet<int> _held = [];

    public IReadOnlySet<int> Held => _held;

    /// <summary>Takes free shards up to this process's share, or gives back those beyond it.</summary>
    /// <param name="known">Shards whose texts are in memory: rather these than others.</param>
    /// <param name="cancellationToken">Ends the wait for the server.</param>
    public async Task BalanceAsync(IReadOnlyCollection<int> known, CancellationToken cancellationToken)
    {
        var members = (await session.QueryAsync("select count(*)::int from member", static row => row.GetInt32(0), cancellationToken).ConfigureAwait(false))[0];
        var share = (store.Run.Shards + Math.Max(members, 1) - 1) / Math.Max(members, 1);
        while (_held.Count > share)
        {
            var shard = _held.Max;
            await session.ExecuteAsync("select pg_advisory_unlock($1, $2)", cancellationToken, store.LockClass, FirstKey + shard).ConfigureAwait(false);
            _held.Remove(shard);
        }

        if (_held.Count < share)
        {
            await TakeAsync(share - _held.Count, known, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The lock is tried only of shards that seem free: a lock that is tried in a where clause may be taken for rows that are then left out.</summary>
    async Task TakeAsync(int wanted, IReadOnlyCollection<int> known, CancellationToken cancellationToken)
    {
        var held = await session.QueryAsync(
            """
            select objid::bigint from pg_locks where locktype = 'advisory' and objsubid = 2 and classid::bigint = $1
                and database = (select oid from pg_database where datname = current_database())
            """,
            static row => (int)row.GetInt64(0) - FirstKey,
            cancellationToken,
            (long)(uint)store.LockClass).ConfigureAwait(false);
        foreach (var shard in Enumerable.Range(0, store.Run.Shards).Except(held).Except(_held).OrderByDescending(known.Contains).Take(wanted))
        {
            var taken = await session.QueryAsync("select pg_try_advisory_lock($1, $2)", static row => row.GetBoolean(0), cancellationToken, store.LockClass, FirstKey + shard).ConfigureAwait(false);
            if (taken[0])
            {
                _held.Add(shard);
            }
        }
    }
}
