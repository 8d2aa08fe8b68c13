using System.Collections.Immutable;
using SelfInstruct.Models;
using SelfInstruct.Prompts;
using SelfInstruct.Runs;

namespace SelfInstruct;

/// <summary>Calls and tokens that a run will have used when it is complete: those there are, and those still expected.</summary>
public sealed record RunForecast(double Calls, double PromptTokens, double CompletionTokens)
{
    /// <summary>Instructions that a prompt is taken to bring before the first round tells: a guess, of eight proposed or so.</summary>
    const double GuessedPerPrompt = 3;

    /// <summary>US dollars.</summary>
    public double CostAt(Prices prices) => ((PromptTokens * prices.Prompt) + (CompletionTokens * prices.Completion)) / 1e6;

    /// <summary>
    /// What remains of each stage, at the mean of its calls so far; a stage without calls is taken to be like its first
    /// prompt, with half of the completion it may have.
    /// </summary>
    /// <param name="options">Target and lengths.</param>
    /// <param name="prompts">Stand for all prompts of a stage that has not begun.</param>
    /// <param name="countTokens">Of a prompt.</param>
    /// <param name="used">So far.</param>
    /// <param name="done">Accepted instructions, identified ones, and ones with instances.</param>
    public static RunForecast Of(
        SelfInstructOptions options, FirstPrompts prompts, Func<string, int> countTokens, ImmutableArray<StageUsage> used, RunProgress done)
    {
        var target = options.Instructions.Target;
        ImmutableArray<RunForecast> rest =
        [
            Rest("instructions", prompts.Instructions, target - done.Accepted, done.Accepted, 1 / GuessedPerPrompt),
            Rest("classification", prompts.Classification, target - done.Identified, done.Identified, 1),
            Rest("instances", prompts.Instances, target - done.WithInstances, done.WithInstances, 1),
        ];
        return new RunForecast(
            used.Sum(static stage => stage.Calls) + rest.Sum(static stage => stage.Calls),
            used.Sum(static stage => stage.PromptTokens) + rest.Sum(static stage => stage.PromptTokens),
            used.Sum(static stage => stage.CompletionTokens) + rest.Sum(static stage => stage.CompletionTokens));

        RunForecast Rest(string name, FittedPrompt? prompt, int units, int unitsDone, double guessedPerUnit)
        {
            if (prompt is null || units <= 0)
            {
                return new RunForecast(0, 0, 0);
            }

            var stage = used.FirstOrDefault(stage => stage.Stage == name);
            var calls = units * (stage is { Calls: > 0 } && unitsDone > 0 ? (double)stage.Calls / unitsDone : guessedPerUnit);
            return stage is { Calls: > 0 }
                ? new RunForecast(calls, calls * stage.PromptTokens / stage.Calls, calls * stage.CompletionTokens / stage.Calls)
                : new RunForecast(calls, calls * countTokens(prompt.Text), calls * prompt.MaxTokens / 2);
        }
    }
}

/// <summary>Instructions accepted, identified as classification or not, and given instances.</summary>
public sealed record RunProgress(int Accepted, int Identified, int WithInstances);
