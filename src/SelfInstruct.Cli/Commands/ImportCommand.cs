using System.CommandLine;
using System.Text.Json.Nodes;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli.Commands;

/// <summary>`import`: a file of the original program, of Alpaca or of one of their relatives becomes a file of a run folder.</summary>
static class ImportCommand
{
    static readonly Argument<string> Input = new("FILE") { Description = "JSON lines, or one JSON array of objects; its kind is recognised by its fields." };
    static readonly Option<string> Out = new("--out") { Description = "Folder to put it into, under the name it has in a run folder; must not hold such a file.", Required = true };

    public static Command Create()
    {
        var command = new Command("import", "Recognises a file of the original program or of Alpaca, and puts it into a folder as a run would have written it.") { Input, Out };
        command.SetBody(static (parsed, cancellationToken) => Task.FromResult(new CommandResult(Run(parsed.GetValue(Input)!, parsed.GetValue(Out)!, cancellationToken))));
        return command;
    }

    static JsonObject Run(string input, string folder, CancellationToken cancellationToken)
    {
        var first = JsonObjects.Read(input).FirstOrDefault() ?? throw new InvalidDataException($"{input}: is empty.");
        var kind = ForeignFile.Recognize(first.Object, first.Place);
        var path = Path.Combine(folder, kind.FileName);
        if (File.Exists(path))
        {
            throw new InvalidDataException($"{path}: is there already. Give --out another folder.");
        }

        Directory.CreateDirectory(folder);
        var (read, written, changed) = (0, 0, 0);
        JsonLines.WriteAll(path, Convert(), TaskJson.Format.JsonObject);
        Console.Error.WriteLine($"{kind.Kind}: {read} read, {written} written to {path}, {read - written} without content, {changed} without the prompt they repeated.");
        return new JsonObject { ["kind"] = kind.Kind, ["out"] = path, ["read"] = read, ["written"] = written, ["prompt_removed"] = changed };

        IEnumerable<JsonObject> Convert()
        {
            foreach (var line in JsonObjects.Read(input))
            {
                cancellationToken.ThrowIfCancellationRequested();
                read++;
                _ = line.Text("instruction");
                if (kind.Convert(line.Object) is { } converted)
                {
                    written++;
                    changed += IsShorter(line.Object, converted) ? 1 : 0;
                    yield return converted;
                }
            }
        }
    }

    static bool IsShorter(JsonObject before, JsonObject after) =>
        before["raw_instances"] is JsonValue text && text.TryGetValue<string>(out var raw) && raw.Length > after["raw_instances"]!.GetValue<string>().Length;
}
