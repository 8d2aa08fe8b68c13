using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using SelfInstruct.Evaluation;

namespace SelfInstruct.Cli;

/// <summary>Finds a prediction and its references under the names that programs of the field give them.</summary>
static class PredictionFields
{
    public const string Description = "JSON lines, or one JSON array of objects, with prediction, response, output or completion (the first there is), and references, reference, targets, target or outputs: a text or several.";

    static readonly ImmutableArray<string> Answers = ["prediction", "response", "output", "completion"];

    // In an answered Alpaca row, output is what was wanted.
    static readonly ImmutableArray<string> Wanted = ["references", "reference", "targets", "target", "outputs", "output"];

    /// <exception cref="InvalidDataException">No answer, no references, or one that is not text; says where.</exception>
    public static Prediction Read(PlacedObject item)
    {
        var answer = Find(item, Answers, "answer");
        var wanted = Find(item, Wanted.Remove(answer), "reference");
        return new Prediction(ReadAnswer(item, answer), ReadReferences(item, wanted)) { Category = ReadText(item, "category"), Task = ReadText(item, "task") };
    }

    /// <summary>The same with what was asked; references may be missing.</summary>
    /// <param name="number">Of the object in its file, from 1: the id where there is none.</param>
    /// <param name="model">Who answered, where the object does not name its generator.</param>
    public static ModelResponse ReadResponse(PlacedObject item, int number, string model)
    {
        var answer = Find(item, Answers, "answer");
        var wanted = Wanted.Remove(answer).FirstOrDefault(item.Has);
        var id = item.Has("id") && item.Object["id"] is JsonValue value ? value.ToString() : number.ToString(CultureInfo.InvariantCulture);
        return new ModelResponse(
            id, ReadText(item, "generator") ?? model, ReadText(item, "instruction") ?? ReadText(item, "prompt") ?? "", ReadText(item, "input") ?? "",
            ReadAnswer(item, answer), wanted is null ? [] : ReadReferences(item, wanted))
        {
            Category = ReadText(item, "category"),
            Task = ReadText(item, "task"),
        };
    }

    static string Find(PlacedObject item, ImmutableArray<string> fields, string what) =>
        fields.FirstOrDefault(item.Has)
        ?? throw new InvalidDataException($"{item.Place}: has no {what}. Name its field one of {string.Join(", ", fields)}.");

    /// <summary>An answer that never came (null) counts as an empty one, as in the SuperNI metric.</summary>
    static string ReadAnswer(PlacedObject item, string field) =>
        item.Texts(field) switch
        {
            [] => "",
            [var text] => text,
            _ => throw new InvalidDataException($"{item.Place}: {field} holds several texts. Give one prediction a line."),
        };

    static ImmutableArray<string> ReadReferences(PlacedObject item, string field) =>
        item.Texts(field) is { Length: > 0 } references
            ? references
            : throw new InvalidDataException($"{item.Place}: {field} holds no text. Give at least one reference, or leave the line out.");

    static string? ReadText(PlacedObject item, string field) => item.Has(field) ? item.Texts(field).FirstOrDefault() : null;
}
