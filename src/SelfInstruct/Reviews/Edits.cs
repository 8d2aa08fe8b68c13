using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using SelfInstruct.Tasks;

namespace SelfInstruct.Reviews;

/// <summary>A line of edits.jsonl: how a person wants a row to be. The row itself stays as the model wrote it.</summary>
/// <param name="Key">Made by the client, so that a repeated save is one line.</param>
/// <param name="Id">Of the row.</param>
/// <param name="Sha256">Of the row as the model wrote it; an edit of another text under the same id is not applied.</param>
/// <param name="Before">Key of the edit that the author saw; null: the model's text.</param>
/// <param name="Rejected">The row is left out.</param>
/// <param name="Instruction">The whole new text; equal to what it was where the author confirms it. Input and output likewise.</param>
/// <param name="Seconds">Spent on it.</param>
/// <param name="Version">Of the program that wrote it.</param>
public sealed record Edit(
    string Key,
    string Id,
    string Sha256,
    string Author,
    DateTimeOffset At,
    bool Rejected,
    string Instruction,
    string Input,
    string Output,
    string? Before = null,
    string? Comment = null,
    double? Seconds = null,
    string? Version = null)
{
    /// <summary>The row with the author's text.</summary>
    public GeneratedInstance ApplyTo(GeneratedInstance row) => row with { Instruction = Instruction, Input = Input, Output = Output };
}

/// <param name="Rows">What is left, in order.</param>
/// <param name="Edited">Rows among them that differ from the model's text.</param>
/// <param name="Rejected">Rows that a person left out, as the model wrote them.</param>
/// <param name="Stale">Edits of rows that are not there, or have another text now; they change nothing.</param>
public sealed record EditedRows(ImmutableArray<GeneratedInstance> Rows, int Edited, ImmutableArray<GeneratedInstance> Rejected, ImmutableArray<Edit> Stale);

/// <summary>Edits and the rows they are of.</summary>
public static class Edits
{
    /// <summary>Rows as people want them: of several edits of a row the last counts.</summary>
    /// <param name="rows">As the model wrote them.</param>
    /// <param name="edits">In the order of their file.</param>
    public static EditedRows Apply(IEnumerable<GeneratedInstance> rows, IEnumerable<Edit> edits)
    {
        ImmutableArray<GeneratedInstance> all = [.. rows];
        ImmutableArray<Edit> last = [.. edits.GroupBy(static edit => edit.Id, StringComparer.Ordinal).Select(static one => one.Last())];
        var standing = Standing(all, last);
        var pairs = all.Zip(standing, static (row, edit) => (Row: row, Edit: edit)).ToList();
        ImmutableArray<GeneratedInstance> kept = [.. pairs.Where(static pair => pair.Edit is not { Rejected: true }).Select(static pair => pair.Edit?.ApplyTo(pair.Row) ?? pair.Row)];
        return new EditedRows(
            kept,
            pairs.Count(static pair => pair.Edit is { Rejected: false } edit && edit.ApplyTo(pair.Row) != pair.Row),
            [.. pairs.Where(static pair => pair.Edit is { Rejected: true }).Select(static pair => pair.Row)],
            [.. last.Except(standing.OfType<Edit>())]);
    }

    /// <summary>For each row the edit that counts; null: none, or one of another text.</summary>
    /// <inheritdoc cref="Apply"/>
    public static ImmutableArray<Edit?> Standing(IReadOnlyCollection<GeneratedInstance> rows, IEnumerable<Edit> edits)
    {
        var last = edits.GroupBy(static edit => edit.Id, StringComparer.Ordinal).ToDictionary(static one => one.Key, static one => one.Last(), StringComparer.Ordinal);
        return [.. rows.Select((row, place) => last.TryGetValue(IdOf(row, place), out var edit) && edit.Sha256 == Hash(row) ? edit : null)];
    }

    /// <summary>Its own id; in files of elsewhere, which have none, its place from 1.</summary>
    /// <param name="place">From 0.</param>
    public static string IdOf(GeneratedInstance row, int place) => row.Id ?? $"row_{place + 1}";

    /// <summary>64 hexadecimal digits over the three texts.</summary>
    public static string Hash(GeneratedInstance row) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{row.Instruction.Length} {row.Input.Length}\n{row.Instruction}{row.Input}{row.Output}")));

    /// <exception cref="InvalidDataException">A line that is no edit; says which.</exception>
    /// <param name="path">No file, no edits.</param>
    public static ImmutableArray<Edit> Read(string path) =>
        File.Exists(path) ? [.. JsonLines.Read(path, ReviewJson.Format.Edit).Select(static line => line.Value)] : [];
}
