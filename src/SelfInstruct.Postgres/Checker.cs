using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using SelfInstruct.Novelty;

namespace SelfInstruct.Postgres;

/// <summary>
/// Owns shards of the novelty index, and says of every round what is too near to their texts, and then, when all shards
/// have said so, how near the rest is. A round is held against the pool that its prompts were drawn from.
/// </summary>
sealed class Checker(StoredRounds rounds, ShardSnapshots snapshots, Pulse pulse)
{
    /// <summary>Shards that came together are one index, which costs less than several.</summary>
    readonly List<NoveltyShard> _groups = [];

    RunStore Store => rounds.Store;

    /// <summary>Until the pool holds the target; throws where the session is lost, and may be called again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var session = await Store.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        var locks = new ShardLocks(Store, session);
        while (true)
        {
            var next = pulse.Next;
            var state = await rounds.ReadStateAsync(cancellationToken).ConfigureAwait(false);
            if (rounds.IsComplete(state))
            {
                return;
            }

            await locks.BalanceAsync([.. _groups.SelectMany(static group => group.Parts)], cancellationToken).ConfigureAwait(false);
            Keep(locks.Held);
            if (!await CheckAsync(state, cancellationToken).ConfigureAwait(false))
            {
                await pulse.WaitAsync(cancellationToken, next).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A group that lost a shard to another process is built again without it; what is new here becomes a group.</summary>
    void Keep(IReadOnlySet<int> held)
    {
        _groups.RemoveAll(group => !group.Parts.All(held.Contains));
        ImmutableArray<int> missing = [.. held.Except(_groups.SelectMany(static group => group.Parts)).Order()];
        Add(missing);
    }

    void Add(ImmutableArray<int> parts)
    {
        if (parts is not [])
        {
            var options = new NoveltyOptions { Threshold = rounds.Options.MaxSimilarity, Words = rounds.Options.Words };
            _groups.Add(new NoveltyShard(options, parts, rounds.Shards));
        }
    }

    /// <summary>One step of the first round that wants one; false: none does.</summary>
    async Task<bool> CheckAsync(RoundsState state, CancellationToken cancellationToken)
    {
        foreach (var open in await rounds.ReadOpenAsync(state, cancellationToken).ConfigureAwait(false))
        {
            // In order: once a shard has taken in a later round's pool, it cannot judge an earlier one.
            if (open.Answers < rounds.Options.PromptsPerRound)
            {
                return false;
            }

            if (Lacking(open.Decided) is not [] and var undecided)
            {
                await DecideAsync(open.Round, undecided, cancellationToken).ConfigureAwait(false);
                return true;
            }

            if (open.Decided.Length < rounds.Shards)
            {
                return false;
            }

            if (Lacking(open.Measured) is not [] and var unmeasured)
            {
                await MeasureAsync(open.Round, unmeasured, cancellationToken).ConfigureAwait(false);
                return true;
            }
        }

        return false;
    }

    /// <summary>Groups that have not told yet. One whose shards came from several processes, of which some had told, is parted.</summary>
    /// <param name="told">Shards that have.</param>
    NoveltyShard[] Lacking(ImmutableArray<int> told)
    {
        foreach (var mixed in _groups.Where(group => group.Parts.Any(told.Contains) && !group.Parts.All(told.Contains)).ToList())
        {
            _groups.Remove(mixed);
            Add([.. mixed.Parts.Where(told.Contains)]);
            Add([.. mixed.Parts.Where(part => !told.Contains(part))]);
        }

        return [.. _groups.Where(group => !group.Parts.All(told.Contains))];
    }

    async Task DecideAsync(int round, NoveltyShard[] groups, CancellationToken cancellationToken)
    {
        var candidates = StoredRounds.WellFormed(await rounds.ReadProposedAsync(round, cancellationToken).ConfigureAwait(false));
        await ApplyAsync(round, groups, cancellationToken).ConfigureAwait(false);
        var found = await LongWork.RunAsync(() => FindHits(groups, candidates), cancellationToken).ConfigureAwait(false);
        await WriteAsync(round, 0, groups, JsonSerializer.SerializeToUtf8Bytes(found, StoreJson.Format.ImmutableArrayShardHit), cancellationToken).ConfigureAwait(false);
    }

    async Task MeasureAsync(int round, NoveltyShard[] groups, CancellationToken cancellationToken)
    {
        var candidates = StoredRounds.WellFormed(await rounds.ReadProposedAsync(round, cancellationToken).ConfigureAwait(false));
        var near = (await rounds.ReadHitsAsync(round, cancellationToken).ConfigureAwait(false)).Select(static hit => hit.Candidate).ToHashSet();
        string[] left = [.. candidates.Where((_, i) => !near.Contains(i))];
        await ApplyAsync(round, groups, cancellationToken).ConfigureAwait(false);
        var json = await LongWork.RunAsync(() => JsonSerializer.SerializeToUtf8Bytes(Measure(groups, left), StoreJson.Format.ImmutableArrayShardRecord), cancellationToken).ConfigureAwait(false);
        await WriteAsync(round, 1, groups, json, cancellationToken).ConfigureAwait(false);
    }

    static ImmutableArray<ShardHit> FindHits(NoveltyShard[] groups, ImmutableArray<string> candidates)
    {
        var hits = new Neighbour?[candidates.Length];
        foreach (var group in groups)
        {
            Parallel.For(0, candidates.Length, i => hits[i] = Neighbour.Nearer(hits[i], group.FindAbove(candidates[i])));
        }

        return [.. hits.Index().Where(static hit => hit.Item is not null).Select(static hit => new ShardHit(hit.Index, hit.Item!.Value.Index, hit.Item.Value.Score))];
    }

    static ImmutableArray<ShardRecord> Measure(NoveltyShard[] groups, string[] candidates)
    {
        var parts = groups.Select(group => group.Measure(candidates)).ToList();
        return [.. Enumerable.Range(0, candidates.Length).Select(i => ShardRecord.Of(PartialRecord.Sum([.. parts.Select(part => part[i])])))];
    }

    /// <summary>Brings shards to the pool that a round is held against.</summary>
    async Task ApplyAsync(int round, NoveltyShard[] groups, CancellationToken cancellationToken)
    {
        var texts = rounds.Seeds.Length + await rounds.PoolOfAsync(round, cancellationToken).ConfigureAwait(false);
        foreach (var group in groups.Where(group => group.Next < texts))
        {
            await snapshots.FillAsync(group, texts, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Each shard has one verdict; where another process was first, ours is dropped, being the same.</summary>
    async Task WriteAsync(int round, int phase, NoveltyShard[] groups, byte[] json, CancellationToken cancellationToken)
    {
        try
        {
            await Store.Database.ExecuteAsync(
                """
                with shard as (insert into verdict_shard(round, phase, shard) select $1, $2, unnest($3))
                insert into verdict(round, phase, json) values ($1, $2, $4)
                """,
                cancellationToken,
                round,
                phase,
                groups.SelectMany(static group => group.Parts).ToArray(),
                json).ConfigureAwait(false);

            // After the commit: the last of all that tell sees that nobody is missing.
            await Store.Database.ExecuteAsync(
                "select pg_notify($1, '') where (select count(*) from verdict_shard where round = $2 and phase = $3) = $4",
                cancellationToken,
                Store.Channel,
                round,
                phase,
                rounds.Shards).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
        }
    }
}
