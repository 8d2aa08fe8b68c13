using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using SelfInstruct.Evaluation;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli.Commands;

/// <summary>`evaluate predictions`: the SuperNI metric of files of predictions, one model each.</summary>
static class EvaluateCommand
{
    static readonly Argument<string[]> Files = new("FILE")
    {
        Description = PredictionFields.Description + " One file for each model. With category and task, means of each are printed, too.",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Shared with `evaluate report`.</summary>
    public static Option<string?> References { get; } = new("--references") { Description = "References in a file of their own, as AlpacaEval has them: found by id, else by instruction and input." };

    public static Command Create()
    {
        var predictions = new Command("predictions", "The SuperNI metric: ROUGE-L with Porter stems and exact match, the best of the references, x 100.") { Files, References };
        predictions.SetBody(static (parsed, cancellationToken) => Task.FromResult(new CommandResult(Run(parsed.GetValue(Files)!, parsed.GetValue(References), cancellationToken))), name: "evaluate predictions");
        return new Command("evaluate", "Measures how well models follow instructions.")
        {
            predictions,
            EvaluateModelCommands.SuperNI(),
            EvaluateModelCommands.UserOriented(),
            EvaluateJudgeCommand.Create(),
            EvaluateReportCommand.Create(),
            EvaluateContaminationCommand.Create(),
        };
    }

    static JsonObject Run(string[] files, string? referenceFile, CancellationToken cancellationToken)
    {
        var references = referenceFile is null ? null : new ReferenceFile(referenceFile);
        ImmutableArray<PredictionMetrics> models = [.. files.Zip(NameModels(files), (file, name) => Measure(file, name, references, cancellationToken))];
        Print(models);
        return new JsonObject { ["models"] = new JsonArray([.. models.Select(ToJson)]) };
    }

    /// <summary>The file's name alone, unless two files share it.</summary>
    static IEnumerable<string> NameModels(string[] files)
    {
        var names = files.CountBy(static file => Path.GetFileNameWithoutExtension(file)).ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal);
        return files.Select(file => Path.GetFileNameWithoutExtension(file) is var name && names[name] == 1 ? name : file);
    }

    static PredictionMetrics Measure(string file, string name, ReferenceFile? references, CancellationToken cancellationToken)
    {
        var predictions = JsonObjects.Read(file).Select(item =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return PredictionFields.Read(item, references);
        }).ToList();
        return predictions.Count > 0
            ? PredictionMetrics.Measure(name, predictions)
            : throw new InvalidDataException($"{file}: holds no predictions. Give a file with one a line.");
    }

    static void Print(ImmutableArray<PredictionMetrics> models) => MetricsTable.Print(
    [
        .. models.SelectMany(static model => (IEnumerable<(string Name, GroupMetrics Group)>)
        [
            (model.All.Name, model.All),
            .. model.Categories.Concat(model.Tasks).Select(static group => ("  " + group.Name, group)),
        ]),
    ]);

    static JsonObject ToJson(PredictionMetrics model)
    {
        var json = MetricsTable.ToJson(model.All);
        json["categories"] = MetricsTable.ToJson(model.Categories);
        json["tasks"] = MetricsTable.ToJson(model.Tasks);
        return json;
    }
}
