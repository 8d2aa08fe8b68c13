using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfInstruct.Analysis;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli.Commands;

/// <summary>`analyze`: what is in a run or a data set, as a report.</summary>
static class AnalyzeCommand
{
    static readonly Argument<string> Input = new("DIR|FILE") { Description = "A run folder, or a data set: JSON lines or one JSON array of objects with instruction, input and output (Alpaca), instances, messages or conversations." };
    static readonly Option<string?> Out = new("--out") { Description = "The folder of report.html, report.md, statistics.json and the charts. Default: report in the run folder; for a FILE, NAME-report beside it." };
    static readonly Option<string?> SeedTasks = new("--seed-tasks") { Description = "JSON lines of seed tasks to compare with. Default: those of the run; for a FILE, the built-in ones." };
    static readonly Option<long> Seed = new("--seed") { Description = "Of the samples.", DefaultValueFactory = static _ => 42 };

    public static Command Create()
    {
        var command = new Command("analyze", "What is in a data set: counts, verbs and nouns, similarity, lengths, acceptance, labels, diversity, each beside the paper's figure, as one offline page.") { Input, Out, SeedTasks, Seed };
        command.SetBody(static (parsed, cancellationToken) => Task.FromResult(new CommandResult(Run(parsed, cancellationToken))));
        return command;
    }

    static JsonObject Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var path = parsed.GetValue(Input)!;
        using var run = Directory.Exists(path) ? RunFolder.Look(path) : null;
        var data = run is not null ? RunDataset.Read(run) : ReadFile(path, cancellationToken);
        var options = Options(parsed, run is not null ? RunDataset.Settings(run).SeedTasks : null);
        var progress = new StatusLine(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
        DatasetAnalysis analysis;
        try
        {
            analysis = DatasetAnalysis.Measure(data, options, new AnalysisSteps(progress), cancellationToken);
        }
        finally
        {
            progress.End();
        }

        var folder = parsed.GetValue(Out) ?? (run is not null ? Path.Combine(path, "report") : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileNameWithoutExtension(path) + "-report"));
        var paths = ReportFiles.Write(AnalysisReport.Of(analysis), folder);
        var statistics = Path.Combine(folder, "statistics.json");
        File.WriteAllText(statistics, JsonSerializer.Serialize(analysis.Statistics, AnalysisJson.Format.DatasetStatistics) + "\n");
        Show(analysis.Statistics);
        Console.WriteLine(string.Join('\n', [.. paths, statistics]));
        return ToJson(analysis.Statistics, folder);
    }

    static AnalysedData ReadFile(string path, CancellationToken cancellationToken)
    {
        var rows = new AnalysedRows();
        foreach (var row in JsonObjects.Read(path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.Add(row.Object, row.Place);
        }

        return rows.ToData(Path.GetFileName(path));
    }

    static AnalysisOptions Options(ParseResult parsed, string? ofRun)
    {
        if (ofRun is not null && !File.Exists(ofRun))
        {
            Console.Error.WriteLine($"{ofRun}: the run's seed tasks are not there any more; compared with the built-in ones instead.");
            ofRun = null;
        }

        var path = parsed.GetValue(SeedTasks) ?? ofRun ?? ProductFiles.SeedTasks;
        ImmutableArray<string> instructions = [.. SeedTasksIn(path)];
        return new AnalysisOptions(parsed.GetValue(Seed), instructions, string.Create(CultureInfo.InvariantCulture, $"{instructions.Length:N0} seed tasks ({Path.GetFileName(path)})"));
    }

    static IEnumerable<string> SeedTasksIn(string path) => Tasks.SeedTasks.Load(path).Select(static task => task.Instruction);

    static void Show(DatasetStatistics s) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{s.Instructions:N0} instructions, {s.Instances:N0} instances, {s.EmptyInput:N0} with empty input; verb and noun in {s.VerbNouns.Pairs:N0}; ROUGE-L to the nearest other {s.NearestInstruction.Mean:0.00}"));

    static JsonObject ToJson(DatasetStatistics s, string folder) => new()
    {
        ["out"] = folder,
        ["instructions"] = s.Instructions,
        ["instances"] = s.Instances,
        ["classification"] = s.Classification,
        ["empty_input"] = s.EmptyInput,
        ["mean_instruction_words"] = Math.Round(s.MeanInstructionWords, 4),
        ["mean_input_words"] = Math.Round(s.MeanInputWords, 4),
        ["mean_output_words"] = Math.Round(s.MeanOutputWords, 4),
        ["verb_noun_pairs"] = s.VerbNouns.Pairs,
    };

    /// <summary>The step under way.</summary>
    sealed class AnalysisSteps(StatusLine line) : IProgress<string>
    {
        public void Report(string value) => line.Write(value, always: true);
    }
}
