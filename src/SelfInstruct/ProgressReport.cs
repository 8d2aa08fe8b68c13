using System.Collections.Immutable;
using SelfInstruct.Models;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct;

/// <param name="Stage">instructions, classification, instances or dataset.</param>
/// <param name="Done">Of <paramref name="Total"/>, where the earlier part of a resumed run counts as done.</param>
/// <param name="Rejected">Candidates rejected so far in this stage.</param>
/// <param name="Completions">Answers in all so far.</param>
/// <param name="CompletionTokens">Tokens written by the model so far.</param>
/// <param name="CostUsd">So far; null where no price is known, or nothing costs anything.</param>
/// <param name="ExpectedCostUsd">Of the whole run, as it looks now; null with <paramref name="CostUsd"/>.</param>
public sealed record StageProgress(
    string Stage, int Done, int Total, int Rejected, int Completions, long CompletionTokens, double? CostUsd = null, double? ExpectedCostUsd = null);

/// <summary>Tells how far a run is and, where its model costs something, what it has cost and will cost.</summary>
sealed class ProgressReport(
    SelfInstructOptions options, ImmutableArray<SeedTask> seeds, CompletionLog completions, Prices? prices, IProgress<StageProgress>? progress)
{
    readonly Lazy<FirstPrompts> _firstPrompts = new(() => FirstPrompts.Build(options, seeds, completions.Model));

    public RunProgress Done { get; private set; } = new(0, 0, 0);

    public void Accepted(int accepted, int rejected)
    {
        Done = Done with { Accepted = accepted };
        Report("instructions", accepted, options.Instructions.Target, rejected);
    }

    public void Identified(int identified, int total)
    {
        Done = Done with { Accepted = total, Identified = identified };
        Report("classification", identified, total, 0);
    }

    public void WithInstances(int withInstances, int total)
    {
        Done = new RunProgress(total, total, withInstances);
        Report("instances", withInstances, total, 0);
    }

    public void Dataset(int rows, int rejected) => Report("dataset", rows, rows, rejected);

    void Report(string stage, int done, int total, int rejected)
    {
        if (progress is null)
        {
            return;
        }

        var report = new StageProgress(stage, done, total, rejected, completions.Calls, completions.CompletionTokens);
        progress.Report(prices is null or { Prompt: 0, Completion: 0 } ? report : report with
        {
            CostUsd = prices.CostOf(completions.PromptTokens, completions.CompletionTokens),
            ExpectedCostUsd = RunForecast.Of(options, _firstPrompts.Value, completions.Model.CountTokens, completions.Usage.Stages, Done).CostAt(prices),
        });
    }
}
