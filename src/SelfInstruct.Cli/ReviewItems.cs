using System.Collections.Immutable;
using SelfInstruct.Evaluation;
using SelfInstruct.Review;
using SelfInstruct.Reviews;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli;

/// <summary>What a folder has to be reviewed.</summary>
static class ReviewItems
{
    /// <summary>Rows of a run: a seeded sample to judge, all of them to edit.</summary>
    /// <param name="sample">0: all.</param>
    /// <exception cref="InvalidDataException">There are no rows.</exception>
    public static ImmutableArray<ReviewItem> OfRows(string path, int sample, long seed)
    {
        using var folder = RunFolder.Look(path);
        var rows = (File.Exists(folder.Instances)
            ? JsonLines.Read(folder.Instances, TaskJson.Format.GeneratedInstance)
            : throw new InvalidDataException($"{path}: holds no {Path.GetFileName(folder.Instances)}, so there is no row to review. Give a run folder that is prepared; predictions are reviewed with --task rating or pairwise."))
            .Select(static (line, place) => ToItem(line.Value, place)).ToList();
        if (rows.CountBy(static row => row.Id).FirstOrDefault(static id => id.Value > 1) is { Key: { } twice })
        {
            throw new InvalidDataException($"{folder.Instances}: the id {twice} is there twice, so an answer would not say which row it is about. Give each row an id of its own.");
        }

        return sample > 0 && sample < rows.Count ? new CounterRandom(seed, "review_sample", 0, 0).Draw(rows, sample) : [.. rows];
    }

    /// <summary>Every question that models answered, with all their responses.</summary>
    /// <param name="paths">Files or folders of predictions; empty: those in the folder.</param>
    /// <exception cref="InvalidDataException">There are none.</exception>
    public static ImmutableArray<ReviewItem> OfResponses(string folder, IReadOnlyList<string> paths)
    {
        var models = PredictionFiles.ReadByModel(paths.Count > 0 ? paths : FindPredictions(folder)).ToList();
        if (models.FirstOrDefault(static model => model.DistinctBy(static response => response.Id).Count() < model.Count()) is { } twice)
        {
            throw new InvalidDataException($"{twice.Key}: {twice.GroupBy(static response => response.Id).First(static id => id.Skip(1).Any()).Key} is answered twice. Keep one of the lines, or name the models in a field generator.");
        }

        return
        [
            .. models.SelectMany(static model => model).GroupBy(static response => response.Id, StringComparer.Ordinal).Select(static question => new ReviewItem(
                question.Key, question.First().Instruction, question.First().Input, [.. question.Select(static response => new ReviewText(response.Model, response.Text))],
                question.First().References is [var reference, ..] ? reference : null)),
        ];
    }

    /// <summary>Every two models on every question that both answered.</summary>
    /// <exception cref="InvalidDataException">There are no two models.</exception>
    public static ImmutableArray<ReviewItem> OfPairs(string folder, IReadOnlyList<string> paths)
    {
        ImmutableArray<ReviewItem> pairs = [.. OfResponses(folder, paths).SelectMany(static item => item.Texts.SelectMany((first, i) => item.Texts.Skip(i + 1).Select(second => item with { Texts = [first, second] })))];
        return pairs.IsEmpty ? throw new InvalidDataException($"{folder}: holds no question that two models answered. Give the predictions of two with --predictions.") : pairs;
    }

    static ReviewItem ToItem(GeneratedInstance row, int place) => new(Edits.IdOf(row, place), row.Instruction, row.Input, [new ReviewText("", row.Output)], Sha256: Edits.Hash(row));

    /// <summary>predictions.jsonl of the folder, of its evaluation/, or of the folders in either.</summary>
    static ImmutableArray<string> FindPredictions(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InvalidDataException($"{folder}: no such folder.");
        }

        ImmutableArray<string> candidates = [folder, .. Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)];
        var evaluation = Path.Combine(folder, "evaluation");
        ImmutableArray<string> found =
        [
            .. candidates.Concat(Directory.Exists(evaluation) ? Directory.EnumerateDirectories(evaluation).Order(StringComparer.Ordinal) : [])
                .Where(static candidate => File.Exists(new EvaluationFolder(candidate).Predictions)),
        ];
        return found.IsEmpty ? throw new InvalidDataException($"{folder}: holds no predictions.jsonl. Name files or folders of predictions with --predictions.") : found;
    }
}
