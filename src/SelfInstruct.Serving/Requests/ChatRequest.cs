using System.Collections.Immutable;
using System.Text.Json;
using SelfInstruct.LocalModels.Inference;

namespace SelfInstruct.Serving.Requests;

/// <summary>Reads the fields of POST /v1/chat/completions.</summary>
static class ChatRequest
{
    const int MostLogProbabilities = 20;

    /// <param name="fields">All but the model.</param>
    /// <param name="contextLength">An answer ends by itself or with the context where a request does not say.</param>
    /// <param name="limits">Of choices.</param>
    /// <param name="newSeed">Where the request has none.</param>
    /// <exception cref="RefusalException">Something that cannot be done as asked.</exception>
    public static ServedRequest Read(RequestFields fields, int contextLength, ServingOptions limits, Func<long> newSeed)
    {
        var turns = Turns(fields.Take("messages") ?? throw RefusalException.Missing("messages"));
        var settings = RequestSettings.Take(fields, contextLength, limits, newSeed);
        ServedRequest.ThrowIfTooMany(1, settings, limits);
        var wanted = fields.TakeFlag("logprobs") ?? false;
        var most = fields.TakeInteger("top_logprobs", 0, MostLogProbabilities);
        if (most > 0 && !wanted)
        {
            throw RefusalException.Invalid("top_logprobs", "nothing where logprobs is not true");
        }

        fields.RefuseRest();
        return ServedRequest.Of([settings.With(new LocalRequest("", turns, settings.Sampling), wanted ? (int)(most ?? 0) : null)], settings);
    }

    static ImmutableArray<ChatTurn> Turns(JsonElement messages) =>
        messages.ValueKind == JsonValueKind.Array && messages.GetArrayLength() > 0
            ? [.. messages.EnumerateArray().Select(static (message, i) => Turn(message, $"messages[{i}]"))]
            : throw RefusalException.Invalid("messages", "a list of at least one message");

    static ChatTurn Turn(JsonElement message, string place)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            throw RefusalException.Invalid(place, "an object with role and content");
        }

        foreach (var field in message.EnumerateObject().Where(static field => field.Name is not ("role" or "content")))
        {
            // Clients send back what they were given, empty fields included.
            if (field.Value.ValueKind != JsonValueKind.Null && !(field.Value.ValueKind == JsonValueKind.Array && field.Value.GetArrayLength() == 0))
            {
                throw RefusalException.Unsupported($"{place}.{field.Name}", "a message is a role and a text");
            }
        }

        var role = message.TryGetProperty("role", out var given) ? RequestFields.TextOf(given, place + ".role") : throw RefusalException.Missing(place + ".role");
        return new ChatTurn(
            role switch
            {
                "system" or "developer" => "system",
                "user" or "assistant" => role,
                _ => throw RefusalException.Invalid(place + ".role", "system, developer, user or assistant"),
            },
            message.TryGetProperty("content", out var content) ? Content(content, place + ".content") : throw RefusalException.Missing(place + ".content"));
    }

    /// <summary>Parts of text stand on lines of their own.</summary>
    static string Content(JsonElement content, string place) => content.ValueKind == JsonValueKind.Array
        ? string.Join('\n', content.EnumerateArray().Select((part, i) => Part(part, $"{place}[{i}]")))
        : RequestFields.TextOf(content, place);

    static string Part(JsonElement part, string place) =>
        part.ValueKind == JsonValueKind.Object
        && part.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("text")
        && part.TryGetProperty("text", out var text)
            ? RequestFields.TextOf(text, place + ".text")
            : throw RefusalException.Invalid(place, "a part of type text; the model reads nothing else");
}
