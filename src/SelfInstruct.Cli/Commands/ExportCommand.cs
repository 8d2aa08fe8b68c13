using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SelfInstruct.Datasets.Exports;
using SelfInstruct.Quality;
using SelfInstruct.Reviews;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli.Commands;

/// <summary>`export`: the rows of a run in the form that a trainer wants, as a folder that the Hugging Face hub takes, or as one file.</summary>
static partial class ExportCommand
{
    const string UnknownLicense = "unknown";

    static readonly Argument<string> Source = new("DIR|FILE") { Description = "A run folder: the rows of its fine-tuning files. Or a file of rows with instruction, input and output, as `judge` or `relabel` leave them." };
    static readonly Option<string> Format = new("--format") { Description = $"One of: {string.Join(", ", ExportKind.All.Select(static kind => kind.Name))}.", Required = true };
    static readonly Option<string?> Out = new("--out") { Description = "A folder that is not there yet: data, README.md and provenance.jsonl; or a file, by its ending (.jsonl, .json, .csv): the rows alone. Default: export/FORMAT in the run folder." };
    static readonly Option<double> Validation = new("--validation") { Description = "Share of the instructions whose rows are held out as the split validation, in [0, 1).", DefaultValueFactory = static _ => 0 };
    static readonly Option<long> Seed = new("--seed") { Description = "Decides the split; also the layouts of rows that have none.", DefaultValueFactory = static _ => 42 };
    static readonly Option<string?> Name = new("--name") { Description = "Of the dataset, in its card and for LLaMA-Factory. Default: that of the folder or file." };
    static readonly Option<string> License = new("--license") { Description = "The hub's identifier of the licence, as cc-by-4.0, for the card.", DefaultValueFactory = static _ => UnknownLicense };
    static readonly Option<string?> Language = new("--language") { Description = "Language of the rows for the card (ISO 639-1). Default: by the commonest words of the instructions, where that is clear." };

    public static Command Create()
    {
        var command = new Command("export", "Writes the rows of a run in a trainer's form, with dataset card and splits, laid out for the Hugging Face hub, and reads them back.")
        {
            Source, Format, Out, Validation, Seed, Name, License, Language,
        };
        command.SetBody(static (parsed, cancellationToken) => Task.FromResult(new CommandResult(Run(parsed, cancellationToken))));
        return command;
    }

    static JsonObject Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var kind = ExportKind.Named(parsed.GetValue(Format)!);
        Check(parsed);
        var source = parsed.GetValue(Source)!;
        var path = parsed.GetValue(Out) ?? (Directory.Exists(source) ? Path.Combine(source, "export", kind.Name) : Path.ChangeExtension(source, null) + "-" + kind.Name);
        if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
        {
            throw new InvalidDataException($"--out {path}: is there already. Name another folder or file, or remove it.");
        }

        var isFile = Path.GetExtension(path).ToLowerInvariant() is ".jsonl" or ".json" or ".csv";
        if (isFile)
        {
            CheckFile(path, kind, parsed);
        }

        var (rows, state) = Read(source, parsed.GetValue(Seed));
        cancellationToken.ThrowIfCancellationRequested();
        var export = new DatasetExport(kind, DatasetSplit.Of(rows, parsed.GetValue(Validation), parsed.GetValue(Seed)));
        if (parsed.GetValue(Validation) > 0 && export.Splits.Length < 2)
        {
            throw new InvalidDataException($"--validation: all rows of {source} have the same instruction, so that none can be held out. Leave it out.");
        }

