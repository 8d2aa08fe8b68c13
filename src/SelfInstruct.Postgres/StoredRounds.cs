using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using SelfInstruct.Instructions;
using SelfInstruct.Tasks;

namespace SelfInstruct.Postgres;

/// <summary>Where step 1 stands.</summary>
/// <param name="Next">The first round that is not decided.</param>
/// <param name="Size">Instructions in the pool.</param>
/// <param name="RanDry">Why the model is not asked further; null: it is.</param>
[StructLayout(LayoutKind.Auto)]
readonly record struct RoundsState(int Next, int Size, string? RanDry);

/// <summary>What there is of an undecided round.</summary>
/// <param name="Answers">Of its prompts.</param>
/// <param name="Decided">Shards that told what is too near.</param>
/// <param name="Measured">Shards that told the records of the rest.</param>
sealed record OpenRound(int Round, int Answers, ImmutableArray<int> Decided, ImmutableArray<int> Measured);

/// <summary>Reads of the rounds of step 1.</summary>
sealed class StoredRounds(RunStore store, InstructionOptions options, ImmutableArray<SeedTask> seeds)
{
    readonly ConcurrentDictionary<int, Lazy<Task<ImmutableArray<ProposedInstruction>>>> _proposed = [];

    public RunStore Store => store;

    public InstructionOptions Options => options;

    public ImmutableArray<SeedTask> Seeds => seeds;

    public int Shards => store.Run.Shards;

    /// <exception cref="ModelRanDryException">The model is not asked further.</exception>
    public async Task<RoundsState> ReadStateAsync(CancellationToken cancellationToken)
    {
        var state = (await store.Database.QueryAsync(
            "select (select coalesce(max(no), -1) from round), (select coalesce(max(seq), -1) from pool), (select value from meta where name = 'ran_dry')",
            static row => new RoundsState(row.GetInt32(0) + 1, row.GetInt32(1) + 1, row.IsDBNull(2) ? null : row.GetString(2)),
            cancellationToken).ConfigureAwait(false))[0];
        return state.RanDry is { } reason ? throw new ModelRanDryException(reason) : state;
    }

    public bool IsComplete(RoundsState state) => state.Size >= options.Target;

    /// <summary>Rounds that are worked on, in order.</summary>
    public IEnumerable<int> Open(RoundsState state) => IsComplete(state) ? [] : Enumerable.Range(state.Next, options.RoundsInFlight);

    /// <summary>How many of the pool a round's prompts are drawn from, and its shards know.</summary>
    public async Task<int> PoolOfAsync(int round, CancellationToken cancellationToken)
    {
        var sizes = await store.Database.QueryAsync(
            "select coalesce((select size from round where no = $1), (select count(*)::int from pool where round = $2))",
            static row => row.GetInt32(0),
            cancellationToken,
            round - options.RoundsInFlight,
            InstructionRequests.BeforeFirst).ConfigureAwait(false);
        return sizes[0];
    }

    public async Task<List<OpenRound>> ReadOpenAsync(RoundsState state, CancellationToken cancellationToken) =>
        await store.Database.QueryAsync(
            """
            select r, (select count(*)::int from answer where round = r),
                coalesce((select array_agg(shard) from verdict_shard where round = r and phase = 0), '{}'),
                coalesce((select array_agg(shard) from verdict_shard where round = r and phase = 1), '{}')
            from unnest($1) as r order by r
            """,
            static row => new OpenRound(row.GetInt32(0), row.GetInt32(1), [.. row.GetFieldValue<int[]>(2)], [.. row.GetFieldValue<int[]>(3)]),
            cancellationToken,
            Open(state).ToArray()).ConfigureAwait(false);

    /// <summary>The candidates of a round whose prompts are all answered, in prompt order. Read once.</summary>
    public async Task<ImmutableArray<ProposedInstruction>> ReadProposedAsync(int round, CancellationToken cancellationToken)
    {
        foreach (var old in _proposed.Keys.Where(known => known < round - options.RoundsInFlight))
        {
            _proposed.TryRemove(old, out _);
        }

        var reading = _proposed.GetOrAdd(round, _ => new Lazy<Task<ImmutableArray<ProposedInstruction>>>(() => LoadProposedAsync(round)));
        try
        {
            return await reading.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // A failure must not be what the next one finds.
            _proposed.TryRemove(round, out _);
            throw;
        }
    }

    /// <summary>Those of them that novelty decides.</summary>
    public static ImmutableArray<string> WellFormed(ImmutableArray<ProposedInstruction> proposed) =>
        [.. proposed.Where(static one => one.Rule is null).Select(static one => one.Text)];

    /// <summary>What shards wrote of a round, by phase.</summary>
    public Task<List<byte[]>> ReadVerdictsAsync(int round, int phase, CancellationToken cancellationToken) =>
        store.Database.QueryAsync("select json from verdict where round = $1 and phase = $2 order by id", static row => row.GetFieldValue<byte[]>(0), cancellationToken, round, phase);

    /// <summary>What is too near to a text of any shard.</summary>
    public async Task<List<ShardHit>> ReadHitsAsync(int round, CancellationToken cancellationToken) =>
        [.. (await ReadVerdictsAsync(round, 0, cancellationToken).ConfigureAwait(false)).SelectMany(static json => JsonSerializer.Deserialize(json, StoreJson.Format.ImmutableArrayShardHit))];

    /// <summary>Lines of the pool, by place.</summary>
    public async Task<Dictionary<int, MachineInstruction>> ReadLinesAsync(IEnumerable<int> places, CancellationToken cancellationToken)
    {
        var lines = await store.Database.QueryAsync(
            "select seq, json from pool where seq = any($1)",
            static row => (Place: row.GetInt32(0), Json: row.GetString(1)),
            cancellationToken,
            places.Distinct().ToArray()).ConfigureAwait(false);
        return lines.ToDictionary(static line => line.Place, static line => JsonSerializer.Deserialize(line.Json, TaskJson.Format.MachineInstruction)!);
    }

    /// <summary>Texts by number: the seeds first, then the pool.</summary>
    public async Task<Dictionary<int, string>> ReadTextsAsync(IEnumerable<int> numbers, CancellationToken cancellationToken)
    {
        var all = numbers.ToHashSet();
        var texts = await store.Database.QueryAsync(
            "select seq, instruction from pool where seq = any($1)",
            static row => (Place: row.GetInt32(0), Text: row.GetString(1)),
            cancellationToken,
            all.Where(number => number >= seeds.Length).Select(number => number - seeds.Length).ToArray()).ConfigureAwait(false);
        return all.Where(number => number < seeds.Length).Select(number => (Number: number, Text: seeds[number].Instruction))
            .Concat(texts.Select(text => (Number: text.Place + seeds.Length, text.Text)))
            .ToDictionary(static text => text.Number, static text => text.Text);
    }

    async Task<ImmutableArray<ProposedInstruction>> LoadProposedAsync(int round)
    {
        var answers = await store.Database.QueryAsync(
            "select json from answer where round = $1 order by slot", static row => row.GetString(0), CancellationToken.None, round).ConfigureAwait(false);
        if (answers.Count != options.PromptsPerRound)
        {
            // Decided meanwhile: its answers are gone.
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"Round {round} has {answers.Count} of {options.PromptsPerRound} answers."));
        }

        return [.. answers.SelectMany(static json => JsonSerializer.Deserialize(json, StoreJson.Format.ImmutableArrayProposedInstruction))];
    }
}
