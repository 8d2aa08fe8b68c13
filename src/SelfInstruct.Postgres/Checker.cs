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
    readonly SortedDictionary<int, NoveltyShard> _shards = [];

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

            await locks.BalanceAsync(cancellationToken).ConfigureAwait(false);
            Keep(locks.Held);
            if (!await CheckAsync(state, locks.Held, cancellationToken).ConfigureAwait(false))
            {
                await pulse.WaitAsync(cancellationToken, next).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What others own now is forgotten here.</summary>
    void Keep(IReadOnlySet<int> held)
    {
        foreach (var lost in _shards.Keys.Where(shard => !held.Contains(shard)).ToList())
        {
            _shards.Remove(lost);
        }

        foreach (var shard in held.Where(shard => !_shards.ContainsKey(shard)))
        {
            var options = new NoveltyOptions { Threshold = rounds.Options.MaxSimilarity, Words = rounds.Options.Words };
            _shards.Add(shard, new NoveltyShard(options, shard, rounds.Shards));
        }
    }

    /// <summary>One step of the first round that wants one; false: none does.</summary>
    async Task<bool> CheckAsync(RoundsState state, IReadOnlySet<int> held, CancellationToken cancellationToken)
    {
        foreach (var open in await rounds.ReadOpenAsync(state, cancellationToken).ConfigureAwait(false))
        {
            // In order: once a shard has taken in a later round's pool, it cannot judge an earlier one.
            if (open.Answers < rounds.Options.PromptsPerRound)
            {
                return false;
            }

            if (held.Except(open.Decided).ToArray() is not [] and var undecided)
            {
                await DecideAsync(open.Round, undecided, cancellationToken).ConfigureAwait(false);
                return true;
            }

            if (open.Decided.Length < rounds.Shards)
            {
                return false;
            }

            if (held.Except(open.Measured).ToArray() is not [] and var unmeasured)
            {
                await MeasureAsync(open.Round, unmeasured, cancellationToken).ConfigureAwait(false);
                return true;
            }
        }

        return false;
    }

    async Task DecideAsync(int round, int[] shards, CancellationToken cancellationToken)
    {
        var candidates = StoredRounds.WellFormed(await rounds.ReadProposedAsync(round, cancellationToken).ConfigureAwait(false));
        await ApplyAsync(round, shards, cancellationToken).ConfigureAwait(false);
        var hits = new Neighbour?[candidates.Length];
        foreach (var shard in shards.Select(shard => _shards[shard]))
        {
            // Nearest within this process: the verdict is one over all its shards.
            Parallel.For(0, candidates.Length, i => hits[i] = Neighbour.Nearer(hits[i], shard.FindAbove(candidates[i])));
        }

        ImmutableArray<ShardHit> found = [.. hits.Index().Where(static hit => hit.Item is not null).Select(static hit => new ShardHit(hit.Index, hit.Item!.Value.Index, hit.Item.Value.Score))];
        await WriteAsync(round, 0, shards, JsonSerializer.Serialize(found, StoreJson.Format.ImmutableArrayShardHit), cancellationToken).ConfigureAwait(false);
    }

    async Task MeasureAsync(int round, int[] shards, CancellationToken cancellationToken)
    {
        var candidates = StoredRounds.WellFormed(await rounds.ReadProposedAsync(round, cancellationToken).ConfigureAwait(false));
        var near = (await rounds.ReadHitsAsync(round, cancellationToken).ConfigureAwait(false)).Select(static hit => hit.Candidate).ToHashSet();
        string[] left = [.. candidates.Where((_, i) => !near.Contains(i))];
        await ApplyAsync(round, shards, cancellationToken).ConfigureAwait(false);
        var parts = shards.AsParallel().Select(shard => _shards[shard].Measure(left)).ToList();
        ImmutableArray<PartialRecord> sums = [.. Enumerable.Range(0, left.Length).Select(i => PartialRecord.Sum([.. parts.Select(part => part[i])]))];
        await WriteAsync(round, 1, shards, JsonSerializer.Serialize(sums, StoreJson.Format.ImmutableArrayPartialRecord), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Brings shards to the pool that a round is held against.</summary>
    async Task ApplyAsync(int round, int[] shards, CancellationToken cancellationToken)
    {
        var texts = rounds.Seeds.Length + await rounds.PoolOfAsync(round, cancellationToken).ConfigureAwait(false);
        var behind = shards.Where(shard => _shards[shard].Next < texts).ToDictionary(static shard => shard, shard => _shards[shard]);
        if (behind.Count > 0)
        {
            await snapshots.FillAsync(behind, texts, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Each shard has one verdict; where another process was first, ours is dropped, being the same.</summary>
    async Task WriteAsync(int round, int phase, int[] shards, string json, CancellationToken cancellationToken)
    {
        try
        {
            await Store.Database.ExecuteAsync(
                """
                with shard as (insert into verdict_shard(round, phase, shard) select $1, $2, unnest($3)),
                    written as (insert into verdict(round, phase, json) values ($1, $2, $4))
                select pg_notify($5, '')
                """,
                cancellationToken,
                round,
                phase,
                shards,
                json,
                Store.Channel).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
        }
    }
}
