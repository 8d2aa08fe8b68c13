using System.Collections.Immutable;
using System.Net;
using System.Text.RegularExpressions;

namespace SelfInstruct.Models;

/// <summary>What a provider's refusal says of itself. Only known wordings are recognised; in doubt a refusal stays an error.</summary>
public static partial class RefusalReading
{
    /// <summary>Fields of the body that the refusal names as unknown or unsupported, and the like, as quirks; empty when it says something else.</summary>
    public static ImmutableArray<Quirk> FindQuirks(HttpStatusCode status, string body) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity
            ? [.. ProviderFault.Read(body).SelectMany(FindQuirks).Distinct()]
            : [];

    /// <summary>The prompt was not answered for what it says: an answer of its kind, and no failure.</summary>
    public static bool IsContentFilter(HttpStatusCode status, string body) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity
        && ProviderFault.Read(body).Any(static fault =>
            fault.Code is "content_filter" or "ResponsibleAIPolicyViolation" or "content_policy_violation"
            || Flagged().IsMatch(fault.Message ?? ""));

    static IEnumerable<Quirk> FindQuirks(ProviderFault fault)
    {
        var message = fault.Message ?? "";
        Quirk? known = EitherTemperatureOrTopP().IsMatch(message) ? Quirk.TemperatureOrTopP
            : BlankStop().IsMatch(message) ? Quirk.NoBlankStops
            : SystemMessage().IsMatch(message) ? Quirk.NoSystemMessage
            : StopList().IsMatch(message) ? Quirk.AtMost4Stops
            : Penalty().IsMatch(message) ? Quirk.NoPenalties
            : null;
        return known is not null ? [known] : FindFields(fault).Select(field => ToQuirk(field, message)).OfType<Quirk>();
    }

    static Quirk? ToQuirk(string field, string message) => field switch
    {
        "max_tokens" when message.Contains("max_completion_tokens", StringComparison.Ordinal) => Quirk.MaxCompletionTokens,
        "temperature" => Quirk.NoTemperature,
        "top_p" => Quirk.NoTopP,
        "frequency_penalty" or "presence_penalty" => Quirk.NoPenalties,
        "seed" => Quirk.NoSeed,
        "stop" => Quirk.NoStop,
        "messages[0].role" when message.Contains("'system'", StringComparison.Ordinal) => Quirk.NoSystemMessage,
        _ => null,
    };

    static IEnumerable<string> FindFields(ProviderFault fault)
    {
        if (fault is { Param: { } param, Code: "unsupported_parameter" or "unsupported_value" or "unknown_parameter" or "extra_forbidden" })
        {
            return [param];
        }

        return RefusedFields().Matches(fault.Message ?? "")
            .Concat(UnknownNames().Matches(fault.Message ?? ""))
            .SelectMany(static match => match.Groups["fields"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Select(ToSnakeCase);
    }

    static string ToSnakeCase(string name) => Hump().Replace(name, "_").ToLowerInvariant();

    /// <summary>OpenAI; its argument checker of old; xAI; Groq; Anthropic, twice.</summary>
    [GeneratedRegex(
        @"^(?:Unsupported (?:parameter|value): '(?<fields>[^']+)'|Unknown parameter: '(?<fields>[^']+)'|Unrecognized request arguments? supplied: (?<fields>[\w, ]+)|Argument not supported on this model: (?<fields>\w+)|property '(?<fields>\w+)' is unsupported|`?(?<fields>\w+)`? is deprecated for this model|(?<fields>\w+): Extra inputs are not permitted)")]
    private static partial Regex RefusedFields();

    /// <summary>Gemini, a line for each field.</summary>
    [GeneratedRegex("""^Invalid JSON payload received\. Unknown name "(?<fields>\w+)": Cannot find field\.""", RegexOptions.Multiline)]
    private static partial Regex UnknownNames();

    [GeneratedRegex(@"`?temperature`? and `?top_p`? cannot both be specified")]
    private static partial Regex EitherTemperatureOrTopP();

    [GeneratedRegex(@"each stop sequence must contain non-whitespace")]
    private static partial Regex BlankStop();

    /// <summary>Chat templates of Gemma and of Mistral, and Gemini's endpoint for Gemma.</summary>
    [GeneratedRegex(@"^(?:System role not supported|Only user and assistant roles are supported|Developer instruction is not enabled)|System role not supported$")]
    private static partial Regex SystemMessage();

    /// <summary>OpenAI and Azure, now and in 2024.</summary>
    [GeneratedRegex(@"^(?:Invalid 'stop': array too long\. Expected an array with maximum length 4\b|'\$\.stop' is (?:invalid|too long)\b)")]
    private static partial Regex StopList();

    /// <summary>Gemini.</summary>
    [GeneratedRegex(@"^Penalty is not enabled for ")]
    private static partial Regex Penalty();

    /// <summary>OpenAI on prompts to reasoning models.</summary>
    [GeneratedRegex("^Invalid prompt: your prompt was flagged as potentially violating ")]
    private static partial Regex Flagged();

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex Hump();
}
