using System.Collections.Immutable;
using SelfInstruct.Tasks;

namespace SelfInstruct.Evaluation.EvaluationSets;

/// <summary>A line of user_oriented_instructions.jsonl (paper, section 4.4), as it stands.</summary>
/// <param name="MotivationApp">The application that gave the idea.</param>
public sealed record UserOrientedLine(string? Id = null, string? MotivationApp = null, string? Instruction = null, InstanceLine?[]? Instances = null);

/// <summary>Tasks as users have them, in the schema of the original's 252.</summary>
public static class UserOrientedTasks
{
    /// <summary>Each instance is an item; the category is the application.</summary>
    /// <exception cref="InvalidDataException">Names the file, the line and the field at fault.</exception>
    public static ImmutableArray<EvaluationItem> Load(string path)
    {
        HashSet<string> ids = [];
        var items = JsonLines.Read(path, EvaluationJson.Format.UserOrientedLine).SelectMany(line => Read(line.Value, $"{path}({line.Number})", ids)).ToImmutableArray();
        return items.Length > 0
            ? items
            : throw new InvalidDataException($"{path}: holds no task. Put one JSON object on each line: id, motivation_app, instruction, instances.");
    }

    static IEnumerable<EvaluationItem> Read(UserOrientedLine line, string place, HashSet<string> ids)
    {
        var id = Required(line.Id, "id", place);
        if (!ids.Add(id))
        {
            throw new InvalidDataException($"{place}: field id repeats \"{id}\". Give each task an id of its own.");
        }

        var instances = line.Instances is { Length: > 0 } some ? some : throw new InvalidDataException($"{place}: field instances is missing or empty. Give at least one {{\"input\", \"output\"}}.");
        var (instruction, app) = (Required(line.Instruction, "instruction", place), Required(line.MotivationApp, "motivation_app", place));
        return instances.Select((instance, i) => new EvaluationItem(
            instances.Length == 1 ? id : $"{id}-{i}", id, app, instruction, instance?.Input ?? "", [Required(instance?.Output, $"instances[{i}].output", place)], []));
    }

    static string Required(string? value, string field, string place) => string.IsNullOrWhiteSpace(value)
        ? throw new InvalidDataException($"{place}: field {field} is missing or empty. Fill it in.")
        : value;
}
