using System.Collections.Immutable;
using System.Globalization;
using Npgsql;

namespace SelfInstruct.Postgres;

/// <summary>
/// The tables of a shared run, in versions. Each only adds to the one before, so that a process of an older release goes
/// on working until it ends; a store that is newer than the release is refused.
/// </summary>
static class Migrations
{
    static readonly ImmutableArray<string> Steps =
    [
        """
        create table meta(name text primary key, value text not null);
        create table member(id int primary key, host text not null, pid int not null, beat timestamptz not null default clock_timestamp());
        create table completion(id bigserial primary key, key text unique, tx xid8 not null default pg_current_xact_id(), json text not null);
        create index completion_order on completion(tx, id);
        create table answer(round int, slot int, json text not null, primary key(round, slot));
        create table verdict(id bigserial primary key, round int not null, phase int not null, json bytea not null);
        create index verdict_round on verdict(round, phase);
        create table verdict_shard(round int, phase int, shard int, primary key(round, phase, shard));
        create table round(no int primary key, size int not null, accepted int not null, rejected int not null, rules text not null, at timestamptz not null default clock_timestamp());
        create table pool(seq int primary key, round int not null, instruction text not null, json text not null);
        create index pool_round on pool(round);
        create table rejection(round int, ordinal int, json text not null, primary key(round, ordinal));
        create table claim(stage text, no int, owner int not null references member(id) on delete cascade, primary key(stage, no));
        create index claim_owner on claim(owner);
        create table finished(stage text, no int, primary key(stage, no));
        create table result(stage text, seq int, json text not null, primary key(stage, seq));
        """,
    ];

    /// <summary>Of this release.</summary>
    public static int Version => Steps.Length;

    /// <summary>Brings the session's schema, which exists, to this release's version. Within the caller's transaction.</summary>
    /// <param name="session">Holds the run's lock for starting.</param>
    /// <param name="found">The version that is there; 0: nothing.</param>
    /// <param name="place">The store, for the error.</param>
    /// <param name="cancellationToken">Ends the wait for the server.</param>
    /// <exception cref="InvalidDataException">The store is newer.</exception>
    public static async Task ApplyAsync(NpgsqlConnection session, int found, StoreAddress place, CancellationToken cancellationToken)
    {
        if (found > Version)
        {
            throw new InvalidDataException($"{place}: is of schema version {found}; this release knows {Version}. Use the release that made it, or a newer one.");
        }

        foreach (var step in Steps.Skip(found))
        {
            await session.ExecuteAsync(step, cancellationToken).ConfigureAwait(false);
        }

        if (found < Version)
        {
            await session.ExecuteAsync(
                "insert into meta values ('schema_version', $1) on conflict (name) do update set value = excluded.value",
                cancellationToken,
                Version.ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
        }
    }
}
