using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SelfInstruct.Classification;
using SelfInstruct.Instances;
using SelfInstruct.Tasks;

namespace SelfInstruct.Postgres;

/// <summary>
/// Steps 2 and 3: ranges of the pool are claimed, and what comes of a range is written with its being finished. A range
/// that is done again, after a process was lost, finds its completions recorded.
/// </summary>
/// <param name="rounds">Of the run.</param>
/// <param name="identifier">Step 2.</param>
/// <param name="generator">Step 3.</param>
/// <param name="reading">Whether an answer of step 2 says yes.</param>
/// <param name="concurrency">Calls in flight worth having.</param>
/// <param name="pulse">Beats when something was written.</param>
/// <param name="time">For pauses.</param>
sealed class LaterSteps(
    StoredRounds rounds, ClassificationIdentifier identifier, InstanceGenerator generator, ClassificationReading reading, int concurrency, Pulse pulse, TimeProvider time)
{
    public const string Classification = "classification";

    public const string Instances = "instances";

    /// <summary>Instructions in a range: a multiple of the requests that the published code sends together.</summary>
    public const int RangeSize = 40;

    // Looked at together for one that is free: at millions of ranges, all of them would take a second each time.
    const int RangesAhead = 10_000;

    /// <summary>Ranges in work, also when the line broke and this began again.</summary>
    readonly Dictionary<Task, int> _running = [];

    RunStore Store => rounds.Store;

    /// <summary>Both steps, until all of the pool has been through them.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var size = (await rounds.ReadStateAsync(cancellationToken).ConfigureAwait(false)).Size;
        await RunAsync(Classification, size, IdentifyAsync, cancellationToken).ConfigureAwait(false);
        await RunAsync(Instances, size, GenerateAsync, cancellationToken).ConfigureAwait(false);
    }

    async Task RunAsync(string stage, int size, Func<int, ImmutableArray<MachineInstruction>, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var ranges = (size + RangeSize - 1) / RangeSize;
        var running = _running;
        await Store.Database.ExecuteAsync(
            "delete from claim where stage = $1 and owner = $2 and no <> all($3)", cancellationToken, stage, Store.Member, running.Values.ToArray()).ConfigureAwait(false);
        var first = 0;
        while (true)
        {
            var next = pulse.Next;
            var end = Math.Min(ranges, first + RangesAhead);
            first = await FirstUnfinishedAsync(stage, first, end, cancellationToken).ConfigureAwait(false);
            if (first == ranges)
            {
                break;
            }

            foreach (var range in await ClaimAsync(stage, first, Math.Min(ranges, first + RangesAhead), 1 + ((concurrency - 1) / RangeSize) - running.Count, cancellationToken).ConfigureAwait(false))
            {
                running.Add(Queries.RetryAsync(() => WorkAsync(range, size, work, cancellationToken), time, cancellationToken), range);
            }

            await pulse.WaitAsync(cancellationToken, [next, .. running.Keys]).ConfigureAwait(false);
            foreach (var done in running.Keys.Where(static task => task.IsCompleted).ToList())
            {
                running.Remove(done);
                await done.ConfigureAwait(false);
            }
        }

        await Task.WhenAll(running.Keys).ConfigureAwait(false);
        running.Clear();
    }

    async Task<int> FirstUnfinishedAsync(string stage, int from, int ranges, CancellationToken cancellationToken) =>
        (await Store.Database.QueryAsync(
            "select coalesce((select min(n) from generate_series($2, $3 - 1) n where not exists (select from finished where stage = $1 and no = n)), $3)",
            static row => row.GetInt32(0),
            cancellationToken,
            stage,
            from,
            ranges).ConfigureAwait(false))[0];

    async Task<List<int>> ClaimAsync(string stage, int from, int ranges, int most, CancellationToken cancellationToken) =>
        most <= 0 ? [] : await Store.Database.QueryAsync(
            """
            insert into claim(stage, no, owner)
            select $1, n, $2 from generate_series($3, $4) n
            where not exists (select from finished where stage = $1 and no = n) and not exists (select from claim where stage = $1 and no = n)
                and exists (select from member where id = $2)
            order by n limit $5
            on conflict do nothing returning no
            """,
            static row => row.GetInt32(0),
            cancellationToken,
            stage,
            Store.Member,
            from,
            ranges - 1,
            most).ConfigureAwait(false);

    async Task WorkAsync(int range, int size, Func<int, ImmutableArray<MachineInstruction>, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var first = range * RangeSize;
        var places = Enumerable.Range(first, Math.Min(RangeSize, size - first)).ToList();
        var lines = await rounds.ReadLinesAsync(places, cancellationToken).ConfigureAwait(false);
        await work(range, [.. places.Select(place => lines[place])], cancellationToken).ConfigureAwait(false);
    }

    async Task IdentifyAsync(int range, ImmutableArray<MachineInstruction> instructions, CancellationToken cancellationToken)
    {
        List<(int, ClassificationAnswer)> lines = [];
        var place = range * RangeSize;
        await foreach (var line in identifier.RunAsync(instructions.Index().Select(task => (task.Index + (range * RangeSize), task.Item)), cancellationToken).ConfigureAwait(false))
        {
            lines.Add((place++, line));
        }

        await FinishAsync(Classification, range, lines, TaskJson.Format.ClassificationAnswer, cancellationToken).ConfigureAwait(false);
    }

    async Task GenerateAsync(int range, ImmutableArray<MachineInstruction> instructions, CancellationToken cancellationToken)
    {
        var first = range * RangeSize;
        var answers = await Store.Database.QueryAsync(
            "select json from result where stage = $1 and seq >= $2 and seq < $3 order by seq",
            static row => JsonSerializer.Deserialize(row.GetString(0), TaskJson.Format.ClassificationAnswer)!,
            cancellationToken,
            Classification,
            first,
            first + instructions.Length).ConfigureAwait(false);
        if (answers.Count != instructions.Length)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{Store.Address}: table result has {answers.Count} of {instructions.Length} lines of {Classification} from {first} on."));
        }

        var identified = IdentifiedInstruction.InBatches(instructions.Zip(answers, (instruction, answer) => (instruction, reading.Parse(answer.IsClassification ?? "") is true)));
        List<(int, MachineInstances)> lines = [];
        await foreach (var line in generator.RunAsync(identified.Select(task => task with { Place = task.Place + first }), cancellationToken).ConfigureAwait(false))
        {
            lines.Add((first + lines.Count, line));
        }

        await FinishAsync(Instances, range, lines, TaskJson.Format.MachineInstances, cancellationToken).ConfigureAwait(false);
    }

    async Task FinishAsync<T>(string stage, int range, List<(int Place, T Line)> lines, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        await using var session = await Store.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await session.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await StoredLines.InsertResultsAsync(session, stage, lines, type, cancellationToken).ConfigureAwait(false);
        await session.ExecuteAsync("insert into finished values ($1, $2) on conflict do nothing", cancellationToken, stage, range).ConfigureAwait(false);
        await session.ExecuteAsync("delete from claim where stage = $1 and no = $2", cancellationToken, stage, range).ConfigureAwait(false);
        await session.ExecuteAsync("select pg_notify($1, '')", cancellationToken, Store.Channel).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
