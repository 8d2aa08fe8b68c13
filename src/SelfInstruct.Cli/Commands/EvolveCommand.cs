using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SelfInstruct.Curation;
using SelfInstruct.Datasets;
using SelfInstruct.Models;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli.Commands;

/// <summary>`evolve`: variants of rows, deeper or broader, that are new and can be answered.</summary>
static class EvolveCommand
{
    static readonly Option<int> Generations = new("--generations") { Description = "How often each row is made into another.", DefaultValueFactory = static _ => 1 };
    static readonly Option<string[]> Kinds = new("--kinds") { Description = $"Ways to vary, separated by commas. Default: all, {string.Join(", ", EvolutionKind.All.Select(static kind => kind.Name))}." };
    static readonly Option<double> Threshold = new("--threshold") { Description = "ROUGE-L to any instruction of the set above which a task is not new, in [0, 1].", DefaultValueFactory = static _ => 0.7 };
    static readonly Option<long> Seed = new("--seed") { Description = "The same seed and answers give the same rows.", DefaultValueFactory = static _ => 42 };
    static readonly Option<int> MaxTokens = new("--max-tokens") { Description = "Tokens of a task, and of its output.", DefaultValueFactory = static _ => 1024 };
    static readonly Option<string?> Out = new("--out") { Description = "The new rows, JSON lines; never overwritten. Default: evolved.jsonl in the run folder, or FILE.evolved.jsonl." };

    public static Command Create()
    {
        var command = new Command("evolve", "Makes deeper and broader variants of rows by a model, leaves out what is no new task, and has the rest answered.")
        {
            CurationWork.Input, Generations, Kinds, Threshold, Seed, MaxTokens, Out, CurationWork.Limit, CurationWork.Prompts, CurationWork.DryRun,
        };
        EvaluationModel.AddTo(command);
        command.SetBody(RunAsync);
        return command;
    }

    static async Task<CommandResult> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = ReadOptions(parsed);
        var work = CurationWork.Open("evolve", parsed);
        using var progress = new ProgressLine(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
        var model = EvaluationModel.Open(parsed, work.Folder.CountCompletions(), progress);
        using var opened = model as IDisposable;
        if (work.Announce([.. Foresee(work.Rows, options, model)], model, parsed) is { } dry)
        {
            return dry;
        }

        await using var log = await work.Folder.OpenCompletionsAsync(model, TimeProvider.System, EvaluationModel.FindBudget(parsed), cancellationToken).ConfigureAwait(false);
        List<EvolutionRound> rounds = [];
        var shown = new AnswersShown(progress, log);
        await foreach (var round in new Evolution(log, options, shown).RunAsync(work.Rows, cancellationToken).ConfigureAwait(false))
        {
            rounds.Add(round);
        }

        var path = parsed.GetValue(Out) ?? work.Beside("evolved.jsonl");
        CurationWork.WriteNew(path, rounds.SelectMany(static round => round.Accepted), CurationJson.Format.EvolvedLine);
        CurationWork.WriteNew(Path.ChangeExtension(path, ".rejected.jsonl"), rounds.SelectMany(static round => round.Rejected), TaskJson.Format.Rejection);
        var json = Show(work, rounds, path);
        CurationWork.AddUsage(json, log, parsed);
        return new CommandResult(json);
    }

    /// <summary>Passes progress on with what was asked so far.</summary>
    sealed class AnswersShown(IProgress<StageProgress> progress, CompletionLog log) : IProgress<EvolutionProgress>
    {
        public void Report(EvolutionProgress value) =>
            progress.Report(new StageProgress(value.Stage, value.Done, value.Total, value.Rejected, log.Calls, log.CompletionTokens));
    }

    static EvolutionOptions ReadOptions(ParseResult parsed)
    {
        var names = (parsed.GetValue(Kinds) ?? []).SelectMany(static value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToList();
        var options = new EvolutionOptions(
            parsed.GetValue(Generations), names is [] ? EvolutionKind.All : EvolutionKind.Named(names), parsed.GetValue(MaxTokens), parsed.GetValue(Threshold), parsed.GetValue(Seed), parsed.GetValue(CurationWork.Prompts));
        return options is { Generations: >= 1, MaxTokens: >= 1, MaxSimilarity: >= 0 and <= 1 }
            ? options
            : throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"--generations is {options.Generations}, --max-tokens {options.MaxTokens} and --threshold {options.MaxSimilarity}; the first two must be at least 1, the last in [0, 1]."));
    }

    /// <summary>Two questions for each row and generation; tasks that are not written yet are taken to be as long as their parents and half as long again.</summary>
    static IEnumerable<(string Text, int MaxTokens)> Foresee(ImmutableArray<CurationRow> rows, EvolutionOptions options, ILanguageModel model) =>
        Enumerable.Range(1, options.Generations).SelectMany(generation => rows.SelectMany((row, slot) => (IEnumerable<(string, int)>)
        [
            (Evolution.Question(row, generation, slot, options).Prompt, options.MaxTokens),
            (RowAnswers.Prompt(new TrainingExample(row.Example.Instruction + row.Example.Instruction[..(row.Example.Instruction.Length / 2)], row.Example.Input, ""), model), options.MaxTokens),
        ]));

    static JsonObject Show(CurationWork work, List<EvolutionRound> rounds, string path)
    {
        var accepted = rounds.SelectMany(static round => round.Accepted).ToList();
        var rejected = new SortedDictionary<string, int>(rounds.SelectMany(static round => round.Rejected).CountBy(static line => line.Rule).ToDictionary(), StringComparer.Ordinal);
        var kinds = accepted.CountBy(static line => line.Kind).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{accepted.Count:N0} new rows from {work.Rows.Length:N0} in {rounds.Count} generation{(rounds.Count == 1 ? "" : "s")}"));
        kinds.ForEach(static pair => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {pair.Key,-12} {pair.Value,8:N0}")));
        foreach (var (rule, count) in rejected)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  left out: {rule} {count:N0}"));
        }

        Console.WriteLine(path);
        return new JsonObject { ["out"] = path, ["rows"] = work.Rows.Length, ["accepted"] = accepted.Count, ["rejected"] = CurationWork.ToJson(rejected), ["kinds"] = CurationWork.ToJson(kinds) };
    }
}
