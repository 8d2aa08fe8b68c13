using System.Collections.Immutable;
using SelfInstruct.Analysis;
using SelfInstruct.Datasets;
using SelfInstruct.Reviews;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct;

/// <summary>What a run has made so far, as a data set to analyse.</summary>
public static class RunDataset
{
    /// <summary>Reads a run folder, at rest or at work; changes nothing. A folder of the original program that has only some of the files will do.</summary>
    /// <exception cref="InvalidDataException">Neither instructions nor instances are there, or a line is not what it should be.</exception>
    public static AnalysedData Read(RunFolder folder)
    {
        if (!File.Exists(folder.Instructions) && !File.Exists(folder.Instances))
        {
            throw new InvalidDataException($"{folder.FolderPath}: holds neither {Path.GetFileName(folder.Instructions)} nor {Path.GetFileName(folder.Instances)}. Give a run folder, or a file.");
        }

        var rows = new AnalysedRows();
        var reading = Settings(folder).Classification.Reading;
        var answers = new Dictionary<string, bool?>(StringComparer.Ordinal);
        foreach (var answer in Lines(Answers(folder), TaskJson.Format.ClassificationAnswer))
        {
            // No clear answer is taken for no, as the steps that follow do.
            answers[answer.Instruction] = answer.IsClassification is { } words ? reading.Parse(words) is true : null;
        }

        var accepted = new Dictionary<int, int>();
        foreach (var line in Lines(folder.Instructions, TaskJson.Format.MachineInstruction))
        {
            rows.AddInstruction(line.Instruction, answers.GetValueOrDefault(line.Instruction));
            accepted[line.Round] = accepted.GetValueOrDefault(line.Round) + 1;
        }

        foreach (var instance in Lines(folder.Instances, TaskJson.Format.GeneratedInstance))
        {
            rows.AddExample(new TrainingExample(instance.Instruction, instance.Input, instance.Output), instance.IsClassification ?? answers.GetValueOrDefault(instance.Instruction));
        }

        return rows.ToData(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder.FolderPath)))) with
        {
            Acceptance = ReadAcceptance(folder, accepted),
            Quality = QualityShares.Of(AnnotationTable.Read(folder.Ratings).Standing),
        };
    }

    /// <summary>The settings of the run; the paper's where the folder has none.</summary>
    /// <exception cref="InvalidDataException">run.yaml is not readable.</exception>
    public static SelfInstructOptions Settings(RunFolder folder) =>
        File.Exists(folder.Configuration) ? SelfInstructSettings.ApplyFile(new SelfInstructOptions(), folder.Configuration) : new SelfInstructOptions();

    /// <summary>The original's program adds model and template to the name.</summary>
    static string Answers(RunFolder folder) =>
        File.Exists(folder.Classification) ? folder.Classification : Directory.EnumerateFiles(folder.FolderPath, "is_clf_or_not_*.jsonl").Order(StringComparer.Ordinal).FirstOrDefault() ?? folder.Classification;

    static RunAcceptance ReadAcceptance(RunFolder folder, Dictionary<int, int> accepted)
    {
        var rejections = Lines(folder.Rejected, TaskJson.Format.Rejection).ToList();
        var byRule = rejections.GroupBy(static rejection => rejection.Stage, StringComparer.Ordinal).ToImmutableSortedDictionary(
            static stage => stage.Key,
            static stage => stage.CountBy(static rejection => rejection.Rule, StringComparer.Ordinal).ToImmutableSortedDictionary(StringComparer.Ordinal),
            StringComparer.Ordinal);
        var rounds = rejections.Where(static rejection => rejection.Stage == "instructions").ToLookup(static rejection => rejection.Round);
        return new RunAcceptance(byRule,
        [
            .. accepted.Keys.Union(rounds.Select(static round => round.Key)).Order()
                .Select(round => new RoundAcceptance(round, accepted.GetValueOrDefault(round), rounds[round].Count(), rounds[round].Count(static rejection => rejection.Rule == "not_novel"))),
        ], File.Exists(folder.Configuration) ? folder.TryReadState()?.Decontamination : null);
    }

    static IEnumerable<T> Lines<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        LineReader.Read(path).Select((line, i) => JsonLines.Parse(path, i + 1, line.Json.Span, type));
}
