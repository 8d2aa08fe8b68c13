using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using SelfInstruct.Instructions;
using SelfInstruct.Novelty;
using SelfInstruct.Tasks;

namespace SelfInstruct.Postgres;

/// <summary>
/// Decides rounds, one after another: what all shards said, and what was accepted since, decide of every candidate; pool,
/// rejections and the round go in with one transaction. It runs on the session that holds the committer's lock, and
/// names its places in the pool: who lost the lock, or was overtaken, commits nothing.
/// </summary>
sealed class Committer(StoredRounds rounds, Pulse pulse)
{
    const int LockKey = 1;

    RunStore Store => rounds.Store;

    InstructionOptions Options => rounds.Options;

    /// <summary>Until the pool holds the target; throws where the session is lost, and may be called again.</summary>
    /// <exception cref="ModelRanDryException">Too many rounds in a row brought nothing.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var session = await Store.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        var isHeld = false;
        while (true)
        {
            var next = pulse.Next;
            isHeld = isHeld || (await session.QueryAsync("select pg_try_advisory_lock($1, $2)", static row => row.GetBoolean(0), cancellationToken, Store.LockClass, LockKey).ConfigureAwait(false))[0];
            var state = await rounds.ReadStateAsync(cancellationToken).ConfigureAwait(false);
            if (rounds.IsComplete(state))
            {
                return;
            }

            if (!isHeld || !await CommitNextAsync(session, state, cancellationToken).ConfigureAwait(false))
            {
                await pulse.WaitAsync(cancellationToken, next).ConfigureAwait(false);
            }
        }
    }

    /// <summary>False: the next round lacks something.</summary>
    async Task<bool> CommitNextAsync(NpgsqlConnection session, RoundsState state, CancellationToken cancellationToken)
    {
        var open = (await rounds.ReadOpenAsync(state, cancellationToken).ConfigureAwait(false))[0];
        if (open.Answers < Options.PromptsPerRound || open.Measured.Length < rounds.Shards)
        {
            return false;
        }

        var proposed = await rounds.ReadProposedAsync(open.Round, cancellationToken).ConfigureAwait(false);
        var verdicts = await JudgeAsync(open.Round, state.Size, StoredRounds.WellFormed(proposed), cancellationToken).ConfigureAwait(false);
        var admission = new InstructionAdmission(Options, await FirstRequestAsync(cancellationToken).ConfigureAwait(false));
        var round = admission.Admit(open.Round, proposed, verdicts, state.Size);
        try
        {
            await WriteAsync(session, round, state.Size, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // Another committer was first, with the same round.
        }

        await StopIfDryAsync(session, state.Size + round.Accepted.Length, cancellationToken).ConfigureAwait(false);
        return true;
    }

    async Task<IEnumerable<NoveltyVerdict>> JudgeAsync(int round, int size, ImmutableArray<string> candidates, CancellationToken cancellationToken)
    {
        var first = rounds.Seeds.Length + await rounds.PoolOfAsync(round, cancellationToken).ConfigureAwait(false);
        var texts = await rounds.ReadTextsAsync(Enumerable.Range(first, rounds.Seeds.Length + size - first), cancellationToken).ConfigureAwait(false);
        var newer = new NoveltyIndex(new NoveltyOptions { Threshold = Options.MaxSimilarity, Words = Options.Words, KeepTexts = false });
        for (var number = first; number < rounds.Seeds.Length + size; number++)
        {
            newer.Add(texts[number]);
        }

        var older = await ReadOlderAsync(round, candidates.Length, cancellationToken).ConfigureAwait(false);
        var most = Options.WholeRounds ? int.MaxValue : Options.Target - size;
        var verdicts = await LongWork.RunAsync(() => ShardedVerdicts.Judge(candidates, older, newer, first, most), cancellationToken).ConfigureAwait(false);
        foreach (var (place, candidate) in verdicts.Index().Where(static verdict => verdict.Item.Record is not null).Select((verdict, place) => (place, candidates[verdict.Index])))
        {
            texts.Add(rounds.Seeds.Length + size + place, candidate);
        }

        var known = await rounds.ReadTextsAsync(verdicts.SelectMany(NumbersOf).Where(number => !texts.ContainsKey(number)), cancellationToken).ConfigureAwait(false);
        return verdicts.Select(verdict => verdict.ToVerdict(number => texts.TryGetValue(number, out var text) ? text : known[number]));
    }

    static IEnumerable<int> NumbersOf(PartialVerdict verdict) =>
        verdict.Above is { } above ? [above.Index] : verdict.Record?.TenNearest().Select(static near => near.Index) ?? [];

    /// <summary>What all shards together say of each candidate.</summary>
    async Task<PartialVerdict[]> ReadOlderAsync(int round, int candidates, CancellationToken cancellationToken)
    {
        var above = new Neighbour?[candidates];
        foreach (var hit in await rounds.ReadHitsAsync(round, cancellationToken).ConfigureAwait(false))
        {
            above[hit.Candidate] = Neighbour.Nearer(above[hit.Candidate], new Neighbour(hit.Text, hit.Score));
        }

        var parts = (await rounds.ReadVerdictsAsync(round, 1, cancellationToken).ConfigureAwait(false)).ConvertAll(static json => JsonSerializer.Deserialize(json, StoreJson.Format.ImmutableArrayShardRecord));
        var left = 0;
        return [.. above.Select(near => new PartialVerdict(near, near is null ? Sum(left++) : null))];

        PartialRecord Sum(int place) => PartialRecord.Sum([.. parts.Select(part => part[place].ToRecord())]);
    }

    async Task<int> FirstRequestAsync(CancellationToken cancellationToken)
    {
        var last = await Store.Database.QueryAsync(
            "select json from pool where round = $1 and seq = (select count(*) - 1 from pool where round = $1)", static row => row.GetString(0), cancellationToken, InstructionRequests.BeforeFirst).ConfigureAwait(false);
        return last is [var json] ? JsonSerializer.Deserialize(json, TaskJson.Format.MachineInstruction)!.RequestIdx + 1 : 0;
    }

    async Task WriteAsync(NpgsqlConnection session, InstructionRound round, int size, CancellationToken cancellationToken)
    {
        await using var transaction = await session.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await session.ExecuteAsync(
            "insert into round(no, size, accepted, rejected, rules) values ($1, $2, $3, $4, $5)",
            cancellationToken,
            round.Round,
            size + round.Accepted.Length,
            round.Accepted.Length,
            round.Rejected.Length,
            JsonSerializer.Serialize(RulesOf(round), StoreJson.Format.SortedDictionaryStringInt32)).ConfigureAwait(false);
        await StoredLines.InsertPoolAsync(session, size, round.Accepted.Select(line => StoredLines.ToPool(line, round.Round)), cancellationToken).ConfigureAwait(false);
        await StoredLines.InsertRejectionsAsync(session, round.Round, round.Rejected, cancellationToken).ConfigureAwait(false);
        foreach (var table in (string[])["verdict", "verdict_shard", "answer"])
        {
            await session.ExecuteAsync($"delete from {table} where round = $1", cancellationToken, round.Round).ConfigureAwait(false);
        }

        await session.ExecuteAsync("select pg_notify($1, '')", cancellationToken, Store.Channel).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>From the rounds since the run was last started.</summary>
    async Task StopIfDryAsync(NpgsqlConnection session, int generated, CancellationToken cancellationToken)
    {
        var last = await session.QueryAsync(
            "select accepted, rules from round where no >= coalesce((select value::int from meta where name = 'asked_from'), 0) order by no desc limit $1",
            static row => (Accepted: row.GetInt32(0), Rules: row.GetString(1)),
            cancellationToken,
            Options.AcceptanceRounds).ConfigureAwait(false);
        var window = new AcceptanceWindow(Options.AcceptanceRounds);
        foreach (var round in Enumerable.Reverse(last))
        {
            window.Add(round.Accepted, JsonSerializer.Deserialize(round.Rules, StoreJson.Format.SortedDictionaryStringInt32)!);
        }

        if (window.FindObjection(Options, generated) is { } objection)
        {
            await session.ExecuteAsync("insert into meta values ('ran_dry', $1) on conflict do nothing", cancellationToken, objection).ConfigureAwait(false);
        }
    }

    static SortedDictionary<string, int> RulesOf(InstructionRound round) =>
        new(round.Rejected.CountBy(static rejection => rejection.Rule).ToDictionary(), StringComparer.Ordinal);
}
