using System.Collections.Immutable;
using System.Globalization;
using SelfInstruct.Evaluation;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli;

/// <summary>Finds a prediction and its references under the names that programs of the field give them.</summary>
static class PredictionFields
{
    public const string Description = "JSON lines, or one JSON array of objects, with prediction, response, output or completion (the first there is), and references, reference, targets, target or outputs: a text or several.";

    static readonly ImmutableArray<string> Answers = ["prediction", "response", "output", "completion"];

    // In an answered Alpaca row, output is what was wanted.
    static readonly ImmutableArray<string> Wanted = ["references", "reference", "targets", "target", "outputs", "output"];

    /// <param name="references">Where they are, if not in the object.</param>
    /// <exception cref="InvalidDataException">No answer, no references, or one that is not text; says where.</exception>
    public static Prediction Read(PlacedObject item, ReferenceFile? references = null)
    {
        var answer = Find(item, Answers, "answer");
        var wanted = references?.Find(item) ?? ReadReferences(item, Find(item, Wanted.Remove(answer), "reference"));
        return new Prediction(ReadAnswer(item, answer), wanted) { Category = ReadText(item, "category"), Task = ReadText(item, "task") };
    }

    /// <summary>The same with what was asked; references may be missing.</summary>
    /// <param name="number">Of the object in its file, from 1: the id where there is none.</param>
    /// <param name="model">Who answered, where the object does not name its generator.</param>
    /// <param name="references">Where they are, if not in the object.</param>
    public static ModelResponse ReadResponse(PlacedObject item, int number, string model, ReferenceFile? references = null)
    {
        var answer = Find(item, Answers, "answer");
        var wanted = Wanted.Remove(answer).FirstOrDefault(item.Has);
        var id = item.Label("id") ?? number.ToString(CultureInfo.InvariantCulture);
        return new ModelResponse(
            id, ReadText(item, "generator") ?? model, ReadText(item, "instruction") ?? ReadText(item, "prompt") ?? "", ReadText(item, "input") ?? "",
            ReadAnswer(item, answer), references?.Find(item) ?? (wanted is null ? [] : ReadReferences(item, wanted)))
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

    /// <summary>The references of an object that holds no answer of a model.</summary>
    public static ImmutableArray<string> ReadReferences(PlacedObject item) => ReadReferences(item, Find(item, [.. Wanted, .. Answers], "reference"));

    /// <summary>Of the question: its id, else instruction (or prompt) and input.</summary>
    public static string Question(PlacedObject item) =>
        item.Label("id") is { } id ? "id " + id : $"{ReadText(item, "instruction") ?? ReadText(item, "prompt")}\n{ReadText(item, "input")}";

    static ImmutableArray<string> ReadReferences(PlacedObject item, string field) =>
        item.Texts(field) is { Length: > 0 } references
            ? references
            : throw new InvalidDataException($"{item.Place}: {field} holds no text. Give at least one reference, or leave the line out.");

    static string? ReadText(PlacedObject item, string field) => item.Has(field) ? item.Texts(field).FirstOrDefault() : null;
}

/// <summary>References that lie in a file of their own, as those of AlpacaEval do: found by id, else by instruction and input.</summary>
sealed class ReferenceFile
{
    readonly string _path;
    readonly Dictionary<string, ImmutableArray<string>> _references = new(StringComparer.Ordinal);

    /// <exception cref="InvalidDataException">No such file, one question twice, or an object without references; says where.</exception>
    public ReferenceFile(string path)
    {
        _path = path;
        foreach (var item in JsonObjects.Read(path))
        {
            if (!_references.TryAdd(PredictionFields.Question(item), PredictionFields.ReadReferences(item)))
            {
                throw new InvalidDataException($"{item.Place}: this question was there before. Keep one of the two.");
            }
        }
    }

    /// <exception cref="InvalidDataException">The question is not in the file.</exception>
    public ImmutableArray<string> Find(PlacedObject item) => _references.TryGetValue(PredictionFields.Question(item), out var references)
        ? references
        : throw new InvalidDataException($"{item.Place}: {_path} has no references for this question. Add it there, or leave the line out.");
}
