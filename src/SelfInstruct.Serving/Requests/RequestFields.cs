using System.Collections.Frozen;
using System.Text.Json;

namespace SelfInstruct.Serving.Requests;

/// <summary>
/// The fields of a request's JSON object, each taken once; null counts as absent. What nobody took is refused by name,
/// unless it cannot change the answer.
/// </summary>
sealed class RequestFields : IDisposable
{
    /// <summary>For the provider's books, or to find an answer faster.</summary>
    static readonly FrozenSet<string> Harmless =
        FrozenSet.Create("user", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "prediction", "parallel_tool_calls");

    /// <summary>Fields of OpenAI's, with the value that asks for nothing.</summary>
    static readonly FrozenDictionary<string, Func<JsonElement, bool>> WithoutEffect = new Dictionary<string, Func<JsonElement, bool>>
    {
        ["echo"] = static value => value.ValueKind == JsonValueKind.False,
        ["best_of"] = static value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var n) && n == 1,
        ["suffix"] = static value => value.ValueKind == JsonValueKind.String && value.ValueEquals(""),
        ["logit_bias"] = static value => value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() == 0,
        ["response_format"] = static value => value.ValueKind == JsonValueKind.Object && value.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("text"),
        ["tools"] = IsEmpty,
        ["tool_choice"] = static value => value.ValueKind == JsonValueKind.String && value.ValueEquals("none"),
        ["functions"] = IsEmpty,
        ["function_call"] = static value => value.ValueKind == JsonValueKind.String && value.ValueEquals("none"),
        ["modalities"] = static value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 && value[0].ValueKind == JsonValueKind.String && value[0].ValueEquals("text"),
        ["audio"] = static _ => false,
        ["web_search_options"] = static _ => false,
        ["reasoning_effort"] = static _ => false,
        ["verbosity"] = static _ => false,
    }.ToFrozenDictionary();

    readonly JsonDocument _document;
    readonly Dictionary<string, JsonElement> _left = [];

    RequestFields(JsonDocument document) => _document = document;

    /// <exception cref="RefusalException">Not JSON.</exception>
    public static async Task<RequestFields> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            return new RequestFields(await JsonDocument.ParseAsync(body, default, cancellationToken).ConfigureAwait(false));
        }
        catch (JsonException e)
        {
            throw new RefusalException(400, $"The body of the request is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine}).", code: "invalid_json");
        }
    }

    /// <summary>Comes first.</summary>
    /// <exception cref="RefusalException">Not an object, or one with a field twice.</exception>
    public void Collect()
    {
        var root = _document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new RefusalException(400, "The body of the request is not a JSON object.", code: "invalid_json");
        }

        foreach (var field in root.EnumerateObject())
        {
            if (field.Value.ValueKind != JsonValueKind.Null && !_left.TryAdd(field.Name, field.Value))
            {
                throw RefusalException.Invalid(field.Name, "one value, and it is given twice");
            }
        }
    }

    public JsonElement? Take(string name) => _left.Remove(name, out var value) ? value : null;

    /// <exception cref="RefusalException">Not a text, or not valid Unicode.</exception>
    public string? TakeText(string name) => Take(name) is { } value ? TextOf(value, name) : null;

    /// <exception cref="RefusalException">Neither true nor false.</exception>
    public bool? TakeFlag(string name) => Take(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw RefusalException.Invalid(name, "true or false"),
    };

    /// <exception cref="RefusalException">Not a whole number in the range.</exception>
    public long? TakeInteger(string name, long least, long most) =>
        Take(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most ? number
        : throw RefusalException.Invalid(name, $"a whole number from {least} to {most}");

    /// <exception cref="RefusalException">Not a number in the range.</exception>
    public double? TakeNumber(string name, double least, double most) =>
        Take(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most ? number
        : throw RefusalException.Invalid(name, $"a number from {least} to {most}");

    /// <summary>To be called when all that is known was taken.</summary>
    /// <exception cref="RefusalException">Something is left that may change the answer.</exception>
    public void RefuseRest()
    {
        foreach (var (name, value) in _left)
        {
            if (WithoutEffect.TryGetValue(name, out var hasNone))
            {
                if (!hasNone(value))
                {
                    throw RefusalException.Unsupported(name);
                }
            }
            else if (!Harmless.Contains(name))
            {
                throw new RefusalException(400, $"Unknown parameter: '{(name.Length <= 100 ? name : name[..100] + "…")}'.", name, "unknown_parameter");
            }
        }
    }

    /// <exception cref="RefusalException">Not a text, or not valid Unicode.</exception>
    public static string TextOf(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw RefusalException.Invalid(name, "a text");
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is found only when the text is made.
            throw RefusalException.Invalid(name, "a text of valid Unicode");
        }
    }

    public void Dispose() => _document.Dispose();

    static bool IsEmpty(JsonElement value) => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0;
}
