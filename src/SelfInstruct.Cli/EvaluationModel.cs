using System.CommandLine;
using SelfInstruct.Models;
using SelfInstruct.Runs;

namespace SelfInstruct.Cli;

/// <summary>The options that say which model an evaluation asks, and what it may cost.</summary>
static class EvaluationModel
{
    static readonly Option<string> Model = new("--model") { Description = $"Which model answers: {ModelSelection.Known}.", Required = true };
    static readonly Option<string?> Endpoint = new("--endpoint") { Description = "Base address of an OpenAI-compatible server, version included; else OPENAI_BASE_URL." };
    static readonly Option<int?> Concurrency = new("--concurrency") { Description = "Calls in flight at once to a server. Default: 8." };
    static readonly Option<int?> ContextLength = new("--context-length") { Description = "Tokens of the context of a server's model. Default: 8192." };
    static readonly Option<double?> PromptPrice = new("--prompt-price") { Description = "US dollars per million prompt tokens." };
    static readonly Option<double?> CompletionPrice = new("--completion-price") { Description = "US dollars per million completion tokens." };
    static readonly Option<double?> MaxCost = new("--max-cost") { Description = "US dollars after which to stop; needs the prices. The same command continues." };

    public static void AddTo(Command command)
    {
        foreach (var option in (IEnumerable<Option>)[Model, Endpoint, Concurrency, ContextLength, PromptPrice, CompletionPrice, MaxCost])
        {
            command.Options.Add(option);
        }
    }

    public static string Spec(ParseResult parsed) => parsed.GetValue(Model)!;

    /// <summary>The SPEC as part of a folder's name.</summary>
    public static string FolderName(ParseResult parsed) => string.Concat(Spec(parsed).Select(static c => char.IsLetterOrDigit(c) || c is '.' or '_' ? c : '-'));

    /// <exception cref="InvalidDataException">No such model, or a number out of its range.</exception>
    public static ILanguageModel Open(ParseResult parsed, int alreadyServed, IProgress<string> notices) =>
        new ModelSelection(Options(parsed), notices).Open(alreadyServed, TimeProvider.System);

    /// <summary>As given, else as published; null: not known.</summary>
    public static Prices? FindPrices(ParseResult parsed) => RunPrices.Find(Options(parsed));

    /// <summary>Null: no limit.</summary>
    public static Budget? FindBudget(ParseResult parsed) => parsed.GetValue(MaxCost) is not { } limit ? null
        : FindPrices(parsed) is { } prices ? new Budget(limit, null, prices)
        : throw new InvalidDataException("--max-cost needs to know what tokens cost. Give --prompt-price and --completion-price.");

    static SelfInstructOptions Options(ParseResult parsed)
    {
        var defaults = new SelfInstructOptions();
        return (defaults with
        {
            SeedTasks = ProductFiles.SeedTasks,
            Model = Spec(parsed),
            Endpoint = parsed.GetValue(Endpoint),
            Concurrency = parsed.GetValue(Concurrency) ?? defaults.Concurrency,
            ContextLength = parsed.GetValue(ContextLength) ?? defaults.ContextLength,
            PromptPrice = parsed.GetValue(PromptPrice),
            CompletionPrice = parsed.GetValue(CompletionPrice),
            MaxCost = parsed.GetValue(MaxCost),
        }).Validated();
    }
}