        if (isFile)
        {
            export.WriteFile(path);
        }
        else
        {
            var name = parsed.GetValue(Name) ?? Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source)));
            var card = new DatasetCard(name, parsed.GetValue(License)!, parsed.GetValue(Language) ?? FindLanguage(rows), export, state, parsed.GetValue(Seed));
            export.Write(path, card.ToMarkdown(), NotOfAName().Replace(name, "_"));
        }

        return Show(export, path, parsed);
    }

    static void Check(ParseResult parsed)
    {
        if (parsed.GetValue(Validation) is not (>= 0 and < 1) and var share)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"--validation is {share}; it must be in [0, 1)."));
        }

        foreach (var (option, value, form) in (IEnumerable<(string, string?, Regex)>)[("--license", parsed.GetValue(License), LicenseForm()), ("--language", parsed.GetValue(Language), LanguageForm())])
        {
            if (value is not null && !form.IsMatch(value))
            {
                throw new InvalidDataException($"{option} is {TerminalText.Line(value, 40)}; the hub knows identifiers of small letters, digits, full stops and hyphens.");
            }
        }
    }

    static void CheckFile(string path, ExportKind kind, ParseResult parsed)
    {
        if (parsed.GetValue(Validation) > 0)
        {
            throw new InvalidDataException($"--out {path} is one file, and --validation makes two. Name a folder.");
        }

        if ((kind.Extension == ".csv") != Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidDataException($"--out {path}: --format {kind.Name} writes {(kind.Extension == ".csv" ? "CSV" : "JSON lines")}. Let the name end with {kind.Extension}.");
        }
    }

    static (ImmutableArray<ExportRow> Rows, RunState? State) Read(string source, long seed)
    {
        if (Directory.Exists(source))
        {
            using var folder = RunFolder.Look(source);
            SayEdits(folder);
            return (ExportRows.Read(folder, seed), folder.TryReadState());
        }

        ImmutableArray<ExportRow> rows = ExportRows.LayOut(DatasetFile.Read(source).Select(static item => new GeneratedInstance(item.Row.Instruction, item.Row.Input, item.Row.Output, item.Id)), seed);
        return rows.IsEmpty ? throw new InvalidDataException($"{source}: holds no row to export.") : (rows, null);
    }

    /// <summary>What people changed or left out on the review page is followed, and said.</summary>
    static void SayEdits(RunFolder folder)
    {
        if (Edits.Read(folder.Edits) is { IsEmpty: false } edits && File.Exists(folder.Instances))
        {
            var edited = Edits.Apply(JsonLines.Read(folder.Instances, TaskJson.Format.GeneratedInstance).Select(static line => line.Value), edits);
            var stale = edited.Stale.IsEmpty ? "" : $"; {edited.Stale.Length:N0} edits are of rows that are not there any more";
            Console.Error.WriteLine($"{Path.GetFileName(folder.Edits)}: {edited.Edited:N0} rows changed and {edited.Rejected.Length:N0} left out by people{stale}.");
        }
    }

    /// <summary>By the commonest words of all instructions together; one alone is mostly too short to tell.</summary>
    static string? FindLanguage(ImmutableArray<ExportRow> rows) => LanguageRule.FindLanguage(string.Join('\n', rows.Select(static row => row.Example.Instruction).Distinct()));

    static JsonObject Show(DatasetExport export, string path, ParseResult parsed)
    {
        foreach (var split in export.Splits)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{split.Name,-10} {split.Rows.Length,8:N0} rows  {(File.Exists(path) ? path : Path.Combine(path, export.PathOf(split)))}"));
        }

        Console.WriteLine("Read back and found equal.");
        var formulas = export.Kind.Name == "csv" ? export.Splits.Sum(static split => split.Rows.Sum(static item => CsvRows.CountFormulas(item.Row.Example))) : 0;
        Console.Error.Write(formulas > 0 ? string.Create(CultureInfo.InvariantCulture, $"{formulas:N0} cells begin with =, +, - or @. They are written as they are; a spreadsheet takes them for formulas unless the columns are imported as text.\n") : "");
        Console.Error.Write(parsed.GetValue(License) == UnknownLicense && !File.Exists(path) ? "The card says that the licence is unknown; --license names it.\n" : "");
        return new JsonObject
        {
            ["out"] = path,
            ["format"] = export.Kind.Name,
            ["rows"] = export.Splits.Sum(static split => split.Rows.Length),
            ["splits"] = new JsonObject(export.Splits.Select(static split => KeyValuePair.Create(split.Name, (JsonNode?)split.Rows.Length))),
        };
    }

    [GeneratedRegex(@"[^A-Za-z0-9_-]+")]
    private static partial Regex NotOfAName();

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.-]{0,40}$")]
    private static partial Regex LicenseForm();

    [GeneratedRegex(@"^[a-z]{2,3}(-[A-Za-z]{2,8})?$", RegexOptions.ExplicitCapture)]
    private static partial Regex LanguageForm();
}
