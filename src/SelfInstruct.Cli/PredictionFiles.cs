using System.Collections.Immutable;
using System.Text.Json;
using SelfInstruct.Evaluation;
using SelfInstruct.Evaluation.Judging;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli;

/// <summary>A model's predictions, from a file or from the folder of an evaluation or of a run.</summary>
/// <param name="Name">Of the model: from scores.json, from the generator that every object names, or from the path.</param>
/// <param name="Ratings">ratings.jsonl beside the predictions, if it is there.</param>
sealed record PredictionFiles(string Name, string Path, ImmutableArray<ModelResponse> Responses, ImmutableArray<RatingLine> Ratings)
{
    /// <exception cref="InvalidDataException">No predictions there, or one that cannot be read.</exception>
    public static ImmutableArray<PredictionFiles> ReadAll(IReadOnlyList<string> paths, ReferenceFile? references = null)
    {
        ImmutableArray<PredictionFiles> all = [.. paths.Select(path => Read(path, references))];
        var names = all.CountBy(static file => file.Name).ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal);
        return [.. all.Select(file => names[file.Name] == 1 ? file : file.Renamed(file.Path))];
    }

    /// <exception cref="InvalidDataException">No such file, or a line that is no rating; says where.</exception>
    public static IEnumerable<RatingLine> ReadRatings(string path)
    {
        foreach (var (number, rating) in JsonLines.Read(path, EvaluationJson.Format.RatingLine))
        {
            yield return rating.Grade is not null ? rating : throw new InvalidDataException($"{path}({number}): rating is \"{rating.Rating}\". Write A, B, C or D.");
        }
    }

    /// <exception cref="InvalidDataException">No such file, or a line that is no comparison; says where.</exception>
    public static IEnumerable<PreferenceLine> ReadPreferences(string path) => JsonLines.Read(path, EvaluationJson.Format.PreferenceLine).Select(line =>
        line.Value.Verdict is "first" or "second" or "tie" or "flips" or "unread"
            ? line.Value
            : throw new InvalidDataException($"{path}({line.Number}): verdict is \"{line.Value.Verdict}\". Write first, second, tie, flips or unread."));

    static PredictionFiles Read(string path, ReferenceFile? references)
    {
        var folder = Directory.Exists(path) ? FindFolder(path) : null;
        var file = folder?.Predictions ?? path;
        var fallback = folder is null ? System.IO.Path.GetFileNameWithoutExtension(path) : NameOf(folder) ?? System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
        ImmutableArray<ModelResponse> responses = [.. JsonObjects.Read(file).Select((item, i) => PredictionFields.ReadResponse(item, i + 1, fallback, references))];
        var name = responses.Select(static response => response.Model).Distinct().Take(2).ToList() is [var only] ? only : fallback;
        return new PredictionFiles(name, path, responses, folder is not null && File.Exists(folder.Ratings) ? [.. ReadRatings(folder.Ratings)] : []).Renamed(name);
    }

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
