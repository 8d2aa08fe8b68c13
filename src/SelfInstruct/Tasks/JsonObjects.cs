using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SelfInstruct.Tasks;

/// <param name="Place">file(line) or file[index], for errors.</param>
public sealed record PlacedObject(JsonObject Object, string Place)
{
    /// <exception cref="InvalidDataException">No such field, not a text, or not valid Unicode.</exception>
    public string Text(string field) => Look(() =>
        ReadText(Object[field]) ?? throw new InvalidDataException($"{Place}: has no text field {field}. Name the field that holds the text with --field."));

    /// <exception cref="InvalidDataException">One key twice.</exception>
    public bool Has(string field) => Look(() => Object.ContainsKey(field));

    /// <summary>One text or a list of them; none for null.</summary>
    /// <exception cref="InvalidDataException">Anything else, or not valid Unicode.</exception>
    public ImmutableArray<string> Texts(string field) => Look<ImmutableArray<string>>(() => Object[field] switch
    {
        null => [],
        JsonArray array => [.. array.Select(Require)],
        var text => [Require(text)],
    });

    /// <summary>A text as it is, a number as it is written; null where there is neither.</summary>
    /// <exception cref="InvalidDataException">Not valid Unicode, or one key twice.</exception>
    public string? Label(string field) => Look(() => ReadText(Object[field]) ?? (Object[field] is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? value.ToJsonString() : null));

    string Require(JsonNode? node) =>
        ReadText(node) ?? throw new InvalidDataException($"{Place}: {node?.ToJsonString() ?? "null"} stands where a text belongs. Mend that object.");

    static string? ReadText(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <exception cref="InvalidDataException">Something in the object cannot be read as text.</exception>
    internal T Look<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or JsonException)
        {
            // Half a surrogate pair, or one key twice: found only when the object is looked at.
            throw new InvalidDataException($"{Place}: {e.Message} Mend that object.", e);
        }
    }
}

/// <summary>Reads JSON lines or a JSON array alike, one object at a time.</summary>
public static class JsonObjects
{
    /// <exception cref="InvalidDataException">No such file, or something in it that is no JSON object; says where.</exception>
    public static IEnumerable<PlacedObject> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path}: no such file.");
        }

        return BeginsWithBracket(path) ? ReadArray(path) : JsonLines.Read(path, TaskJson.Format.JsonObject).Select(line => new PlacedObject(line.Value, $"{path}({line.Number})"));
    }

    static bool BeginsWithBracket(string path)
    {
        using var reader = new StreamReader(path);
        int next;
        do
        {
            next = reader.Read();
        }
        while (next >= 0 && char.IsWhiteSpace((char)next));
        return next == '[';
    }

    static IEnumerable<PlacedObject> ReadArray(string path)
    {
        using var file = File.OpenRead(path);
        var array = new JsonArrayReader(file);
        for (var i = 0; ReadNext(array, path) is { IsEnd: false } next; i++)
        {
            yield return next.Object is { } item
                ? new PlacedObject(item, $"{path}[{i}]")
                : throw new InvalidDataException($"{path}[{i}]: not an object. Every element must be one.");
        }
    }

    static (bool IsEnd, JsonObject? Object) ReadNext(JsonArrayReader array, string path)
    {
        try
        {
            return (!array.TryReadNext(out var item), item);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}({e.LineNumber + 1}): not a valid JSON array. {e.Message}", e);
        }
    }
}
