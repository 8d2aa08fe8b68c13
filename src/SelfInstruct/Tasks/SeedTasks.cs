using System.Collections.Immutable;

namespace SelfInstruct.Tasks;

/// <summary>Reads a seed file: JSON lines in the schema of the original's seed_tasks.jsonl.</summary>
public static class SeedTasks
{
    /// <exception cref="InvalidDataException">Names the file, the line and the field at fault.</exception>
    public static ImmutableArray<SeedTask> Load(string path)
    {
        var seeds = ImmutableArray.CreateBuilder<SeedTask>();
        HashSet<string> ids = [];
        foreach (var (number, line) in JsonLines.Read(path, TaskJson.Format.SeedTaskLine))
        {
            var seed = Checked(line, $"{path}({number})");
            if (!ids.Add(seed.Id))
            {
                throw new InvalidDataException($"{path}({number}): field id repeats \"{seed.Id}\". Give each seed task an id of its own.");
            }

            seeds.Add(seed);
        }

        return seeds.Count > 0
            ? seeds.ToImmutable()
            : throw new InvalidDataException($"{path}: holds no seed task. Put one JSON object on each line: id, name, instruction, instances, is_classification.");
    }

    static SeedTask Checked(SeedTaskLine line, string place)
    {
        var id = Required(line.Id, "id", place);
        var instruction = Required(line.Instruction, "instruction", place);
        var isClassification = line.IsClassification
            ?? throw new InvalidDataException($"{place}: field is_classification is missing. Say true or false.");
        if (line.Instances is not { Length: > 0 } instances)
        {
            throw new InvalidDataException($"{place}: field instances is missing or empty. Give at least one {{\"input\", \"output\"}}.");
        }

        var checkedInstances = instances.Select((instance, i) => new Instance(
            instance?.Input ?? "",
            Required(instance?.Output, $"instances[{i}].output", place)));
        return new SeedTask(id, line.Name ?? id, instruction, [.. checkedInstances], isClassification);
    }

    static string Required(string? value, string field, string place) =>
        string.IsNullOrWhiteSpace(value)
            ? throw new InvalidDataException($"{place}: field {field} is missing or empty. Fill it in.")
            : value;
}

/// <summary>A seed line as it stands in the file, before it is checked.</summary>
public sealed record SeedTaskLine(
    string? Id = null, string? Name = null, string? Instruction = null, InstanceLine?[]? Instances = null, bool? IsClassification = null);

/// <summary>An instance as it stands in the file.</summary>
public sealed record InstanceLine(string? Input = null, string? Output = null);
