using System.Collections.Immutable;
using System.Text.Json;
using SelfInstruct.Tasks;

namespace SelfInstruct.Evaluation.EvaluationSets;

/// <summary>A task file of Super-NaturalInstructions (Wang et al., EMNLP 2022), as it stands.</summary>
public sealed record SuperNITaskFile(
    string?[]? Categories = null,
    JsonElement? Definition = null,
    [property: System.Text.Json.Serialization.JsonPropertyName("Positive Examples")] SuperNIExample?[]? PositiveExamples = null,
    SuperNIInstance?[]? Instances = null);

/// <param name="Output">A text; several in some forks.</param>
public sealed record SuperNIExample(string? Input = null, JsonElement? Output = null);

/// <inheritdoc cref="SuperNIExample"/>
public sealed record SuperNIInstance(string? Id = null, string? Input = null, JsonElement? Output = null);

/// <param name="Items">Tasks in the order of the split, else of their names; instances in the order of the file.</param>
/// <param name="Missing">Tasks that the split names and the folder lacks.</param>
public sealed record SuperNIFolder(ImmutableArray<EvaluationItem> Items, ImmutableArray<string> Missing)
{
    /// <summary>Reads DIR/tasks/*.json, or DIR/*.json where there is no such folder.</summary>
    /// <param name="folder">A checkout of Natural Instructions, or any folder of such files.</param>
    /// <param name="split">Where DIR/splits/default/SPLIT_tasks.txt exists, only its tasks are read.</param>
    /// <param name="maxInstances">Of each task, the first; the published evaluation takes 100.</param>
    /// <exception cref="InvalidDataException">No such folder, no task in it, or a file that is no task; says which and why.</exception>
    public static SuperNIFolder Load(string folder, string split, int maxInstances)
    {
        if (!Directory.Exists(folder))
        {
            throw new InvalidDataException($"{folder}: no such folder. Give a checkout of Natural Instructions, or a folder of its task files.");
        }

        var tasks = Directory.Exists(Path.Combine(folder, "tasks")) ? Path.Combine(folder, "tasks") : folder;
        var present = Directory.EnumerateFiles(tasks, "*.json").ToDictionary(static file => Path.GetFileNameWithoutExtension(file), StringComparer.Ordinal);
        var wanted = ReadSplit(folder, split) ?? [.. present.Keys.Order(StringComparer.Ordinal)];
        var there = wanted.Where(present.ContainsKey).ToList();
        return there.Count > 0
            ? new SuperNIFolder([.. there.SelectMany(name => ReadTask(present[name], name, maxInstances))], [.. wanted.Where(name => !present.ContainsKey(name))])
            : throw new InvalidDataException($"{tasks}: holds none of the {wanted.Length} tasks wanted. Put the task files there (task*.json), or take away the split file to read every file.");
    }

    static ImmutableArray<string>? ReadSplit(string folder, string split)
    {
        var splits = Path.Combine(folder, "splits");
        var path = Path.Combine(splits, "default", split + "_tasks.txt");
        return !Directory.Exists(splits) ? null
            : File.Exists(path) ? [.. File.ReadAllLines(path).Select(static line => line.Trim()).Where(static line => line.Length > 0)]
            : throw new InvalidDataException($"{path}: no such split. Name one whose file is there with --split.");
    }

    static IEnumerable<EvaluationItem> ReadTask(string path, string name, int maxInstances)
    {
        var task = Parse(path);
        var definition = First(task.Definition, path) ?? throw Fault(path, "Definition");
        var category = task.Categories is [{ } first, ..] ? NormalizeCategory(first) : throw Fault(path, "Categories");
        ImmutableArray<Instance> examples = [.. (task.PositiveExamples ?? []).Select((example, i) => new Instance(
            example?.Input ?? throw Fault(path, $"Positive Examples[{i}].input"),
            First(example?.Output, path) ?? throw Fault(path, $"Positive Examples[{i}].output")))];
        return (task.Instances is { Length: > 0 } instances ? instances : throw Fault(path, "Instances"))
            .Take(maxInstances)
            .Select((instance, i) => new EvaluationItem(
                instance?.Id ?? $"{name}-{i}",
                name,
                category,
                definition,
                instance?.Input ?? throw Fault(path, $"Instances[{i}].input"),
                All(instance?.Output, path) is { Length: > 0 } references ? references : throw Fault(path, $"Instances[{i}].output"),
                examples));
    }

    static SuperNITaskFile Parse(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, EvaluationJson.TaskFiles.SuperNITaskFile) ?? throw Fault(path, "Definition");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: not a task file ({e.Message}). Mend it, or take it out of the folder.", e);
        }
    }

    /// <summary>As Natural Instructions' scripts name it in their results: Textual Entailment is textual_entailment.</summary>
    public static string NormalizeCategory(string category) => string.Join('_', category.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries));

    // Old commits have one text where new ones have a list.
    static string? First(JsonElement? element, string path) => All(element, path) is [var first, ..] ? first : null;

    static ImmutableArray<string> All(JsonElement? element, string path)
    {
        try
        {
            return element switch
            {
                { ValueKind: JsonValueKind.String } text => [text.GetString()!],
                { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.String).Select(static item => item.GetString()!)],
                _ => [],
            };
        }
        catch (InvalidOperationException e)
        {
            // Half a surrogate pair is found only when the text is made.
            throw new InvalidDataException($"{path}: {e.Message} Mend it, or take the file out of the folder.", e);
        }
    }

    static InvalidDataException Fault(string path, string field) =>
        new($"{path}: field {field} is missing or empty. Mend it, or take the file out of the folder.");
}
