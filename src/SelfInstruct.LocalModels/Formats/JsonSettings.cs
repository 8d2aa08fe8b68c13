using System.Text.Json;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>A JSON object of a model folder, read with refusals that name file and field.</summary>
internal sealed class JsonSettings
{
    /// <summary>tokenizer.json of large vocabularies has some 20 MB.</summary>
    const long LongestFile = 256L << 20;

    readonly string place;
    readonly JsonElement element;

    JsonSettings(string place, JsonElement element) => (this.place, this.element) = (place, element);

    /// <exception cref="InvalidDataException">No such file, or not a JSON object.</exception>
    public static JsonSettings Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > LongestFile)
        {
            throw new InvalidDataException(file.Exists ? $"{path}: {file.Length} bytes are more than the {LongestFile} allowed." : $"{path}: no such file.");
        }

        using var document = JsonText.ParseObject(File.ReadAllBytes(path), path);
        return new(path, document.RootElement.Clone());
    }

    public static JsonSettings? ReadIfThere(string path) => File.Exists(path) ? Read(path) : null;

    public bool Has(string name) => Find(name) is not null;

    public JsonElement? Find(string name) =>
        element.TryGetProperty(name, out var found) && found.ValueKind is not JsonValueKind.Null ? found : null;

    public JsonSettings? Object(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } found => new(Place(name), found),
        _ => throw Broken(name, "an object is needed"),
    };

    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } found => TextOf(found, name),
        _ => throw Broken(name, "a text is needed"),
    };

    public bool Flag(string name, bool otherwise) => Find(name)?.ValueKind switch
    {
        null => otherwise,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Broken(name, "true or false is needed"),
    };

    /// <param name="otherwise">Null: the field must be there.</param>
    public int Number(string name, int? otherwise = null, int least = 1) => Find(name) switch
    {
        null => otherwise ?? throw Broken(name, "it is missing"),
        { ValueKind: JsonValueKind.Number } found when found.TryGetInt32(out var number) && number >= least => number,
        _ => throw Broken(name, $"a whole number from {least} is needed"),
    };

    public double Real(string name, double? otherwise = null) => Find(name) switch
    {
        null => otherwise ?? throw Broken(name, "it is missing"),
        { ValueKind: JsonValueKind.Number } found when found.GetDouble() is > 0 and <= float.MaxValue and var number => number,
        _ => throw Broken(name, "a positive number is needed"),
    };

    public IReadOnlyList<JsonElement> Items(string name) => Find(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } found => [.. found.EnumerateArray()],
        _ => throw Broken(name, "a list is needed"),
    };

    public IReadOnlyList<JsonSettings> Objects(string name) =>
        [.. Items(name).Select((item, i) => item.ValueKind is JsonValueKind.Object
            ? new JsonSettings($"{Place(name)}[{i}]", item)
            : throw Broken($"{name}[{i}]", "an object is needed"))];

    public IEnumerable<(string Name, JsonElement Value)> Fields() => element.EnumerateObject().Select(field => (field.Name, field.Value));

    /// <param name="item">A value of this object, for instance of a list in it.</param>
    /// <param name="name">For the message.</param>
    public string TextOf(JsonElement item, string name) => item.ValueKind is JsonValueKind.String ? item.GetString()! : throw Broken(name, "a text is needed");

    public InvalidDataException Unsupported(string feature) => new($"{place}: {feature} is not supported.");

    public InvalidDataException Broken(string name, string reason)
    {
        var found = element.TryGetProperty(name, out var value) ? value.GetRawText() : "nothing";
        return new($"{Place(name)}: {reason}, and it is {(found.Length <= 80 ? found : found[..80] + "...")}.");
    }

    string Place(string name) => $"{place}: {name}";
}
