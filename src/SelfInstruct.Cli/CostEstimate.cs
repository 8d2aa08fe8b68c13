using System.Globalization;

namespace SelfInstruct.Cli;

/// <summary>What a run is expected to use, in sentences: before it starts, and after its first round.</summary>
static class CostEstimate
{
    /// <summary>Before anything was asked.</summary>
    public static string Describe(SelfInstructOptions options, RunForecast forecast) => string.Create(
        CultureInfo.InvariantCulture,
        $"Estimate for {options.Instructions.Target:N0} instructions: about {forecast.Calls:N0} calls, {forecast.PromptTokens:N0} prompt tokens, {forecast.CompletionTokens:N0} completion tokens, {DescribeCost(options, forecast)}. The first round will tell better.");

    static string DescribeCost(SelfInstructOptions options, RunForecast forecast) => RunPrices.Find(options) switch
    {
        null => $"at prices that are not known here (--set prompt_price=... and completion_price=..., US dollars per million tokens)",
        { Prompt: 0, Completion: 0 } => "which cost nothing",
        var prices => string.Create(CultureInfo.InvariantCulture, $"{forecast.CostAt(prices):0.00} US dollars{DescribeSource(options)}"),
    };

    static string DescribeSource(SelfInstructOptions options) =>
        options.PromptPrice is null && options.CompletionPrice is null && RunPrices.FindPublished(options) is { } published
            ? string.Create(CultureInfo.InvariantCulture, $" at {(options.Batch ? "the batch price, half of " : "")}the prices of {published.AsOf:yyyy-MM-dd}")
            : options.Batch ? " at the batch price, half of the prices given" : "";
}

/// <summary>Passes progress on; when the first round is done, says once what the whole run will cost at that rate.</summary>
/// <param name="inner">Gets all progress.</param>
/// <param name="notices">Gets the sentence.</param>
/// <param name="options">Limits to compare with.</param>
sealed class CostNotice(IProgress<StageProgress> inner, IProgress<string> notices, SelfInstructOptions options) : IProgress<StageProgress>
{
    int? _completionsAtStart;
    bool _said;

    public void Report(StageProgress value)
    {
        inner.Report(value);
        _completionsAtStart ??= value.Completions;
        if (!_said && value is { Done: > 0, ExpectedCostUsd: { } expected, CostUsd: { } spent } && value.Completions > _completionsAtStart)
        {
            _said = true;
            notices.Report(string.Create(
                CultureInfo.InvariantCulture,
                $"At this rate the run costs about {expected:0.00} US dollars in all ({spent:0.00} are spent){DescribeLimit(expected)}."));
        }
    }

    string DescribeLimit(double expected) => options.MaxCost switch
    {
        { } limit when expected > limit => string.Create(CultureInfo.InvariantCulture, $"; it will stop, with everything saved, at {limit:0.00##}"),
        { } limit => string.Create(CultureInfo.InvariantCulture, $", within the limit of {limit:0.00##}"),
        null => "",
    };
}
