using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace SelfInstruct.Tasks;

/// <summary>A kind of file that other programs leave, and the file of a run folder that it becomes.</summary>
/// <param name="Kind">Its name, for people.</param>
/// <param name="FileName">In the run folder.</param>
/// <param name="Fields">All must be there, the instruction too.</param>
/// <param name="Convert">A line as it stands in the run folder; null where it holds nothing.</param>
public sealed record ForeignFile(string Kind, string FileName, ImmutableArray<string> Fields, Func<JsonObject, JsonObject?> Convert)
{
    static readonly ImmutableArray<(string Field, string Reason)> Refusals =
    [
        ("completion", "rows already laid out for training, from which instruction and input cannot be told apart. Import the instances they were made from, or the whole folder of the export"),
        ("conversations", "conversations, which may have many turns. Instances have an instruction, an input and an output; the folder of an export tells them apart"),
        ("messages", "conversations, which may have many turns. Instances have an instruction, an input and an output; the folder of an export tells them apart"),
        ("instances", "tasks with their instances, the form of seed tasks. Give it to --seed-tasks"),
    ];

    /// <summary>The first whose fields are all there is taken.</summary>
    public static ImmutableArray<ForeignFile> Known { get; } =
    [
        new("raw instances", "machine_generated_instances.jsonl", ["raw_instances"], WithoutEcho),
        new("labelled instances", "all_generated_instances.jsonl", ["instance", "class_label"], static line =>
            Text(line, "class_label") is { Length: > 0 } label ? Instance(line, Text(line, "instance"), label) : null),
        new("instances", "all_generated_instances.jsonl", ["output"], static line => Instance(line, Text(line, "input") ?? "", Text(line, "output"))),
        new("classification answers", "is_clf_or_not.jsonl", ["is_classification"], static line =>
            new JsonObject { ["instruction"] = Text(line, "instruction"), ["is_classification"] = Text(line, "is_classification") ?? "" }),
        new("instructions", "machine_generated_instructions.jsonl", ["request_idx"], static line => line.DeepClone().AsObject()),
    ];

    /// <summary>A line as <see cref="Convert"/> has it, sure to be writable.</summary>
    /// <exception cref="InvalidDataException">One key twice, or not valid Unicode; says where.</exception>
    public JsonObject? ConvertAt(PlacedObject line) => line.Look(() =>
    {
        var converted = Convert(line.Object);

        // Half a surrogate pair in a field that is taken over unread is found only when it is written.
        _ = converted?.ToJsonString();
        return converted;
    });

    /// <exception cref="InvalidDataException">None of them, one key twice, or not valid Unicode; says why.</exception>
    /// <param name="line">The first of the file.</param>
    /// <param name="place">Named in errors.</param>
    public static ForeignFile Recognize(JsonObject line, string place) => new PlacedObject(line, place).Look(() => RecognizeReadable(line, place));

    static ForeignFile RecognizeReadable(JsonObject line, string place)
    {
        foreach (var (field, reason) in Refusals.Where(refusal => line.ContainsKey(refusal.Field)))
        {
            throw new InvalidDataException($"{place}: holds {reason} (field {field}).");
        }

        return line.ContainsKey("instruction") && Known.FirstOrDefault(kind => kind.Fields.All(line.ContainsKey)) is { } known
            ? known
            : throw new InvalidDataException(
                $"{place}: has the fields {string.Join(", ", line.Select(static field => field.Key))}. Known: instruction with {string.Join("; or ", Known.Select(static kind => string.Join(" and ", kind.Fields)))}.");
    }

    /// <summary>Some models give the prompt back before their answer; it ends with the task asked for.</summary>
    static JsonObject WithoutEcho(JsonObject line)
    {
        var converted = line.DeepClone().AsObject();
        var raw = Text(line, "raw_instances") ?? "";
        var question = $"\nTask: {Text(line, "instruction")!.Trim()}\n";
        var echoed = raw.LastIndexOf(question, StringComparison.Ordinal);
        converted["raw_instances"] = echoed >= 0 ? raw[(echoed + question.Length)..] : raw;
        return converted;
    }

    static JsonObject Instance(JsonObject line, string? input, string? output) =>
        new() { ["instruction"] = Text(line, "instruction"), ["input"] = input ?? "", ["output"] = output ?? "" };

    static string? Text(JsonObject line, string field) => line[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
