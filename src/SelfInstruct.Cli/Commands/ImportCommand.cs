using System.CommandLine;
using System.Text.Json.Nodes;
using SelfInstruct.Datasets.Exports;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli.Commands;

/// <summary>`import`: a file of the original program, of Alpaca or of one of their relatives becomes a file of a run folder.</summary>
static class ImportCommand
{
    static readonly Argument<string> Input = new("FILE|DIR") { Description = "JSON lines, one JSON array of objects, or CSV; its kind is recognised by its fields. Or a folder that `export` wrote, in any format." };
    static readonly Option<string> Out = new("--out") { Description = "Folder to put it into, under the name it has in a run folder; must not hold such a file.", Required = true };

    public static Command Create()
    {
        var command = new Command("import", "Recognises a file of the original program or of Alpaca, and puts it into a folder as a run would have written it.") { Input, Out };
        command.SetBody(static (parsed, cancellationToken) => Task.FromResult(new CommandResult(Run(parsed.GetValue(Input)!, parsed.GetValue(Out)!, cancellationToken))));
        return command;
    }

    static JsonObject Run(string input, string folder, CancellationToken cancellationToken)
    {
        if (Directory.Exists(input))
        {
            return ImportExport(input, folder);
        }

        var first = Read(input).FirstOrDefault() ?? throw new InvalidDataException($"{input}: is empty.");
        var kind = ForeignFile.Recognize(first.Object, first.Place);
        var path = Prepare(folder, kind.FileName);
        var (read, written, changed) = (0, 0, 0);
        JsonLines.WriteAll(path, Convert(), TaskJson.Format.JsonObject);
        Console.Error.WriteLine($"{kind.Kind}: {read} read, {written} written to {path}, {read - written} without content, {changed} without the prompt they repeated.");
        return new JsonObject { ["kind"] = kind.Kind, ["out"] = path, ["read"] = read, ["written"] = written, ["prompt_removed"] = changed };

        IEnumerable<JsonObject> Convert()
        {
            foreach (var line in Read(input))
            {
                cancellationToken.ThrowIfCancellationRequested();
                read++;
                _ = line.Text("instruction");
                if (kind.ConvertAt(line) is { } converted)
                {
                    written++;
                    changed += IsShorter(line.Object, converted) ? 1 : 0;
                    yield return converted;
                }
            }
        }
    }

    /// <summary>Rows of every split, as they were in the run that was exported.</summary>
    static JsonObject ImportExport(string input, string folder)
    {
        if (!ExportReading.IsExport(input))
        {
            throw new InvalidDataException($"{input}: is a folder, but none that `export` wrote (data and {DatasetExport.ProvenanceName}). Name a file in it.");
        }

        var instances = ExportReading.Read(input);
        var path = Prepare(folder, "all_generated_instances.jsonl");
        JsonLines.WriteAll(path, instances, TaskJson.Format.GeneratedInstance);
        Console.Error.WriteLine($"an export: {instances.Length} rows written to {path}.");
        return new JsonObject { ["kind"] = "export", ["out"] = path, ["read"] = instances.Length, ["written"] = instances.Length, ["prompt_removed"] = 0 };
    }

    static string Prepare(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (File.Exists(path))
        {
            throw new InvalidDataException($"{path}: is there already. Give --out another folder.");
        }

        Directory.CreateDirectory(folder);
        return path;
    }

    static IEnumerable<PlacedObject> Read(string input) => Path.GetExtension(input).Equals(".csv", StringComparison.OrdinalIgnoreCase)
        ? CsvRows.Read(input).Select((row, i) => new PlacedObject(JsonObject.Create(row)!, $"{input}, row {i + 1}"))
        : JsonObjects.Read(input);

    static bool IsShorter(JsonObject before, JsonObject after) =>
        before["raw_instances"] is JsonValue text && text.TryGetValue<string>(out var raw) && raw.Length > after["raw_instances"]!.GetValue<string>().Length;
}
