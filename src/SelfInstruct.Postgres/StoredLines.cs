using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Npgsql;
using SelfInstruct.Tasks;

namespace SelfInstruct.Postgres;

/// <summary>The lines of a run's files, as they are written into the tables, many at once.</summary>
static class StoredLines
{
    /// <param name="Json">Byte for byte what the file has.</param>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct PoolLine(int Round, string Instruction, string Json);

    public static PoolLine ToPool(MachineInstruction line, int round) =>
        new(round, line.Instruction, JsonSerializer.Serialize(line, TaskJson.Format.MachineInstruction));

    /// <param name="session">In a transaction.</param>
    /// <param name="first">Place of the first; a place that is taken is an error.</param>
    /// <param name="lines">In order.</param>
    /// <param name="cancellationToken">Ends the wait for the server.</param>
    public static async Task InsertPoolAsync(NpgsqlConnection session, int first, IEnumerable<PoolLine> lines, CancellationToken cancellationToken)
    {
        await using var import = await session.BeginBinaryImportAsync("copy pool(seq, round, instruction, json) from stdin (format binary)", cancellationToken).ConfigureAwait(false);
        foreach (var line in lines)
        {
            await import.StartRowAsync(cancellationToken).ConfigureAwait(false);
            await import.WriteAsync(first++, cancellationToken).ConfigureAwait(false);
            await import.WriteAsync(line.Round, cancellationToken).ConfigureAwait(false);
            await import.WriteAsync(line.Instruction, cancellationToken).ConfigureAwait(false);
            await import.WriteAsync(line.Json, cancellationToken).ConfigureAwait(false);
        }

        await import.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    public static async Task InsertRejectionsAsync(NpgsqlConnection session, int round, IEnumerable<Rejection> rejections, CancellationToken cancellationToken)
    {
        await using var import = await session.BeginBinaryImportAsync("copy rejection(round, ordinal, json) from stdin (format binary)", cancellationToken).ConfigureAwait(false);
        foreach (var (place, rejection) in rejections.Index())
        {
            await import.StartRowAsync(cancellationToken).ConfigureAwait(false);
            await import.WriteAsync(round, cancellationToken).ConfigureAwait(false);
            await import.WriteAsync(place, cancellationToken).ConfigureAwait(false);
            await import.WriteAsync(JsonSerializer.Serialize(rejection, TaskJson.Format.Rejection), cancellationToken).ConfigureAwait(false);
        }

        await import.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Results of a later step, by place in the pool; those that are there stay.</summary>
    public static async Task InsertResultsAsync<T>(NpgsqlConnection session, string stage, IEnumerable<(int Place, T Line)> lines, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var all = lines.ToList();
        await session.ExecuteAsync(
            "insert into result(stage, seq, json) select $1, seq, json from unnest($2, $3) as r(seq, json) on conflict do nothing",
            cancellationToken,
            stage,
            all.Select(static line => line.Place).ToArray(),
            all.Select(line => JsonSerializer.Serialize(line.Line, type)).ToArray()).ConfigureAwait(false);
    }
}
