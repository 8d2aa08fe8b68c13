using System.Collections.Immutable;
using System.Text.Json;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.Models;

namespace SelfInstruct.Serving.Requests;

/// <summary>What both kinds of request have.</summary>
/// <param name="Choices">Completions of each prompt.</param>
sealed record RequestSettings(Sampling Sampling, int TopK, double MinP, double RepetitionPenalty, int Choices, bool Streams, bool IncludesUsage)
{
    const int MaxStops = 4;

    /// <param name="fields">Taken from.</param>
    /// <param name="maxTokens">Where the request does not say.</param>
    /// <param name="limits">How many choices there may be.</param>
    /// <param name="newSeed">Where the request has none.</param>
    /// <exception cref="RefusalException">A field is out of range or of the wrong kind.</exception>
    public static RequestSettings Take(RequestFields fields, int maxTokens, ServingOptions limits, Func<long> newSeed)
    {
        var sampling = new Sampling(
            fields.TakeNumber("temperature", 0, 2) ?? 1,
            // No mass at all still leaves the most probable token.
            Math.Max(fields.TakeNumber("top_p", 0, 1) ?? 1, 1e-9),
            fields.TakeNumber("frequency_penalty", -2, 2) ?? 0,
            fields.TakeNumber("presence_penalty", -2, 2) ?? 0,
            TakeMaxTokens(fields) ?? maxTokens,
            TakeStops(fields),
            fields.TakeInteger("seed", long.MinValue, long.MaxValue) ?? newSeed());
        var (streams, includesUsage) = TakeStreaming(fields);
        return new RequestSettings(
            sampling,
            (int)(fields.TakeInteger("top_k", -1, int.MaxValue) is > 0 and var most ? most : 0),
            fields.TakeNumber("min_p", 0, 1) is { } least ? least < 1 ? least : throw RefusalException.Invalid("min_p", "a number from 0 to below 1") : 0,
            fields.TakeNumber("repetition_penalty", 0.01, 100) ?? 1,
            (int)(fields.TakeInteger("n", 1, limits.MaxChoices) ?? 1),
            streams,
            includesUsage);
    }

    public LocalRequest With(LocalRequest prompt, int? logProbabilities) =>
        prompt with { TopK = TopK, MinP = MinP, RepetitionPenalty = RepetitionPenalty, LogProbabilities = logProbabilities };

    static int? TakeMaxTokens(RequestFields fields)
    {
        var (older, newer) = (fields.TakeInteger("max_tokens", 1, int.MaxValue), fields.TakeInteger("max_completion_tokens", 1, int.MaxValue));
        return older is null || newer is null || older == newer
            ? (int?)(older ?? newer)
            : throw RefusalException.Invalid("max_tokens", $"the same as max_completion_tokens, which is {newer}, or nothing");
    }

    static ImmutableArray<string> TakeStops(RequestFields fields)
    {
        if (fields.Take("stop") is not { } stop)
        {
            return [];
        }

        ImmutableArray<string> stops = stop.ValueKind == JsonValueKind.Array
            ? [.. stop.EnumerateArray().Select(static (text, i) => RequestFields.TextOf(text, $"stop[{i}]"))]
            : [RequestFields.TextOf(stop, "stop")];
        return stops.Length > MaxStops
            ? throw new RefusalException(400, $"Invalid 'stop': array too long. Expected an array with maximum length {MaxStops}, but got an array with length {stops.Length} instead.", "stop", "array_above_max_length")
            : stops.Contains("") ? throw RefusalException.Invalid("stop", "texts that are not empty")
            : stops;
    }

    static (bool Streams, bool IncludesUsage) TakeStreaming(RequestFields fields)
    {
        var streams = fields.TakeFlag("stream") ?? false;
        if (fields.Take("stream_options") is not { } options)
        {
            return (streams, false);
        }

        if (!streams || options.ValueKind != JsonValueKind.Object)
        {
            throw RefusalException.Invalid("stream_options", streams ? "an object" : "nothing where stream is not true");
        }

        // Obfuscation pads chunks against listeners on the wire; there is none to pad here.
        var unknown = options.EnumerateObject().FirstOrDefault(static option => option.Name is not ("include_usage" or "include_obfuscation"));
        return unknown.Value.ValueKind != JsonValueKind.Undefined
            ? throw RefusalException.Unsupported($"stream_options.{unknown.Name}")
            : (streams, options.TryGetProperty("include_usage", out var usage) && usage.ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False or JsonValueKind.Null => false,
                _ => throw RefusalException.Invalid("stream_options.include_usage", "true or false"),
            });
    }
}
