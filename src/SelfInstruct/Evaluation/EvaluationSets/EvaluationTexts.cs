using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using SelfInstruct.Contamination;
using SelfInstruct.Tasks;

namespace SelfInstruct.Evaluation.EvaluationSets;

/// <summary>The texts of evaluation sets and of training data, under the names that their files have.</summary>
public static class EvaluationTexts
{
    /// <summary>SuperNI's test set has 100 instances of each task.</summary>
    const int MaxInstances = 100;

    const string OwnName = "user_oriented_tasks.jsonl";

    static readonly ImmutableArray<string> Outputs = ["target", "targets", "reference", "references", "output", "outputs"];
    static readonly ImmutableArray<string> TrainingOutputs = ["output", "completion", "response"];

    /// <param name="path">Of a file, or of a folder of Natural Instructions.</param>
    /// <exception cref="InvalidDataException">Neither, or an object that holds no question.</exception>
    public static IEnumerable<EvaluationText> Read(string path)
    {
        var set = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        return Directory.Exists(path)
            ? SuperNIFolder.Load(path, "test", MaxInstances).Items.SelectMany(item => Texts(set, item.Id, item.Instruction, item.Input, item.References))
            : JsonObjects.Read(path).SelectMany((item, i) => Read(item, set, i + 1));
    }

    /// <summary>The 252 user-oriented tasks that are part of the product.</summary>
    public static IEnumerable<EvaluationText> OwnTasks()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(OwnName) ?? throw new InvalidOperationException($"{OwnName} is not part of this build.");
        using var reader = new StreamReader(stream);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            var item = new PlacedObject(JsonLines.Parse(OwnName, number, Encoding.UTF8.GetBytes(line), TaskJson.Format.JsonObject), $"{OwnName}({number})");
            foreach (var text in Read(item, OwnName, number))
            {
                yield return text;
            }
        }
    }

    /// <exception cref="InvalidDataException">No instruction, and no prompt.</exception>
    /// <returns>A row for each instance, where the object has several.</returns>
    public static IEnumerable<TrainingRow> ReadTraining(PlacedObject item)
    {
        var instruction = Instruction(item);
        return Instances(item).Select(instance => new TrainingRow(
            item.Place, instruction, Text(instance, "input") ?? "", TrainingOutputs.Select(field => Text(instance, field)).FirstOrDefault(static text => text is not null) ?? ""));
    }

    static IEnumerable<EvaluationText> Read(PlacedObject item, string set, int number)
    {
        var id = item.Label("id") ?? $"{number}";
        var instruction = Instruction(item);
        return Instances(item).SelectMany(instance => Texts(set, id, instruction, Text(instance, "input") ?? "", References(instance)));
    }

    static string Instruction(PlacedObject item) =>
        Text(item, "instruction") ?? Text(item, "prompt") ?? throw new InvalidDataException($"{item.Place}: has neither instruction nor prompt. Name one of them.");

    /// <summary>The objects with input and output: those under instances, else the object itself.</summary>
    static IEnumerable<PlacedObject> Instances(PlacedObject item) =>
        item.Has("instances") && item.Object["instances"] is JsonArray instances ? instances.OfType<JsonObject>().Select(instance => item with { Object = instance }) : [item];

    static ImmutableArray<string> References(PlacedObject item) => Outputs.FirstOrDefault(item.Has) is { } field ? item.Texts(field) : [];

    static string? Text(PlacedObject item, string field) => item.Has(field) ? item.Texts(field).FirstOrDefault() : null;

    static IEnumerable<EvaluationText> Texts(string set, string id, string instruction, string input, ImmutableArray<string> references)
    {
        yield return new EvaluationText(set, id, "instruction", instruction);
        if (input.Length > 0)
        {
            yield return new EvaluationText(set, id, "input", input);
        }

        foreach (var reference in references)
        {
            yield return new EvaluationText(set, id, "output", reference);
        }
    }
}
