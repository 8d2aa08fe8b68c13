using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using SelfInstruct.Evaluation.Comparison;
using SelfInstruct.Evaluation.Judging;

namespace SelfInstruct.Cli.Commands;

/// <summary>`evaluate report`: models side by side on one page.</summary>
static class EvaluateReportCommand
{
    static readonly Argument<string[]> Inputs = new("DIR") { Description = "Folders of evaluations, or files of predictions, one for each model. Ratings beside them are read as well.", Arity = ArgumentArity.OneOrMore };
    static readonly Option<string[]> RatingFiles = new("--ratings") { Description = "Further ratings.jsonl, of people or judges; may be repeated." };
    static readonly Option<string[]> PreferenceFiles = new("--preferences") { Description = "preferences.jsonl of `evaluate judge --pairwise`, or ratings.jsonl of `review --task pairwise`; may be repeated." };
    static readonly Option<long> Seed = new("--seed") { Description = "Of resamples, shuffles and samples.", DefaultValueFactory = static _ => 42 };
    static readonly Option<int> Samples = new("--samples") { Description = "Questions shown with all responses.", DefaultValueFactory = static _ => 10 };
    static readonly Option<string> Out = new("--out") { Description = "The folder of report.html, report.md and the charts.", DefaultValueFactory = static _ => Path.Combine("evaluation", "report") };

    public static Command Create()
    {
        var command = new Command("report", "Compares models: metrics with intervals and significance, ratings, categories, disagreements and samples, as HTML, Markdown and SVG.") { Inputs, EvaluateCommand.References, RatingFiles, PreferenceFiles, Seed, Samples, Out };
        command.SetBody(static (parsed, cancellationToken) => Task.FromResult(new CommandResult(Run(parsed, cancellationToken))), name: "evaluate report");
        return command;
    }

    static JsonObject Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var files = PredictionFiles.ReadAll(parsed.GetValue(Inputs)!, parsed.GetValue(EvaluateCommand.References) is { } path ? new ReferenceFile(path) : null);
        IEnumerable<RatingLine> ratings = [.. files.SelectMany(static file => file.Ratings), .. (parsed.GetValue(RatingFiles) ?? []).SelectMany(PredictionFiles.ReadRatings)];
        ImmutableArray<ScoredModel> models = [.. files.Select(file =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ScoredModel.Of(file.Name, file.Responses);
        })];
        IEnumerable<PreferenceLine> preferences = [.. files.SelectMany(static file => file.Preferences), .. (parsed.GetValue(PreferenceFiles) ?? []).SelectMany(PredictionFiles.ReadPreferences)];
        var comparison = new ModelComparison(models, new RatingTable(ratings), preferences, new ComparisonOptions(parsed.GetValue(Seed), Samples: parsed.GetValue(Samples)));
        var paths = ReportFiles.Write(comparison.ToReport(), parsed.GetValue(Out)!);
        Console.WriteLine(string.Join('\n', paths));
        return ToJson(models, comparison, parsed.GetValue(Out)!, paths);
    }

    static JsonObject ToJson(ImmutableArray<ScoredModel> models, ModelComparison comparison, string folder, ImmutableArray<string> paths) => new()
    {
        ["out"] = folder,
        ["files"] = new JsonArray([.. paths.Select(static path => (JsonNode)path)]),
        ["common"] = comparison.Common,
        ["models"] = new JsonArray([.. models.Select(static model => (JsonNode)new JsonObject
        {
            ["name"] = model.Name,
            ["n"] = model.Responses.Length,
            ["rouge_l"] = Math.Round(model.RougeL.Average(), 4),
            ["exact_match"] = Math.Round(model.ExactMatch.Average(), 4),
        })]),
        ["differences"] = new JsonArray([.. comparison.Differences.Select(difference => (JsonNode)new JsonObject
        {
            ["first"] = models[difference.First].Name,
            ["second"] = models[difference.Second].Name,
            ["n"] = difference.N,
            ["difference"] = difference.Difference,
            ["p"] = difference.P,
            ["significant"] = difference.IsSignificant,
        })]),
    };
}
