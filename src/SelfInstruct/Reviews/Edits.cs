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
    string? Version = null);

/// <param name="Rows">What is left, in order.</param>
/// <param name="Edited">Rows among them that differ from the model's text.</param>
/// <param name="Rejected">Rows that a person left out, as the model wrote them.</param>
/// <param name="Stale">Edits that are of another text than the row of that id has now; they change nothing.</param>
public sealed record EditedRows(ImmutableArray<GeneratedInstance> Rows, int Edited, ImmutableArray<GeneratedInstance> Rejected, ImmutableArray<Edit> Stale);

/// <summary>Edits and the rows they are of.</summary>
public static class Edits
{
    /// <summary>Rows as people want them: of several edits of a row the last counts.</summary>
    /// <param name="rows">As the model wrote them.</param>
    /// <param name="edits">In the order of their file.</param>
    public static EditedRows Apply(IEnumerable<GeneratedInstance> rows, IEnumerable<Edit> edits)
    {
        var last = edits.GroupBy(static edit => edit.Id, StringComparer.Ordinal).ToDictionary(static one => one.Key, static one => one.Last(), StringComparer.Ordinal);
        var (kept, rejected, stale, edited) = (ImmutableArray.CreateBuilder<GeneratedInstance>(), ImmutableArray.CreateBuilder<GeneratedInstance>(), ImmutableArray.CreateBuilder<Edit>(), 0);
        foreach (var (row, place) in rows.Select(static (row, place) => (row, place)))
        {
            var edit = last.GetValueOrDefault(IdOf(row, place));
            if (edit is not null && edit.Sha256 != Hash(row))
            {
                stale.Add(edit);
                edit = null;
            }

            if (edit is { Rejected: true })
            {
                rejected.Add(row);
                continue;
            }

            var now = edit is null ? row : row with { Instruction = edit.Instruction, Input = edit.Input, Output = edit.Output };
            edited += now != row ? 1 : 0;
            kept.Add(now);
        }

        return new EditedRows(kept.ToImmutable(), edited, rejected.ToImmutable(), stale.ToImmutable());
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
