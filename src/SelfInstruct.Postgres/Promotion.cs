using System.Text.Json;
using Npgsql;
using SelfInstruct.Instructions;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Postgres;

/// <summary>
/// Moves a run from its folder into a store, in one transaction: completions, whole rounds, whole ranges of the later
/// steps. The rest is done again there from the recorded completions.
/// </summary>
public static class Promotion
{
    /// <param name="store">With nothing in it; perhaps begun for another run that never came.</param>
    /// <param name="run">What it is to be.</param>
    /// <param name="folder">Held; read.</param>
    /// <param name="options">Of the run.</param>
    /// <param name="cancellationToken">Ends it with nothing done.</param>
    /// <exception cref="InvalidDataException">The store has something of the run already.</exception>
    public static async Task RunAsync(RunStore store, StoredRun run, RunFolder folder, SelfInstructOptions options, CancellationToken cancellationToken)
    {
        await using var session = await store.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await session.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var isEmpty = (await session.QueryAsync(
            "select not exists (select from pool) and not exists (select from completion) and not exists (select from member)", static row => row.GetBoolean(0), cancellationToken).ConfigureAwait(false))[0];
        if (!isEmpty)
        {
            throw new InvalidDataException($"{store.Address}: has something of a run already. Name another with ?run=NAME.");
        }

        foreach (var (name, value) in RunStore.Describe(run))
        {
            await session.ExecuteAsync("update meta set value = $2 where name = $1", cancellationToken, name, value).ConfigureAwait(false);
        }

        await CopyCompletionsAsync(session, folder, cancellationToken).ConfigureAwait(false);
        var size = await CopyRoundsAsync(session, folder, options.Instructions, cancellationToken).ConfigureAwait(false);
        await CopyResultsAsync(session, LaterSteps.Classification, folder.Classification, size, cancellationToken).ConfigureAwait(false);
        await CopyResultsAsync(session, LaterSteps.Instances, folder.RawInstances, size, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    static async Task CopyCompletionsAsync(NpgsqlConnection session, RunFolder folder, CancellationToken cancellationToken)
    {
        HashSet<string> keys = new(StringComparer.Ordinal);
        await using var import = await session.BeginBinaryImportAsync("copy completion(key, json) from stdin (format binary)", cancellationToken).ConfigureAwait(false);
        foreach (var line in ReadLines(folder.Completions))
        {
            using var json = JsonDocument.Parse(line);
            var key = json.RootElement.GetProperty(CompletionLog.KeyField).GetString()!;
            await import.StartRowAsync(cancellationToken).ConfigureAwait(false);
            await (keys.Add(key) ? import.WriteAsync(key, cancellationToken) : import.WriteNullAsync(cancellationToken)).ConfigureAwait(false);
            await import.WriteAsync(line, cancellationToken).ConfigureAwait(false);
        }

        await import.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>How many of the pool came along.</summary>
    static async Task<int> CopyRoundsAsync(NpgsqlConnection session, RunFolder folder, InstructionOptions options, CancellationToken cancellationToken)
    {
        var pool = ReadLines(folder.Instructions).Select(static line => (Json: line, Line: JsonSerializer.Deserialize(line, TaskJson.Format.MachineInstruction)!)).ToList();
        var rejected = ReadLines(folder.Rejected)
            .Select(static line => JsonSerializer.Deserialize(line, TaskJson.Format.Rejection)!)
            .Where(static rejection => rejection.Stage == "instructions")
            .ToLookup(static rejection => rejection.Round);
        var whole = RecoveredRounds.Open(folder, options).NextRound;
        var kept = pool.Where(line => RoundOf(line.Line) < whole).ToList();
        await StoredLines.InsertPoolAsync(session, 0, kept.Select(static line => new StoredLines.PoolLine(RoundOf(line.Line), line.Line.Instruction, line.Json)), cancellationToken).ConfigureAwait(false);
        var accepted = kept.CountBy(static line => RoundOf(line.Line)).ToDictionary();
        var size = accepted.GetValueOrDefault(InstructionRequests.BeforeFirst);
        for (var round = 0; round < whole; round++)
        {
            size += accepted.GetValueOrDefault(round);
            await StoredLines.InsertRejectionsAsync(session, round, rejected[round], cancellationToken).ConfigureAwait(false);
            var rules = new SortedDictionary<string, int>(rejected[round].CountBy(static rejection => rejection.Rule).ToDictionary(), StringComparer.Ordinal);
            await session.ExecuteAsync(
                "insert into round(no, size, accepted, rejected, rules) values ($1, $2, $3, $4, $5)",
                cancellationToken,
                round,
                size,
                accepted.GetValueOrDefault(round),
                rejected[round].Count(),
                JsonSerializer.Serialize(rules, StoreJson.Format.SortedDictionaryStringInt32)).ConfigureAwait(false);
        }

        return kept.Count;
    }

    /// <summary>Whole ranges only; a later range of another size could not be told from a finished one.</summary>
    static async Task CopyResultsAsync(NpgsqlConnection session, string stage, string path, int size, CancellationToken cancellationToken)
    {
        var lines = ReadLines(path).Take(size).ToList();
        var ranges = lines.Count == size ? (size + LaterSteps.RangeSize - 1) / LaterSteps.RangeSize : lines.Count / LaterSteps.RangeSize;
        var kept = Math.Min(lines.Count, ranges * LaterSteps.RangeSize);
        await using (var import = await session.BeginBinaryImportAsync("copy result(stage, seq, json) from stdin (format binary)", cancellationToken).ConfigureAwait(false))
        {
            for (var place = 0; place < kept; place++)
            {
                await import.StartRowAsync(cancellationToken).ConfigureAwait(false);
                await import.WriteAsync(stage, cancellationToken).ConfigureAwait(false);
                await import.WriteAsync(place, cancellationToken).ConfigureAwait(false);
                await import.WriteAsync(lines[place], cancellationToken).ConfigureAwait(false);
            }

            await import.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }

        await session.ExecuteAsync("insert into finished select $1, generate_series(0, $2 - 1)", cancellationToken, stage, ranges).ConfigureAwait(false);
    }

    static int RoundOf(MachineInstruction line) => line.Id is null ? InstructionRequests.BeforeFirst : line.Round;

    static IEnumerable<string> ReadLines(string path) => File.Exists(path) ? File.ReadLines(path) : [];
}
