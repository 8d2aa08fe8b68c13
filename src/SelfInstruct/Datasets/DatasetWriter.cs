using System.Collections.Immutable;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Datasets;

/// <summary>Rows that go into every fine-tuning file, and the examples left out as duplicates.</summary>
public sealed record Dataset(ImmutableArray<TrainingRow> Rows, ImmutableArray<Rejection> Rejected);

/// <summary>Step 4: the fine-tuning files (paper, section 2.3).</summary>
public sealed class DatasetWriter(DatasetOptions options, Randomness randomness)
{
    const string Stage = "dataset";

    /// <summary>Generated instances and seed tasks, encoded, equal rows once, in random order.</summary>
    public Dataset Build(IEnumerable<GeneratedInstance> instances, IEnumerable<SeedTask> seeds)
    {
        var generated = instances.Select(static instance => new TrainingExample(instance.Instruction, instance.Input, instance.Output));
        var human = options.IncludeSeedTasks
            ? seeds.SelectMany(static seed => seed.Instances.Select(instance => new TrainingExample(seed.Instruction, instance.Input, instance.Output)))
            : [];
        HashSet<object> seen = [];
        var rows = ImmutableArray.CreateBuilder<TrainingRow>();
        var rejected = ImmutableArray.CreateBuilder<Rejection>();
        var place = 0;
        foreach (var example in generated.Concat(human))
        {
            var row = new TrainingRow(example, EncodingTemplates.Encode(example, options.EndOfText, options.Encoding, randomness.At("encode", 0, place)));
            if (seen.Add(options.Encoding.Identity(row)))
            {
                rows.Add(row);
            }
            else
            {
                rejected.Add(new Rejection(Stage, $"{example.Instruction}\nInput: {example.Input}\nOutput: {example.Output}", "duplicate_row", null, null, null, 0));
            }

            place++;
        }

        var shuffled = rows.ToArray();
        randomness.At("shuffle", 0, 0).Permute<TrainingRow>(shuffled);
        return new Dataset([.. shuffled], rejected.ToImmutable());
    }

    /// <summary>One file per <see cref="ExportFormat"/>, each complete or not there at all.</summary>
    public static void Write(Dataset dataset, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var format in ExportFormat.All)
        {
            JsonLines.WriteAll(Path.Combine(folder, format.Name + ".jsonl"), dataset.Rows.Select(format.Render), DatasetJson.Format.JsonElement);
        }
    }
}
