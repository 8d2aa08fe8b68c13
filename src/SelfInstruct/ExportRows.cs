using System.Collections.Immutable;
using SelfInstruct.Datasets;
using SelfInstruct.Datasets.Exports;
using SelfInstruct.Reviews;
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
        var edits = Edits.Read(folder.Edits);
        var rows = File.Exists(fields) && File.Exists(layouts) ? Zip(fields, layouts, instances, edits, folder, seed) : LayOut(Edits.Apply(instances, edits).Rows, seed);
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

    static ImmutableArray<ExportRow> Zip(string fields, string layouts, List<GeneratedInstance> instances, ImmutableArray<Edit> edits, RunFolder folder, long seed)
    {
        var examples = JsonLines.Read(fields, DatasetJson.Format.TrainingExample).Select(static line => line.Value).ToList();
        var encoded = JsonLines.Read(layouts, DatasetJson.Format.PromptAndCompletion).Select(static line => line.Value).ToList();
        if (examples.Count != encoded.Count)
        {
            throw new InvalidDataException($"{fields} has {examples.Count} rows and {layouts} {encoded.Count}. Run `prepare` again to have both made anew.");
        }

        var byExample = ByText(instances, edits);
        CheckOrigin(fields, [.. examples.Select((example, i) => (i + 1, example)).Where(item => !byExample.ContainsKey(item.example))], folder);
        return
        [
            .. examples.Zip(encoded, (example, layout) => (Row: new TrainingRow(example, layout), Found: byExample.TryGetValue(example, out var found) ? found : default))
                .Where(static item => item.Found.Edit is not { Rejected: true })
                .Select((item, i) => new ExportRow(Mended(item.Row, item.Found.Edit, seed, i), item.Found.Row?.Id, item.Found.Row?.InstructionId, item.Found.Row?.IsClassification, IsSeedTask: item.Found.Row is null)),
        ];
    }

    /// <summary>Rows and the edits that count, by every text they have had: the files may be older than an edit or younger.</summary>
    internal static Dictionary<TrainingExample, (GeneratedInstance? Row, Edit? Edit)> ByText(List<GeneratedInstance> instances, ImmutableArray<Edit> edits)
    {
        var (standing, history) = (Edits.Standing(instances, edits), edits.ToLookup(static edit => edit.Id, StringComparer.Ordinal));
        var byText = new Dictionary<TrainingExample, (GeneratedInstance? Row, Edit? Edit)>();
        foreach (var (place, row) in instances.Index())
        {
            byText.TryAdd(ToExample(row), (row, standing[place]));
        }

        foreach (var (place, row) in instances.Index().Where(item => standing[item.Index] is not null))
        {
            foreach (var edit in history[Edits.IdOf(row, place)].Where(edit => edit.Sha256 == standing[place]!.Sha256))
            {
                byText.TryAdd(ToExample(edit.ApplyTo(row)), (row, standing[place]));
            }
        }

        return byText;
    }

    static TrainingRow Mended(TrainingRow row, Edit? edit, long seed, int place)
    {
        var options = new DatasetOptions();
        return edit is null || new TrainingExample(edit.Instruction, edit.Input, edit.Output) is var now && now == row.Example
            ? row
            : new TrainingRow(now, EncodingTemplates.Encode(now, options.EndOfText, options.Encoding, new CounterRandom(seed, "encode", 0, place)));
    }

    /// <summary>What is no instance must be a seed task: else the instances changed since the files were made, and model's text would pass for people's.</summary>
    static void CheckOrigin(string fields, ImmutableArray<(int Line, TrainingExample Example)> unmatched, RunFolder folder)
    {
        if (unmatched.IsEmpty)
        {
            return;
        }

        var path = RunDataset.Settings(folder).SeedTasks;
        if (path is null || !File.Exists(path))
        {
            // A folder that was moved: there may be as many rows of people as the run had seed tasks.
            if (folder.ReadState()?.Counts.Seeds < unmatched.Length)
            {
                throw new InvalidDataException($"{fields}({unmatched[0].Line}): is no row of {Path.GetFileName(folder.Instances)}, and {unmatched.Length} such rows are more than the run had seed tasks. Restore {Path.GetFileName(folder.Instances)}, or run `prepare` again.");
            }

            return;
        }

        HashSet<TrainingExample> seeds = [.. SeedTasks.Load(path).SelectMany(static seed => seed.Instances.Select(instance => new TrainingExample(seed.Instruction, instance.Input, instance.Output)))];
        if (unmatched.FirstOrDefault(item => !seeds.Contains(item.Example)) is { Line: > 0 and var line })
        {
            throw new InvalidDataException($"{fields}({line}): is no row of {Path.GetFileName(folder.Instances)}, and no seed task of {path}. Restore them, or run `prepare` again.");
        }
    }

    static TrainingExample ToExample(GeneratedInstance instance) => new(instance.Instruction, instance.Input, instance.Output);
}
