using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SelfInstruct.Contamination;
using SelfInstruct.Evaluation;
using SelfInstruct.Evaluation.EvaluationSets;
using SelfInstruct.Novelty;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli.Commands;

/// <summary>`evaluate contamination`: what training data and evaluation sets have in common.</summary>
static class EvaluateContaminationCommand
{
    static readonly Argument<string> Training = new("TRAINING") { Description = "JSON lines or one JSON array, with instruction or prompt, input, and output, completion or response." };

    static readonly Option<string[]> Against = new("--against")
    {
        Description = "An evaluation set: tasks with instances, predictions, or a folder of Natural Instructions; may be repeated.",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
    };

    static readonly Option<int> Words = new("--ngram") { Description = "Words in a row that count as overlap; GPT-3 took 13. A shorter instruction or input must be equal as a whole.", DefaultValueFactory = static _ => new ContaminationOptions().Words };
    static readonly Option<double> Threshold = new("--threshold") { Description = "ROUGE-L of two instructions above which they count as the same, in [0, 1].", DefaultValueFactory = static _ => new ContaminationOptions().Threshold };
    static readonly Option<string> Splitter = new("--words") { Description = "What a word is: modern (every script) or released (the original's: a-z and 0-9 only).", DefaultValueFactory = static _ => "modern" };
    static readonly Option<string?> Out = new("--out") { Description = "Every overlap, one a line: row, field, rule, set, id, evaluation_field, shared, score." };

    public static Command Create()
    {
        Splitter.AcceptOnlyFromAmong("released", "modern");
        var command = new Command("contamination", "Counts rows of training data that an evaluation set knows: words in a row, and instructions by ROUGE-L.") { Training, Against, Words, Threshold, Splitter, Out };
        command.SetBody(static (parsed, cancellationToken) => Task.FromResult(new CommandResult(Run(parsed, cancellationToken))), name: "evaluate contamination");
        return command;
    }

    static JsonObject Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = new ContaminationOptions(parsed.GetValue(Words), parsed.GetValue(Threshold)) { Splitter = WordSplitter.All.First(splitter => splitter.Name == parsed.GetValue(Splitter)) };
        if (options.Words < 1 || options.Threshold is not (>= 0 and <= 1))
        {
            throw new InvalidDataException($"--ngram is {options.Words} and --threshold {options.Threshold}; the one must be at least 1, the other in [0, 1].");
        }

        var index = new ContaminationIndex(parsed.GetValue(Against)!.SelectMany(EvaluationTexts.Read), options);
        var rows = JsonObjects.Read(parsed.GetValue(Training)!).SelectMany(item =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return EvaluationTexts.ReadTraining(item);
        });
        List<ContaminatedRow> found = [];
        var summary = ContaminationReport.Measure(rows, index, found.Add);
        if (parsed.GetValue(Out) is { } path)
        {
            JsonLines.WriteAll(path, found, EvaluationJson.Format.ContaminatedRow);
        }

        return Show(summary, index);
    }

    static JsonObject Show(ContaminationSummary summary, ContaminationIndex index)
    {
        var share = summary.Rows == 0 ? 0 : 100.0 * summary.Contaminated / summary.Rows;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{summary.Contaminated:N0} of {summary.Rows:N0} rows overlap ({share:0.##} %) with {index.Count:N0} texts of evaluation sets"));
        foreach (var (rule, count) in summary.ByRule)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {rule,-10} {count,8:N0} rows"));
        }

        foreach (var (set, count) in summary.BySet)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count:N0} items of {set}"));
        }

        Console.WriteLine(summary.MeanNearest is { } mean
            ? string.Create(CultureInfo.InvariantCulture, $"mean ROUGE-L of a row to the nearest evaluation instruction {mean:0.0000}")
            : $"mean ROUGE-L to the nearest instruction left out: more than {ContaminationReport.MostForMean} instructions, or no row");
        return new JsonObject
        {
            ["rows"] = summary.Rows,
            ["contaminated"] = summary.Contaminated,
            ["by_rule"] = ToJson(summary.ByRule),
            ["by_set"] = ToJson(summary.BySet),
            ["mean_nearest"] = summary.MeanNearest,
        };
    }

    static JsonObject ToJson(ImmutableSortedDictionary<string, int> counts) => new(counts.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
}
