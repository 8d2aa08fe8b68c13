using System.Collections.Immutable;
using SelfInstruct.Datasets;
using SelfInstruct.Datasets.Exports;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct;

/// <summary>The rows that leave a run: the one place that decides which those are. Whatever edits or rejects rows later belongs here.</summary>
public static class ExportRows
{
    /// <summary>The rows of the fine-tuning files, in their order; a folder that has only instances has them laid out now.</summary>
    /// <param name="folder">Of a run, or of an import.</param>
    /// <param name="seed">Draws the layouts, where there are none yet.</param>
    /// <exception cref="InvalidDataException">No rows, or files that do not belong together.</exception>
    public static ImmutableArray<ExportRow> Read(RunFolder folder, long seed)
    {
        var instances = File.Exists(folder.Instances)
            ? JsonLines.Read(folder.Instances, TaskJson.Format.GeneratedInstance).Select(static line => line.Value).ToList()
            : throw new InvalidDataException($"{folder.FolderPath}: holds no {Path.GetFileName(folder.Instances)}. Run `prepare` there first.");
        var (fields, layouts) = (Path.Combine(folder.FineTuning, "alpaca.jsonl"), Path.Combine(folder.FineTuning, "openai_completions.jsonl"));
        var rows = File.Exists(fields) && File.Exists(layouts) ? Zip(fields, layouts, instances, folder) : LayOut(instances, seed);
        return rows.IsEmpty ? throw new InvalidDataException($"{folder.FolderPath}: holds no row to export.") : rows;
    }

    /// <summary>Rows that have no layout yet.</summary>
    /// <param name="instances">In order.</param>
    /// <param name="seed">Draws one of the paper's layouts for each.</param>
    public static ImmutableArray<ExportRow> LayOut(IEnumerable<GeneratedInstance> instances, long seed)
    {
        var options = new DatasetOptions();
        return
        [
            .. instances.Select((instance, i) => (Instance: instance, Example: ToExample(instance), Random: (Random)new CounterRandom(seed, "encode", 0, i)))
                .Select(item => new ExportRow(
                    new TrainingRow(item.Example, EncodingTemplates.Encode(item.Example, options.EndOfText, options.Encoding, item.Random)),
                    item.Instance.Id, item.Instance.InstructionId, item.Instance.IsClassification)),
        ];
    }

    static ImmutableArray<ExportRow> Zip(string fields, string layouts, List<GeneratedInstance> instances, RunFolder folder)
    {
        var examples = JsonLines.Read(fields, DatasetJson.Format.TrainingExample).Select(static line => line.Value).ToList();
        var encoded = JsonLines.Read(layouts, DatasetJson.Format.PromptAndCompletion).Select(static line => line.Value).ToList();
        if (examples.Count != encoded.Count)
        {
            throw new InvalidDataException($"{fields} has {examples.Count} rows and {layouts} {encoded.Count}. Run `prepare` again to have both made anew.");
        }

        var byExample = instances.DistinctBy(ToExample).ToDictionary(ToExample);
        CheckOrigin(fields, [.. examples.Select((example, i) => (i + 1, example)).Where(item => !byExample.ContainsKey(item.example))], folder);
        return
        [
            .. examples.Zip(encoded, (example, layout) => (Row: new TrainingRow(example, layout), Instance: byExample.GetValueOrDefault(example)))
                .Select(static item => new ExportRow(item.Row, item.Instance?.Id, item.Instance?.InstructionId, item.Instance?.IsClassification, IsSeedTask: item.Instance is null)),
        ];
    }

    /// <summary>What is no instance must be a seed task: else the instances changed since the files were made, and model's text would pass for people's.</summary>
    static void CheckOrigin(string fields, ImmutableArray<(int Line, TrainingExample Example)> unmatched, RunFolder folder)
    {
        if (unmatched.IsEmpty)
        {
            return;
        }

        var path = RunDataset.Settings(folder).SeedTasks;
        HashSet<TrainingExample> seeds = path is null || !File.Exists(path)
            ? []
            : [.. SeedTasks.Load(path).SelectMany(static seed => seed.Instances.Select(instance => new TrainingExample(seed.Instruction, instance.Input, instance.Output)))];
        if (unmatched.FirstOrDefault(item => !seeds.Contains(item.Example)) is { Line: > 0 and var line })
        {
            throw new InvalidDataException(
                $"{fields}({line}): is no row of {Path.GetFileName(folder.Instances)}, and no seed task of {path ?? "the run, which names none"}{(path is null || File.Exists(path) ? "" : ", which is not there")}. Restore them, or run `prepare` again.");
        }
    }

    static TrainingExample ToExample(GeneratedInstance instance) => new(instance.Instruction, instance.Input, instance.Output);
}
