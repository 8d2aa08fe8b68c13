using System.Collections.Immutable;
using System.Text.Json;
using SelfInstruct.Tasks;

namespace SelfInstruct.Datasets.Exports;

/// <summary>A form that `export` writes.</summary>
/// <param name="Name">After --format.</param>
/// <param name="Extension">Of its files.</param>
/// <param name="Render">A row as an object, whatever the file's syntax.</param>
/// <param name="Write">Rows into a file, which appears whole or not at all.</param>
/// <param name="Read">Every row of a file as an object, as <paramref name="Render"/> makes it.</param>
public sealed record ExportKind(
    string Name,
    string Extension,
    Func<TrainingRow, JsonElement> Render,
    Action<string, IEnumerable<JsonElement>> Write,
    Func<string, IEnumerable<JsonElement>> Read)
{
    /// <summary>Its dataset_info.json is written too.</summary>
    public bool IsLlamaFactory => Name == "llama-factory";

    public static ImmutableArray<ExportKind> All { get; } =
    [
        .. ExportFormat.All.Select(static format => Lines(format.Name, format.Render)),
        Lines("llama-factory", RenderFields),
        new("csv", ".csv", RenderFields, CsvRows.Write, CsvRows.Read),
    ];

    /// <exception cref="InvalidDataException">No form has that name.</exception>
    public static ExportKind Named(string name) => All.FirstOrDefault(kind => kind.Name == name)
        ?? throw new InvalidDataException($"--format {name}: not known. {NearestName.Suggest(name, All.Select(static kind => kind.Name))}Known: {string.Join(", ", All.Select(static kind => kind.Name))}.");

    static JsonElement RenderFields(TrainingRow row) => JsonSerializer.SerializeToElement(row.Example, DatasetJson.Format.TrainingExample);

    static ExportKind Lines(string name, Func<TrainingRow, JsonElement> render) => new(
        name,
        ".jsonl",
        render,
        static (path, rows) => JsonLines.WriteAll(path, rows, DatasetJson.Format.JsonElement),
        static path => JsonLines.Read(path, DatasetJson.Format.JsonElement).Select(static line => line.Value));
}
