using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfInstruct.Tasks;

namespace SelfInstruct.Datasets.Exports;

/// <summary>
/// A dataset as the Hugging Face hub expects a folder: README.md with its YAML header, data/SPLIT-00000-of-00001.jsonl,
/// and beside them provenance.jsonl, by which `import` finds every row again. What is written is read back and compared.
/// </summary>
/// <param name="Kind">Of the data files.</param>
/// <param name="Splits">At least one.</param>
public sealed record DatasetExport(ExportKind Kind, ImmutableArray<DatasetSplit> Splits)
{
    public const string ProvenanceName = "provenance.jsonl";

    /// <summary>From the export's folder.</summary>
    public string PathOf(DatasetSplit split) => $"data/{split.Name}-00000-of-00001{Kind.Extension}";

    /// <param name="folder">Made if need be.</param>
    /// <param name="card">README.md.</param>
    /// <param name="name">Of the dataset, for LLaMA-Factory.</param>
    /// <exception cref="IOException">A file does not read back as it was written.</exception>
    public void Write(string folder, string card, string name)
    {
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        foreach (var split in Splits)
        {
            WriteChecked(Path.Combine(folder, PathOf(split)), split.Rows.Select(static item => item.Row));
        }

        JsonLines.WriteAll(Path.Combine(folder, ProvenanceName), Splits.SelectMany(Describe), DatasetJson.Format.ProvenanceLine);
        if (Kind.IsLlamaFactory)
        {
            File.WriteAllText(Path.Combine(folder, "dataset_info.json"), DescribeForLlamaFactory(name).ToJsonString(Indented) + "\n");
        }

        File.WriteAllText(Path.Combine(folder, "README.md"), card);
    }

    /// <summary>One file, and nothing beside it.</summary>
    /// <exception cref="IOException">It does not read back as it was written.</exception>
    public void WriteFile(string path) => WriteChecked(path, Splits.SelectMany(static split => split.Rows).Select(static item => item.Row));

    static JsonSerializerOptions Indented => new(TaskJson.CreateOptions()) { WriteIndented = true };

    void WriteChecked(string path, IEnumerable<ExportRow> rows)
    {
        var expected = rows.Select(row => Kind.Render(row.Training)).ToList();
        Kind.Write(path, expected);
        var read = 0;
        foreach (var row in Kind.Read(path))
        {
            if (read >= expected.Count || !JsonElement.DeepEquals(row, expected[read]))
            {
                throw new IOException($"{path}: row {read + 1} does not read back as it was written.");
            }

            read++;
        }

        if (read < expected.Count)
        {
            throw new IOException($"{path}: has {read} rows where {expected.Count} were written.");
        }
    }

    static IEnumerable<ProvenanceLine> Describe(DatasetSplit split) => split.Rows.Select((item, i) => new ProvenanceLine(
        split.Name, i + 1, item.Place, item.Row.Example.Instruction, item.Row.Example.Input, item.Row.Id, item.Row.InstructionId, item.Row.IsClassification, item.Row.IsSeedTask));

    /// <summary>As LLaMA-Factory's data/README.md has it; paths are from the folder that --dataset_dir names.</summary>
    JsonObject DescribeForLlamaFactory(string name) => new(Splits.Select(split => KeyValuePair.Create(
        split.Name == DatasetSplit.Train ? name : $"{name}_{split.Name}",
        (JsonNode?)new JsonObject
        {
            ["file_name"] = PathOf(split),
            ["formatting"] = "alpaca",
            ["columns"] = new JsonObject { ["prompt"] = "instruction", ["query"] = "input", ["response"] = "output" },
        })));
}
