using System.Collections.Immutable;
using System.Text.Json.Nodes;
using SelfInstruct.Tasks;

namespace SelfInstruct.Datasets.Exports;

/// <summary>Reads the folder of an export back into instances, whatever its form.</summary>
public static class ExportReading
{
    public static bool IsExport(string folder) => File.Exists(Path.Combine(folder, DatasetExport.ProvenanceName)) && Directory.Exists(Path.Combine(folder, "data"));

    /// <summary>All splits together, in the order that the rows had before.</summary>
    /// <returns>Outputs from the data; of a laid-out or conversational form without the white space around them.</returns>
    /// <exception cref="InvalidDataException">Data and provenance.jsonl do not belong together; says where.</exception>
    public static ImmutableArray<GeneratedInstance> Read(string folder)
    {
        var provenance = Path.Combine(folder, DatasetExport.ProvenanceName);
        var lines = JsonLines.Read(provenance, DatasetJson.Format.ProvenanceLine).Select(static line => line.Value).ToList();
        return
        [
            .. lines.GroupBy(static line => line.Split)
                .SelectMany(split => Join(folder, split.Key, [.. split.OrderBy(static line => line.Line)]))
                .OrderBy(static pair => pair.Row)
                .Select(static pair => pair.Instance),
        ];
    }

    static IEnumerable<(int Row, GeneratedInstance Instance)> Join(string folder, string split, List<ProvenanceLine> lines)
    {
        if (!split.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            // It becomes part of a path, and must not lead out of the folder.
            throw new InvalidDataException($"{Path.Combine(folder, DatasetExport.ProvenanceName)}: split \"{split}\" is no name of a split. Letters, digits, hyphens and underscores make one.");
        }

        var path = Directory.EnumerateFiles(Path.Combine(folder, "data"), $"{split}-*").Order(StringComparer.Ordinal).FirstOrDefault()
            ?? throw new InvalidDataException($"{folder}: data has no file {split}-… that {DatasetExport.ProvenanceName} speaks of.");
        var rows = ReadObjects(path).ToList();
        return rows.Count == lines.Count
            ? lines.Select((line, i) => (line.Row, Join(line, DatasetRow.Parse(rows[i], $"{path}({i + 1})"), $"{path}({i + 1})")))
            : throw new InvalidDataException($"{path}: has {rows.Count} rows where {DatasetExport.ProvenanceName} has {lines.Count}. Restore the one or the other.");
    }

    static IEnumerable<JsonObject> ReadObjects(string path) =>
        path.EndsWith(".csv", StringComparison.Ordinal)
            ? CsvRows.Read(path).Select(static row => JsonObject.Create(row)!)
            : JsonLines.Read(path, TaskJson.Format.JsonObject).Select(static line => line.Value);

    static GeneratedInstance Join(ProvenanceLine line, DatasetRow row, string place) =>
        row.Turns.Any(turn => turn.Content.Contains(line.Instruction.Trim(), StringComparison.Ordinal))
            ? new GeneratedInstance(line.Instruction, line.Input, row.Example?.Output ?? row.Turns[^1].Content.Trim(), line.Id, line.InstructionId, line.IsClassification)
            : throw new InvalidDataException($"{place}: does not hold the instruction that {DatasetExport.ProvenanceName} has for it. Restore the one or the other.");
}
