using System.Collections.Immutable;
using System.Text.Json;

namespace SelfInstruct.Models;

/// <summary>One thing that a provider says is wrong with a request.</summary>
/// <param name="Message">In words.</param>
/// <param name="Param">Field of the body that it is about.</param>
/// <param name="Code">Its name, where it has one.</param>
public sealed record ProviderFault(string? Message, string? Param, string? Code)
{
    const int Depth = 8;

    /// <summary>Where providers, and gateways that pass a provider's words on, put what is wrong.</summary>
    static readonly ImmutableArray<string> Inner = ["error", "innererror", "detail", "message", "metadata", "raw"];

    /// <summary>Everything that the body of a refusal says, outermost first; empty when it is no JSON.</summary>
    public static ImmutableArray<ProviderFault> Read(string body)
    {
        var faults = ImmutableArray.CreateBuilder<ProviderFault>();
        AddJsonIn(body, faults, Depth);
        return faults.ToImmutable();
    }

    static void Add(JsonElement element, ImmutableArray<ProviderFault>.Builder faults, int depth)
    {
        if (depth == 0)
        {
            return;
        }

        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Add(item, faults, depth - 1);
                }

                break;
            case JsonValueKind.Object:
                AddObject(element, faults, depth);
                break;
            case JsonValueKind.String:
                var text = element.GetString()!;
                faults.Add(new ProviderFault(text, null, null));
                AddJsonIn(text, faults, depth - 1);
                break;
            default:
                break;
        }
    }

    static void AddObject(JsonElement element, ImmutableArray<ProviderFault>.Builder faults, int depth)
    {
        // Pydantic, as FastAPI servers show it: {"type": ..., "loc": ["body", "seed"], "msg": ...}.
        var place = element.TryGetProperty("loc", out var loc) && loc.ValueKind == JsonValueKind.Array ? loc.EnumerateArray().LastOrDefault() : default;
        var fault = new ProviderFault(
            FindText(element, "message") ?? FindText(element, "msg"),
            FindText(element, "param") ?? (place.ValueKind == JsonValueKind.String ? place.GetString() : null),
            FindText(element, "code") ?? FindText(element, "type"));
        if (fault is not (null, null, null))
        {
            faults.Add(fault);
        }

        // OpenRouter's moderation says what it saw, and nothing else that is fixed.
        if (element.TryGetProperty("flagged_input", out _))
        {
            faults.Add(new ProviderFault(null, null, Completion.ContentFilter));
        }

        foreach (var name in Inner)
        {
            if (element.TryGetProperty(name, out var inner))
            {
                Add(inner, faults, depth - 1);
            }
        }
    }

    /// <summary>A gateway may put a sentence before the JSON that it passes on.</summary>
    static void AddJsonIn(string text, ImmutableArray<ProviderFault>.Builder faults, int depth)
    {
        var start = text.IndexOf('{', StringComparison.Ordinal);
        if (start < 0 || depth <= 0)
        {
            return;
        }

        try
        {
            using var json = JsonDocument.Parse(text[start..(text.LastIndexOf('}') + 1)]);
            Add(json.RootElement, faults, depth);
        }
        catch (Exception e) when (e is JsonException or ArgumentOutOfRangeException or InvalidOperationException)
        {
            // Words with a brace in them; or half a surrogate pair, found only where a name or text is looked at.
        }
    }

    static string? FindText(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
