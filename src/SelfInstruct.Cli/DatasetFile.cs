using System.Text.Json.Nodes;
using SelfInstruct.Datasets;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli;

/// <summary>A row of a dataset, whatever its form.</summary>
/// <param name="Source">The object it stands in.</param>
/// <param name="Row">Its fields; of a laid-out or conversational row, everything before the last answer is the instruction.</param>
/// <param name="HasFields">The object is instruction, input and output, and nothing had to be read out of it.</param>
sealed record DatasetItem(PlacedObject Source, TrainingExample Row, bool HasFields)
{
    /// <summary>The row's own id, a number as it is written; null where the file gives none.</summary>
    public string? Id => Source.Label("id");
}

/// <summary>Datasets as commands take them: a run folder, which has its instances, or a file of rows in any known form.</summary>
static class DatasetFile
{
    public const string About = "A run folder, whose instances are taken; or JSON lines or one JSON array of rows: instruction, input, output; tasks with instances; or any form that `export` writes.";

    /// <summary>The file that a path stands for.</summary>
    /// <exception cref="InvalidDataException">A folder without instances.</exception>
    public static string Find(string path)
    {
        if (!Directory.Exists(path))
        {
            return path;
        }

        using var folder = RunFolder.Look(path);
        return File.Exists(folder.Instances)
            ? folder.Instances
            : throw new InvalidDataException($"{path}: holds no {Path.GetFileName(folder.Instances)}. Run `prepare` there first, or name a file.");
    }

    /// <param name="path">Of a run folder or a file.</param>
    /// <exception cref="InvalidDataException">No such file, or an object that is no row; says where.</exception>
    public static IEnumerable<DatasetItem> Read(string path) => JsonObjects.Read(Find(path)).SelectMany(Read);

    static IEnumerable<DatasetItem> Read(PlacedObject item)
    {
        if (item.Has("instruction") && item.Has("output"))
        {
            return [new DatasetItem(item, new TrainingExample(Text(item, "instruction"), Text(item, "input"), Text(item, "output")), HasFields: true)];
        }

        if (item.Has("instances") && item.Object["instances"] is JsonArray instances)
        {
            var instruction = Text(item, "instruction");
            return instances.Select((node, i) => node as JsonObject ?? throw new InvalidDataException($"{item.Place}: instances[{i}] is not an object with input and output."))
                .Select(instance => item with { Object = instance })
                .Select(instance => new DatasetItem(item, new TrainingExample(instruction, Text(instance, "input"), Text(instance, "output")), HasFields: false));
        }

        var row = DatasetRow.Parse(item.Object, item.Place);
        var (asked, answer) = (string.Join("\n\n", row.Turns.SkipLast(1).Select(static turn => turn.Content)), row.Turns[^1].Content);

        // The white space around a laid-out text belongs to its layout.
        return [new DatasetItem(item, row.IsLaidOut ? new TrainingExample(asked.Trim(), "", answer.Trim()) : new TrainingExample(asked, "", answer), HasFields: false)];
    }

    // A row without an answer is a fault that lint names, and no reason to stop.
    static string Text(PlacedObject item, string field) => string.Join('\n', item.Texts(field));
}
