using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SelfInstruct.Evaluation;

namespace SelfInstruct.Cli.Commands;

/// <summary>`evaluate predictions`: the SuperNI metric of files of predictions, one model each.</summary>
static class EvaluateCommand
{
    static readonly Argument<string[]> Files = new("FILE")
    {
        Description = PredictionFields.Description + " One file for each model. With category and task, means of each are printed, too.",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Create()
    {
        var predictions = new Command("predictions", "The SuperNI metric: ROUGE-L with Porter stems and exact match, the best of the references, x 100.") { Files };
        predictions.SetBody(static (parsed, cancellationToken) => Task.FromResult(new CommandResult(Run(parsed.GetValue(Files)!, cancellationToken))), name: "evaluate predictions");
        return new Command("evaluate", "Measures how well models follow instructions.") { predictions };
    }

    static JsonObject Run(string[] files, CancellationToken cancellationToken)
    {
        ImmutableArray<PredictionMetrics> models = [.. files.Zip(NameModels(files), (file, name) => Measure(file, name, cancellationToken))];
        Print(models);
        return new JsonObject { ["models"] = new JsonArray([.. models.Select(ToJson)]) };
    }

    /// <summary>The file's name alone, unless two files share it.</summary>
    static IEnumerable<string> NameModels(string[] files)
    {
        var names = files.CountBy(static file => Path.GetFileNameWithoutExtension(file)).ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal);
        return files.Select(file => Path.GetFileNameWithoutExtension(file) is var name && names[name] == 1 ? name : file);
    }

    static PredictionMetrics Measure(string file, string name, CancellationToken cancellationToken)
    {
        var predictions = JsonObjects.Read(file).Select(item =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return PredictionFields.Read(item);
        }).ToList();
        return predictions.Count > 0
            ? PredictionMetrics.Measure(name, predictions)
            : throw new InvalidDataException($"{file}: holds no predictions. Give a file with one a line.");
    }

    static void Print(ImmutableArray<PredictionMetrics> models)
    {
        var rows = models.SelectMany(static model => (IEnumerable<(string Name, GroupMetrics Group)>)
        [
            (model.All.Name, model.All),
            .. model.Categories.Concat(model.Tasks).Select(static group => ("  " + group.Name, group)),
        ]).ToList();
        var width = rows.Max(static row => row.Name.Length);
        Console.WriteLine($"{"".PadRight(width)}  {"n",8}  {"ROUGE-L",8}  {"exact",8}");
        foreach (var (name, group) in rows)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name.PadRight(width)}  {group.N,8}  {group.RougeL,8:F4}  {group.ExactMatch,8:F4}"));
        }
    }

    static JsonObject ToJson(PredictionMetrics model)
    {
        var json = ToJson(model.All);
        json["categories"] = new JsonArray([.. model.Categories.Select(ToJson)]);
        json["tasks"] = new JsonArray([.. model.Tasks.Select(ToJson)]);
        return json;
    }

    static JsonObject ToJson(GroupMetrics group) =>
        new() { ["name"] = group.Name, ["n"] = group.N, ["rouge_l"] = group.RougeL, ["exact_match"] = group.ExactMatch };
}
