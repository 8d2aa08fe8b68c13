using System.Collections.Immutable;
using System.Text.Json;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.Models;

namespace SelfInstruct.Serving.Requests;

/// <summary>Reads the fields of POST /v1/completions.</summary>
static class TextRequest
{
    const int MostLogProbabilities = 5;

    /// <summary>OpenAI's number where a request does not say.</summary>
    const int MaxTokens = 16;

    /// <exception cref="RefusalException">Something that cannot be done as asked.</exception>
    public static ServedRequest Read(RequestFields fields, ServingOptions limits, Func<long> newSeed)
    {
        var settings = RequestSettings.Take(fields, MaxTokens, limits, newSeed);
        var prompt = fields.Take("prompt") ?? throw RefusalException.Missing("prompt");
        ServedRequest.ThrowIfTooMany(Count(prompt), settings, limits);
        var logProbabilities = (int?)fields.TakeInteger("logprobs", 0, MostLogProbabilities);
        fields.RefuseRest();
        return ServedRequest.Of([.. Prompts(prompt, settings.Sampling).Select(one => settings.With(one, logProbabilities))], settings);
    }

    static int Count(JsonElement prompt) =>
        prompt.ValueKind == JsonValueKind.Array && prompt.GetArrayLength() > 0 && prompt[0].ValueKind != JsonValueKind.Number ? prompt.GetArrayLength() : 1;

    /// <summary>A text, tokens, or a list of either.</summary>
    static ImmutableArray<LocalRequest> Prompts(JsonElement prompt, Sampling sampling) => prompt.ValueKind switch
    {
        JsonValueKind.String => [Text(prompt, "prompt", sampling)],
        JsonValueKind.Array when prompt.GetArrayLength() == 0 => throw RefusalException.Invalid("prompt", "at least one text or token"),
        JsonValueKind.Array when prompt[0].ValueKind == JsonValueKind.Number => [Tokens(prompt, "prompt", sampling)],
        JsonValueKind.Array => [.. prompt.EnumerateArray().Select((one, i) => one.ValueKind == JsonValueKind.Array ? Tokens(one, $"prompt[{i}]", sampling) : Text(one, $"prompt[{i}]", sampling))],
        _ => throw RefusalException.Invalid("prompt", "a text, a list of texts, or tokens"),
    };

    static LocalRequest Text(JsonElement text, string place, Sampling sampling) => new(RequestFields.TextOf(text, place), [], sampling);

    static LocalRequest Tokens(JsonElement tokens, string place, Sampling sampling) =>
        new("", [], sampling)
        {
            PromptTokens = tokens.GetArrayLength() == 0
                ? throw RefusalException.Invalid(place, "at least one token")
                : [.. tokens.EnumerateArray().Select(token => token.ValueKind == JsonValueKind.Number && token.TryGetInt32(out var id) ? id : throw RefusalException.Invalid(place, "whole numbers, as the vocabulary counts its tokens"))],
        };
}
