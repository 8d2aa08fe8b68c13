using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SelfInstruct.Runs;

namespace SelfInstruct.Datasets.Exports;

/// <summary>README.md of an export: the hub's YAML header (huggingface/hub-docs, datasetcard.md), figures, origin, and what its user must look into.</summary>
/// <param name="Name">Of the dataset, for people.</param>
/// <param name="License">An identifier that the hub knows; "unknown" where nobody said.</param>
/// <param name="Language">ISO 639-1; null where it is not known.</param>
/// <param name="Run">Of which the rows are; null: from elsewhere.</param>
/// <param name="Seed">Of the split.</param>
public sealed record DatasetCard(string Name, string License, string? Language, DatasetExport Export, RunState? Run, long Seed)
{
    static readonly ImmutableArray<(int Below, string Name)> Sizes =
        [(1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M")];

    ImmutableArray<ExportRow> Rows => [.. Export.Splits.SelectMany(static split => split.Rows).Select(static item => item.Row)];

    public string ToMarkdown() => $"---\n{Header()}---\n\n# {Plain(Name)}\n\n{Summary()}\n\n## Data\n\n{Figures()}\n\n## Origin\n\n{Origin()}\n\n## Before you use or publish it\n\n{Reminders()}\n";

    string Header()
    {
        var yaml = new StringBuilder();
        yaml.Append($"license: {Quote(License)}\n");
        yaml.Append(Language is null ? "" : $"language:\n- {Quote(Language)}\n");
        yaml.Append($"pretty_name: {Quote(Plain(Name))}\n");
        yaml.Append($"size_categories:\n- {SizeOf(Rows.Length)}\n");
        yaml.Append("task_categories:\n- text-generation\ntags:\n");
        yaml.Append(Run is null ? "" : "- self-instruct\n- synthetic\n");
        yaml.Append("- instruction-tuning\n");
        yaml.Append("configs:\n- config_name: default\n  data_files:\n");
        foreach (var split in Export.Splits)
        {
            yaml.Append($"  - split: {split.Name}\n    path: {Export.PathOf(split)}\n");
        }

        return yaml.ToString();
    }

    string Summary() =>
        $"{(Run is null ? "Instructions, inputs and outputs" : Rows.All(static row => row.IsSeedTask) ? "Instructions, made with Self-Instruct (Wang et al., 2023, arXiv:2212.10560)" : "Instructions, inputs and outputs that a language model wrote, made with Self-Instruct (Wang et al., 2023, arXiv:2212.10560)")} in the form `{Export.Kind.Name}`. Of each line, `{DatasetExport.ProvenanceName}` says which row it is.";

    string Figures()
    {
        var rows = Rows;
        var inputs = rows.Where(static row => row.Example.Input.Trim().Length > 0).ToList();
        List<(string, string)> figures =
        [
            .. Export.Splits.Select(static split => ($"rows, {split.Name}", Count(split.Rows.Length))),
            ("instructions that differ", Count(rows.Select(static row => row.Example.Instruction).Distinct().Count())),
            ("rows written by people (seed tasks)", Count(rows.Count(static row => row.IsSeedTask))),
            ("rows of classification tasks, as the model said", Count(rows.Count(static row => row.IsClassification is true))),
            ("rows without an input", Count(rows.Length - inputs.Count)),
            ("mean words of an instruction", Mean(rows.Select(static row => row.Example.Instruction))),
            ("mean words of an input, where there is one", Mean(inputs.Select(static row => row.Example.Input))),
            ("mean words of an output", Mean(rows.Select(static row => row.Example.Output))),
        ];
        var split = Export.Splits.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $"\n\nThe parts share no instruction; the seed of the split is {Seed}.") : "";
        return Table(figures) + split;
    }

    string Origin() => Run is null
        ? "Exported from a file; what made it is not known here."
        : Table(
        [
            ("model", $"`{Plain(Run.Model)}`"),
            ("profile", Run.Profile),
            ("seed", Run.Seed.ToString(CultureInfo.InvariantCulture)),
            ("version of SelfInstruct", Plain(Run.Version)),
            ("seed tasks", $"{Plain(Run.SeedTasks)}, SHA-256 `{Plain(Run.SeedTasksSha256)}`"),
            ("prompts, SHA-256", $"`{Plain(Run.PromptsSha256)}`"),
            ("begun", Run.Started.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            ("candidates left out", Run.Counts.Rejected.Count == 0 ? "none" : string.Join(", ", Run.Counts.Rejected.Select(static pair => $"{pair.Key} {Count(pair.Value)}"))),
        ]);

    string Reminders() =>
        $"- {(Run is null ? "The outputs may come from a language model" : $"The outputs were written by `{Plain(Run.Model)}`")}, whose provider or licence may limit what they are used for, training other models included. Read those terms; this card cannot.\n"
        + $"- Licence: `{License}`{(License == "unknown" ? ". Say which it is before the data goes anywhere" : "")}.\n"
        + "- Nobody has checked the rows. The paper found 46 % of its own with something wrong; `lint` and `judge` look for it.\n"
        + "- Text of a model can repeat what it was trained on, persons included.";

    static string Table(IEnumerable<(string What, string Value)> rows) => "| | |\n|---|---|\n" + string.Join('\n', rows.Select(static row => $"| {row.What} | {row.Value} |"));

    static string SizeOf(int rows) => Sizes.FirstOrDefault(size => rows < size.Below).Name ?? "100M<n<1B";

    static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    static string Mean(IEnumerable<string> texts) =>
        texts.Select(static text => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length).DefaultIfEmpty().Average().ToString("0.0", CultureInfo.InvariantCulture);

    static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>A name cannot end a cell, a code span or the header.</summary>
    static string Plain(string text) => string.Concat(text.Select(static c => char.IsControl(c) || c is '|' or '`' or '<' or '>' ? ' ' : c)).Trim();
}
