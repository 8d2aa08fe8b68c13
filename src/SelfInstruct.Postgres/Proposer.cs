using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using SelfInstruct.Instructions;
using SelfInstruct.Models;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Postgres;

/// <summary>Asks the prompts of the rounds that are worked on; each is claimed, so that no two processes ask the same.</summary>
/// <param name="rounds">Of the run.</param>
/// <param name="requests">Makes prompts.</param>
/// <param name="proposals">Reads answers.</param>
/// <param name="completions">Asked.</param>
/// <param name="pulse">Beats when something was written.</param>
/// <param name="time">For pauses.</param>
sealed class Proposer(
    StoredRounds rounds, InstructionRequests requests, InstructionProposals proposals, CompletionLog completions, Pulse pulse, TimeProvider time) : IAsyncDisposable
{
    const string Stage = "instructions";

    readonly Grouped<Answer> _answers = new(batch => WriteAsync(rounds.Store, rounds.Options.PromptsPerRound, batch), time);
    readonly Pulse _done = new(time);
    readonly Dictionary<Task, int> _asking = [];

    InstructionOptions Options => rounds.Options;

    int Most => completions.Model.MaxConcurrency;

    /// <summary>Until the pool holds the target.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await ReleaseAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var (next, done) = (pulse.Next, _done.Next);
            await EndThoseDoneAsync().ConfigureAwait(false);
            var state = await rounds.ReadStateAsync(cancellationToken).ConfigureAwait(false);
            if (rounds.IsComplete(state))
            {
                return;
            }

            var free = Most - _asking.Count;
            var claimed = await ClaimAsync(state, free, cancellationToken).ConfigureAwait(false);
            foreach (var request in await PrepareAsync(claimed, cancellationToken).ConfigureAwait(false))
            {
                _asking.Add(Queries.RetryAsync(() => AskAsync(request, cancellationToken), time, cancellationToken), NumberOf(request));
            }

            // Where there was less to claim than wanted, only a decided round brings more.
            await pulse.WaitAsync(cancellationToken, claimed.Count < free ? [next] : [next, done]).ConfigureAwait(false);
        }
    }

    /// <summary>What is in flight is paid for, and recorded.</summary>
    public async ValueTask DisposeAsync()
    {
        await ((Task)Task.WhenAll(_asking.Keys)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _answers.DisposeAsync().ConfigureAwait(false);
    }

    async Task EndThoseDoneAsync()
    {
        foreach (var done in _asking.Keys.Where(static task => task.IsCompleted).ToList())
        {
            _asking.Remove(done);
            await done.ConfigureAwait(false);
        }
    }

    /// <summary>Claims of ours that nothing came of, because the line broke between claim and question.</summary>
    async Task ReleaseAsync(CancellationToken cancellationToken) => await rounds.Store.Database.ExecuteAsync(
        "delete from claim where stage = $1 and owner = $2 and no <> all($3)", cancellationToken, Stage, rounds.Store.Member, _asking.Values.ToArray()).ConfigureAwait(false);

    int NumberOf(CompletionRequest request) => (request.Origin.Round * Options.PromptsPerRound) + request.Origin.Slot;

    async Task<List<int>> ClaimAsync(RoundsState state, int free, CancellationToken cancellationToken)
    {
        if (free <= 0)
        {
            return [];
        }

        var first = state.Next * Options.PromptsPerRound;
        return await rounds.Store.Database.QueryAsync(
            """
            insert into claim(stage, no, owner)
            select $1, n, $2 from generate_series($3, $4) n
            where not exists (select from answer where round = n / $5 and slot = n % $5) and not exists (select from claim where stage = $1 and no = n)
                and exists (select from member where id = $2)
            order by n limit $6
            on conflict do nothing returning no
            """,
            static row => row.GetInt32(0),
            cancellationToken,
            Stage,
            rounds.Store.Member,
            first,
            first + (Options.RoundsInFlight * Options.PromptsPerRound) - 1,
            Options.PromptsPerRound,
            free).ConfigureAwait(false);
    }

    /// <summary>The demonstrations of all prompts are looked up together.</summary>
    async Task<List<CompletionRequest>> PrepareAsync(List<int> claimed, CancellationToken cancellationToken)
    {
        List<DrawnDemonstrations> drawn = [];
        foreach (var round in claimed.GroupBy(slot => slot / Options.PromptsPerRound))
        {
            var pool = await rounds.PoolOfAsync(round.Key, cancellationToken).ConfigureAwait(false);
            drawn.AddRange(round.Select(slot => requests.Draw(round.Key, slot % Options.PromptsPerRound, rounds.Seeds.Length, pool)));
        }

        var lines = drawn is []
            ? []
            : await rounds.ReadLinesAsync(drawn.SelectMany(static one => one.Numbers).Where(number => number >= rounds.Seeds.Length).Select(number => number - rounds.Seeds.Length), cancellationToken).ConfigureAwait(false);
        return [.. drawn.Select(one => Create(one, lines))];
    }

    CompletionRequest Create(DrawnDemonstrations drawn, Dictionary<int, MachineInstruction> lines)
    {
        Dictionary<string, Instance> instances = [];
        ImmutableArray<string> texts = [.. drawn.Numbers.Select(number => Show(number, lines, instances))];
        return requests.Create(drawn, texts, instances);
    }

    string Show(int number, Dictionary<int, MachineInstruction> lines, Dictionary<string, Instance> instances)
    {
        if (number < rounds.Seeds.Length)
        {
            var seed = rounds.Seeds.First(seed => seed.Instruction == rounds.Seeds[number].Instruction);
            instances.TryAdd(seed.Instruction, seed.Instances[0]);
            return seed.Instruction;
        }

        var line = lines[number - rounds.Seeds.Length];
        instances.TryAdd(line.Instruction, line.Instance ?? new Instance("", ""));
        return line.Instruction;
    }

    async Task AskAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        // The prompts of a claim are many: the first must not hold up the others.
        await Task.Yield();
        var answer = await completions.CompleteAsync(request, cancellationToken).ConfigureAwait(false);
        var json = JsonSerializer.Serialize([.. proposals.Read(request.Prompt, answer)], StoreJson.Format.ImmutableArrayProposedInstruction);
        await _answers.AddAsync(new Answer(request.Origin.Round, request.Origin.Slot, NumberOf(request), json)).ConfigureAwait(false);
        _done.Beat();
    }

    // Not for a round that was decided meanwhile: nobody would take it away.
    static async Task WriteAsync(RunStore store, int promptsPerRound, IReadOnlyList<Answer> answers)
    {
        await store.Database.ExecuteAsync(
            $"""
            with given as (select * from unnest($1, $2, $3, $4) as a(round, slot, no, json)),
                stored as (insert into answer(round, slot, json) select round, slot, json from given where not exists (select from round where no = given.round) on conflict do nothing),
                done as (delete from claim using given where stage = '{Stage}' and claim.no = given.no)
            select 1
            """,
            CancellationToken.None,
            answers.Select(static answer => answer.Round).ToArray(),
            answers.Select(static answer => answer.Slot).ToArray(),
            answers.Select(static answer => answer.No).ToArray(),
            answers.Select(static answer => answer.Json).ToArray()).ConfigureAwait(false);

        // After the commit: whoever answers last sees that the round is whole.
        await store.Database.ExecuteAsync(
            "select pg_notify($1, '') where exists (select from answer where round = any($2) group by round having count(*) = $3)",
            CancellationToken.None,
            store.Channel,
            answers.Select(static answer => answer.Round).Distinct().ToArray(),
            promptsPerRound).ConfigureAwait(false);
    }

    /// <param name="No">Of the claim.</param>
    [StructLayout(LayoutKind.Auto)]
    readonly record struct Answer(int Round, int Slot, int No, string Json);
}
