using System.Text.Json;

namespace SelfInstruct.Models.Calls;

/// <summary>The error object that providers put into a body, whatever the status: OpenAI's, Anthropic's, OpenRouter's, Gemini's, Ollama's shape.</summary>
/// <param name="Message">In the provider's words.</param>
/// <param name="Codes">Its type and code, names or numbers; empty where there are none.</param>
sealed record ProviderError(string Message, IReadOnlyList<string> Codes)
{
    static readonly string[] NoMoney = ["insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "billing_error"];

    static readonly string[] TooMuch = ["rate_limit_exceeded", "rate_limit_error", "rate_limited", "overloaded_error", "overloaded", "service_unavailable", "429", "503", "529"];

    static readonly string[] Fault = ["server_error", "api_error", "internal_server_error", "internal_error", "timeout", "timeout_error", "408", "500", "502", "504"];

    /// <summary>The account is empty: no attempt will do better.</summary>
    public bool IsAboutMoney => Codes.Any(NoMoney.Contains);

    /// <summary>The server has too much to do.</summary>
    public bool IsOverload => Codes.Any(TooMuch.Contains) && !IsAboutMoney;

    /// <summary>The same request may be answered later.</summary>
    public bool MayPass => (IsOverload || Codes.Any(Fault.Contains)) && !IsAboutMoney;

    /// <summary>Null where the body is no JSON, or has no error in it.</summary>
    public static ProviderError? Find(ReadOnlyMemory<byte> body)
    {
        if (body.Span.IndexOf("\"error\""u8) < 0)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list[0] : json.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error) ? Read(root, error) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON; or no valid Unicode, found only where a name or text is looked at.
            return null;
        }
    }

    static ProviderError? Read(JsonElement root, JsonElement error) => error.ValueKind switch
    {
        JsonValueKind.Object => new(Text(error, "message") ?? error.GetRawText(), [.. new[] { Text(error, "type"), Text(error, "code"), Text(error, "status") }.OfType<string>()]),
        JsonValueKind.String => new(error.GetString()!, [.. new[] { Text(root, "error_type"), Text(root, "code") }.OfType<string>()]),
        _ => null,
    };

    static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : null;
}
