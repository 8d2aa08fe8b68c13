using System.Collections.Immutable;

namespace SelfInstruct.Models;

/// <summary>What of a sampling is sent to a server with these quirks; null is not sent.</summary>
sealed record AcceptedSampling(
    double? Temperature,
    double? TopP,
    double? FrequencyPenalty,
    double? PresencePenalty,
    int? MaxTokens,
    int? MaxCompletionTokens,
    ImmutableArray<string>? Stop,
    long? Seed)
{
    const int MostStops = 4;

    public static AcceptedSampling Of(Sampling sampling, ImmutableArray<Quirk> quirks)
    {
        var either = Has(Quirk.TemperatureOrTopP);
        var topPDecides = sampling.Temperature == 1 && sampling.TopP < 1;
        var renamed = Has(Quirk.MaxCompletionTokens);
        var penalties = !Has(Quirk.NoPenalties);
        return new AcceptedSampling(
            Has(Quirk.NoTemperature) || (either && topPDecides) ? null : sampling.Temperature,
            Has(Quirk.NoTopP) || (either && !topPDecides && !Has(Quirk.NoTemperature)) ? null : sampling.TopP,
            penalties ? sampling.FrequencyPenalty : null,
            penalties ? sampling.PresencePenalty : null,
            renamed ? null : sampling.MaxTokens,
            renamed ? sampling.MaxTokens : null,
            ChooseStops(sampling.Stop, quirks),
            Has(Quirk.NoSeed) ? null : sampling.Seed & long.MaxValue);

        bool Has(Quirk quirk) => quirks.Contains(quirk);
    }

    static ImmutableArray<string>? ChooseStops(ImmutableArray<string> stop, ImmutableArray<Quirk> quirks)
    {
        // Servers refuse an empty list.
        if (stop.IsDefaultOrEmpty || quirks.Contains(Quirk.NoStop))
        {
            return null;
        }

        var taken = stop.Where(one => !quirks.Contains(Quirk.NoBlankStops) || !string.IsNullOrWhiteSpace(one))
            .Take(quirks.Contains(Quirk.AtMost4Stops) ? MostStops : int.MaxValue)
            .ToImmutableArray();
        return taken.IsEmpty ? null : taken;
    }
}
