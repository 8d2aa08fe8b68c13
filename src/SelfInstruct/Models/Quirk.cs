using System.Collections.Immutable;

namespace SelfInstruct.Models;

/// <summary>A named way in which a server or model differs from the plain protocol. The name is what run.json keeps.</summary>
public sealed record Quirk
{
    Quirk(string name, string meaning) => (Name, Meaning) = (name, meaning);

    public string Name { get; }

    /// <summary>What it does, as the rest of a sentence that begins with the model.</summary>
    public string Meaning { get; }

    public static Quirk MaxCompletionTokens { get; } = new("max_completion_tokens", "takes max_completion_tokens in place of max_tokens");

    public static Quirk NoTemperature { get; } = new("no_temperature", "takes no temperature but its own; answers that should be greedy are drawn");

    public static Quirk NoTopP { get; } = new("no_top_p", "takes no top_p");

    /// <summary>At temperature 0 or between, the temperature is sent; at 1, where it says nothing, top_p.</summary>
    public static Quirk TemperatureOrTopP { get; } = new("temperature_or_top_p", "takes temperature or top_p, not both");

    public static Quirk NoPenalties { get; } = new("no_penalties", "takes no frequency_penalty or presence_penalty");

    public static Quirk NoSeed { get; } = new("no_seed", "takes no seed; the same request may be answered otherwise another time");

    public static Quirk NoStop { get; } = new("no_stop", "takes no stop strings; they are applied to its answers here");

    public static Quirk AtMost4Stops { get; } = new("at_most_4_stops", "takes four stop strings at most; the others are applied to its answers here");

    public static Quirk NoBlankStops { get; } = new("no_blank_stops", "takes no stop string of white space alone; those are applied to its answers here");

    public static Quirk NoSystemMessage { get; } = new("no_system_message", "takes no system message; its text goes before the prompt");

    /// <summary>Seen in answers, not in refusals.</summary>
    public static Quirk IgnoresStops { get; } = new("ignores_stops", "does not end at stop strings that it was sent; its answers are cut here");

    /// <inheritdoc cref="IgnoresStops"/>
    public static Quirk NoUsage { get; } = new("no_usage", "does not say how many tokens it used; they are estimated, rather too high");

    /// <inheritdoc cref="IgnoresStops"/>
    public static Quirk Reasons { get; } = new("reasons", "reasons before it answers, and the reasoning counts towards max_tokens");

    public static ImmutableArray<Quirk> All { get; } =
    [
        MaxCompletionTokens, NoTemperature, NoTopP, TemperatureOrTopP, NoPenalties, NoSeed, NoStop, AtMost4Stops, NoBlankStops, NoSystemMessage,
        IgnoresStops, NoUsage, Reasons,
    ];
}
