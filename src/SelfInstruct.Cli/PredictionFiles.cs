using System.Collections.Immutable;
using System.Text.Json;
using SelfInstruct.Evaluation;
using SelfInstruct.Evaluation.Judging;
using SelfInstruct.Reviews;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli;

/// <summary>A model's predictions, from a file or from the folder of an evaluation or of a run.</summary>
/// <param name="Name">Of the model: from scores.json, from the generator that every object names, or from the path.</param>
/// <param name="Ratings">Of ratings.jsonl beside the predictions or in evaluation/, if it is there.</param>
/// <param name="Preferences">Of the same file.</param>
sealed record PredictionFiles(string Name, string Path, ImmutableArray<ModelResponse> Responses, ImmutableArray<RatingLine> Ratings, ImmutableArray<PreferenceLine> Preferences)
{
    /// <exception cref="InvalidDataException">No predictions there, or one that cannot be read.</exception>
    public static ImmutableArray<PredictionFiles> ReadAll(IReadOnlyList<string> paths, ReferenceFile? references = null)
    {
        ImmutableArray<PredictionFiles> all = [.. paths.Select(path => Read(path, references))];
        var names = all.CountBy(static file => file.Name).ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal);
        return [.. all.Select(file => names[file.Name] == 1 ? file : file.Renamed(file.Path))];
    }

    /// <summary>Those that stand; comparisons, answers about rows and skips of the same file are left out.</summary>
    /// <exception cref="InvalidDataException">No such file, or a line that is no rating; says where.</exception>
    public static IEnumerable<RatingLine> ReadRatings(string path) =>
        Standing(path, "rating", static line => line switch
        {
            { Model: null } => "has no field model. Name the model whose response it rates.",
            { Rating: "A" or "B" or "C" or "D" } => null,
            _ => $"rating is \"{line.Rating}\". Write A, B, C or D.",
        }).Select(static line => new RatingLine(line.Id, line.Model!, line.Rater, line.Rating!, line.At, line.Completion));

    /// <inheritdoc cref="ReadRatings"/>
    public static IEnumerable<PreferenceLine> ReadPreferences(string path) =>
        Standing(path, "pairwise", static line => line switch
        {
            { First: null } or { Second: null } => "has no field first or second. Name the two models.",
            { Verdict: "first" or "second" or "tie" or "flips" or "unread" } => null,
            _ => $"verdict is \"{line.Verdict}\". Write first, second, tie, flips or unread.",
        }).Select(static line => new PreferenceLine(line.Id, line.First!, line.Second!, line.Rater, line.Verdict!, line.At));

    /// <param name="task">Of the lines wanted, and of lines that name none.</param>
    /// <param name="fault">Null for a line that is as it should be.</param>
    static IEnumerable<Annotation> Standing(string path, string task, Func<Annotation, string?> fault)
    {
        var table = new AnnotationTable();
        foreach (var (number, line) in JsonLines.Read(path, ReviewJson.Format.Annotation).Where(line => (line.Value.Task ?? task) == task))
        {
            if (line.Skipped is null && fault(line) is { } wrong)
            {
                throw new InvalidDataException($"{path}({number}): {wrong}");
            }

            table.Add(line with { Task = task });
        }

        return table.Standing.Where(static line => line.Skipped is null);
    }

    static PredictionFiles Read(string path, ReferenceFile? references)
    {
        var folder = Directory.Exists(path) ? FindFolder(path) : null;
        var file = folder?.Predictions ?? path;
        var fallback = folder is null ? System.IO.Path.GetFileNameWithoutExtension(path) : NameOf(folder) ?? System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
        ImmutableArray<ModelResponse> responses = [.. JsonObjects.Read(file).Select((item, i) => PredictionFields.ReadResponse(item, i + 1, fallback, references))];
        var name = responses.Select(static response => response.Model).Distinct().Take(2).ToList() is [var only] ? only : fallback;
        var ratings = RatingsOf(folder).ToList();
        return new PredictionFiles(name, path, responses, [.. ratings.SelectMany(ReadRatings)], [.. ratings.SelectMany(ReadPreferences)]).Renamed(name);
    }

    /// <summary>What a model said to each question, by model: the generator that objects name, else the path's name.</summary>
    /// <exception cref="InvalidDataException">No predictions there, or one that cannot be read.</exception>
    public static IEnumerable<IGrouping<string, ModelResponse>> ReadByModel(IReadOnlyList<string> paths)
    {
        var files = ReadAll(paths);
        return files.SelectMany(file => ReadGenerators(file)).GroupBy(static response => response.Model, StringComparer.Ordinal);
    }

    /// <summary>A file of several models names them line by line.</summary>
    static IEnumerable<ModelResponse> ReadGenerators(PredictionFiles file)
    {
        var path = Directory.Exists(file.Path) ? FindFolder(file.Path).Predictions : file.Path;
        var responses = JsonObjects.Read(path).Select((item, i) => PredictionFields.ReadResponse(item, i + 1, file.Name)).ToList();
        return responses.Select(static response => response.Model).Distinct().Skip(1).Any() ? responses : file.Responses;
    }

    /// <summary>An evaluation has them beside its predictions; the review page puts them into evaluation/ of the folder it was given.</summary>
    static IEnumerable<string> RatingsOf(EvaluationFolder? folder) =>
        folder is null ? [] : new[] { folder, new EvaluationFolder(System.IO.Path.Combine(folder.Path, "evaluation")) }.Select(static one => one.Ratings).Where(File.Exists);

    static EvaluationFolder FindFolder(string path) =>
        new[] { path, System.IO.Path.Combine(path, "evaluation") }.Select(static folder => new EvaluationFolder(folder)).FirstOrDefault(static folder => File.Exists(folder.Predictions))
        ?? throw new InvalidDataException($"{path}: holds no predictions.jsonl. Give the folder of an evaluation, or a file of predictions.");

    static string? NameOf(EvaluationFolder folder)
    {
        if (!File.Exists(folder.Scores))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(folder.Scores), EvaluationJson.Format.EvaluationScores)?.Name;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{folder.Scores}: {e.Message} Evaluate again, or take the file away.", e);
        }
    }

    /// <summary>Its own ratings go with it.</summary>
    PredictionFiles Renamed(string name) => this with
    {
        Name = name,
        Responses = [.. Responses.Select(response => response with { Model = name })],
        Ratings = [.. Ratings.Select(rating => rating.Model == Name ? rating with { Model = name } : rating)],
    };
}
