using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SelfInstruct.Miniature.Experiment;

namespace SelfInstruct.Cli.Commands;

/// <summary>`experiment`: the paper's comparison, in a world where every answer can be checked.</summary>
static class ExperimentCommand
{
    static readonly Argument<string> Name = new("NAME") { Description = "miniature: the base model, tuned on the seeds, on its own data of several sizes, on gold data, and on both." };
    static readonly Option<string> Out = new("--out") { Description = "Folder for data, answers and report. What is there is not made again.", DefaultValueFactory = static _ => "runs/miniature" };
    static readonly Option<bool> Quick = new("--quick") { Description = "A tenth of the work: one seed, few instructions and questions." };
    static readonly Option<int?> Seeds = new("--seeds") { Description = "How often everything is done, with seeds 1, 2, …; default 3, with --quick 1." };
    static readonly Option<string?> Starter = new("--starter") { Description = "A folder that `pretrain` made, instead of the built-in model." };

    public static Command Create()
    {
        Name.AcceptOnlyFromAmong("miniature");
        var command = new Command("experiment", "Tests the paper's claim on a small world, offline, with intervals.") { Name, Out, Quick, Seeds, Starter };
        command.SetBody(RunAsync);
        return command;
    }

    static async Task<CommandResult> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = parsed.GetValue(Quick) ? ExperimentOptions.Quick : new ExperimentOptions();
        if (parsed.GetValue(Seeds) is { } seeds)
        {
            options = options with { Seeds = seeds > 0 ? [.. Enumerable.Range(1, seeds)] : throw new InvalidDataException($"--seeds is {seeds}; it must be above 0.") };
        }

        var (weights, configuration) = parsed.GetValue(Starter) is { } starter
            ? (Path.Combine(starter, "starter.gguf"), Path.Combine(starter, "run.yaml"))
            : (ProductFiles.StarterWeights, ProductFiles.StarterConfiguration);
        var folder = parsed.GetValue(Out)!;
        var line = new StatusLine(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
        var run = SelfInstructSettings.ApplyFile(new SelfInstructOptions(), configuration);
        var result = await new MiniatureExperiment(weights, run, options, folder, TimeProvider.System)
            .RunAsync(new ExperimentLine(line, TimeProvider.System), cancellationToken).ConfigureAwait(false);
        line.End();
        return Show(new ExperimentReport(result, options), folder);
    }

    static CommandResult Show(ExperimentReport report, string folder)
    {
        foreach (var row in report.Rows)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Name,-28} strict {row.Other.IsRight.Mean,5:0.0} [{row.Other.IsRight.Interval.Low:0.0}, {row.Other.IsRight.Interval.High:0.0}]  ROUGE-L {row.Other.RougeL.Mean:0.0}  exact {row.Other.ExactMatch.Mean:0.0}  seed families {row.Seed.IsRight.Mean:0.0}{(row.Strict is { } strict ? $"  met nowhere {strict.IsRight.Mean:0.0}" : "")}"));
        }

        foreach (var (claim, held) in report.Claims)
        {
            Console.WriteLine($"{(held ? "Held" : "Did not hold")}: {claim}");
        }

        var written = ReportFiles.Write(report.ToReport(), Path.Combine(folder, "report"));
        Console.WriteLine(written[0]);
        return new CommandResult(new JsonObject
        {
            ["out"] = folder,
            ["rows"] = new JsonArray([.. report.Rows.Select(static row => new JsonObject
            {
                ["name"] = row.Name,
                ["rouge_l"] = Rounded(row.Other.RougeL.Mean),
                ["exact_match"] = Rounded(row.Other.ExactMatch.Mean),
                ["accuracy"] = Rounded(row.Other.IsRight.Mean),
                ["low"] = Rounded(row.Other.IsRight.Interval.Low),
                ["high"] = Rounded(row.Other.IsRight.Interval.High),
                ["strict_families_accuracy"] = row.Strict is { } strict ? Rounded(strict.IsRight.Mean) : null,
                ["seed_families_accuracy"] = Rounded(row.Seed.IsRight.Mean),
            })]),
            ["claims"] = new JsonArray([.. report.Claims.Select(static claim => new JsonObject { ["claim"] = claim.Claim, ["held"] = claim.Held })]),
            ["report"] = written[0],
        });
    }

    static double Rounded(double value) => Math.Round(value, 4);
}
