using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SelfInstruct.Curation;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli.Commands;

/// <summary>`judge`: a language model scores rows; those below the threshold are left out of a new file.</summary>
static class JudgeCommand
{
    static readonly Option<string> Scale = new("--scale") { Description = "1-5, or paper: the three questions of its Table 2 (valid task? input appropriate? output correct?).", DefaultValueFactory = static _ => RowScale.OneToFive.Name };
    static readonly Option<int?> Threshold = new("--threshold") { Description = "Rows with a lower score are left out. On the paper's scale the score is the number of yes. Default: 4; for paper 3." };
    static readonly Option<int> MaxTokens = new("--max-tokens") { Description = "Tokens of a judgement with its reasons, for chat models.", DefaultValueFactory = static _ => 512 };
    static readonly Option<string?> Out = new("--out") { Description = "The rows that stay, JSON lines; never overwritten. Default: judged.jsonl in the run folder, or FILE.judged.jsonl." };

    public static Command Create()
    {
        Scale.AcceptOnlyFromAmong([.. RowScale.All.Select(static scale => scale.Name)]);
        var command = new Command("judge", "A language model scores rows, keeps every score in judgements.jsonl, and the rows that reach the threshold in a new file.")
        {
            CurationWork.Input, Scale, Threshold, MaxTokens, Out, CurationWork.Limit, CurationWork.Prompts, CurationWork.DryRun,
        };
        EvaluationModel.AddTo(command);
        command.SetBody(RunAsync);
        return command;
    }

    static async Task<CommandResult> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var scale = RowScale.All.First(scale => scale.Name == parsed.GetValue(Scale));
        var threshold = parsed.GetValue(Threshold) ?? scale.Threshold;
        if (threshold < 0 || threshold > scale.Most || parsed.GetValue(MaxTokens) < 1)
        {
            throw new InvalidDataException($"--threshold is {threshold} and --max-tokens {parsed.GetValue(MaxTokens)}; on the scale {scale.Name} the one must be in [0, {scale.Most}], and the other at least 1.");
        }

        var work = CurationWork.Open("judge", parsed);
        using var progress = new ProgressLine(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
        var model = EvaluationModel.Open(parsed, work.Folder.CountCompletions(), progress);
        using var opened = model as IDisposable;
        var prompts = parsed.GetValue(CurationWork.Prompts);
        if (work.Announce([.. RowJudge.Questions(work.Rows, scale, model, parsed.GetValue(MaxTokens), prompts)], model, parsed) is { } dry)
        {
            return dry;
        }

        await using var log = await work.Folder.OpenCompletionsAsync(model, TimeProvider.System, EvaluationModel.FindBudget(parsed), cancellationToken).ConfigureAwait(false);
        var judge = new RowJudge(log, scale, parsed.GetValue(MaxTokens), prompts);
        var judged = await JudgeAsync(work, judge, scale, log, progress, cancellationToken).ConfigureAwait(false);
        var json = Write(work, judged, judge.Name, scale, threshold, parsed.GetValue(Out) ?? work.Beside("judged.jsonl"));
        CurationWork.AddUsage(json, log, parsed);
        return new CommandResult(json);
    }

    /// <summary>Every judgement is a line as soon as it is there; one that is there already is not added again.</summary>
    static async Task<List<JudgedRow>> JudgeAsync(
        CurationWork work, RowJudge judge, RowScale scale, CompletionLog log, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        await using var judgements = JsonLinesLog.OpenAlone(work.Beside("judgements.jsonl"));
        var known = await judgements.ReadAsync(CurationJson.Format.JudgementLine, cancellationToken).Select(static line => line with { At = null }).ToHashSetAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        List<JudgedRow> judged = [];
        var unread = 0;
        await foreach (var row in judge.JudgeAsync(work.Rows, cancellationToken).ConfigureAwait(false))
        {
            judged.Add(row);
            unread += row.Answer.Verdict is null ? 1 : 0;
            var line = JudgementLine.Of(row, judge.Name, scale, TimeProvider.System.GetUtcNow());
            if (!known.Contains(line with { At = null }))
            {
                await judgements.AppendAsync(line, CurationJson.Format.JudgementLine, null, CancellationToken.None).ConfigureAwait(false);
            }

            progress.Report(new StageProgress("judge", judged.Count, work.Rows.Length, unread, log.Calls, log.CompletionTokens));
        }

        return judged;
    }

    static JsonObject Write(CurationWork work, List<JudgedRow> judged, string judge, RowScale scale, int threshold, string path)
    {
        var left = judged.Where(row => row.Answer.Verdict is not { } verdict || verdict.Score < threshold).ToList();
        CurationWork.WriteNew(path, judged.Zip(work.Items).Where(pair => pair.First.Answer.Verdict?.Score >= threshold).Select(static pair => pair.Second.Source.Object), TaskJson.Format.JsonObject);
        CurationWork.WriteNew(Path.ChangeExtension(path, ".rejected.jsonl"), left.Select(static row => new Rejection(
            "judge",
            $"{row.Row.Example.Instruction}\nInput: {row.Row.Example.Input}\nOutput: {row.Row.Example.Output}",
            row.Answer.Fault ?? "below_threshold",
            Score: row.Answer.Verdict?.Score,
            Completion: row.Completion.Length > 0 ? row.Completion : null)), TaskJson.Format.Rejection);
        var scores = new SortedDictionary<string, int>(
            judged.Where(static row => row.Answer.Verdict is not null).CountBy(static row => row.Answer.Verdict!.Value.Score.ToString(CultureInfo.InvariantCulture)).ToDictionary(), StringComparer.Ordinal);
        var unread = judged.Where(static row => row.Answer.Fault is not null).CountBy(static row => row.Answer.Fault!).ToList();
        var json = Show(judged, scale, threshold, scores, unread, left.Count);
        json["out"] = path;
        json["judgements"] = work.Beside("judgements.jsonl");
        json["judge"] = judge;
        Console.WriteLine($"{path}\n{work.Beside("judgements.jsonl")}");
        return json;
    }

    static JsonObject Show(
        List<JudgedRow> judged, RowScale scale, int threshold, SortedDictionary<string, int> scores, List<KeyValuePair<string, int>> unread, int left)
    {
        // A row that the judge gave no verdict on is neither good nor bad.
        var read = judged.Count(static row => row.Answer.Verdict is not null);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{read:N0} of {judged.Count:N0} rows have a verdict; shares are of those"));
        foreach (var (score, count) in scores)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"score {score}  {count,8:N0}  {100.0 * count / read,6:0.0} %"));
        }

        var json = new JsonObject { ["rows"] = judged.Count, ["with_verdict"] = read, ["scores"] = CurationWork.ToJson(scores), ["unread"] = CurationWork.ToJson(unread), ["threshold"] = threshold, ["kept"] = judged.Count - left };
        foreach (var (name, what, holds) in scale == RowScale.Paper ? Questions : [])
        {
            var yes = judged.Count(row => row.Answer.Verdict is { } verdict && holds(verdict));
            json[name] = yes;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-20} {yes,8:N0}  {100.0 * yes / Math.Max(1, read),6:0.0} %"));
        }

        unread.ForEach(static pair => Console.WriteLine($"unread: {pair.Key} {pair.Value}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{judged.Count - left:N0} of {judged.Count:N0} rows reach {threshold}"));
        return json;
    }

    /// <summary>The rows of the paper's Table 2: 92, 79, 58 and 54 % there.</summary>
    static ImmutableArray<(string Name, string What, Func<RowVerdict, bool> Holds)> Questions { get; } =
    [
        ("valid_task", "valid task", static verdict => verdict.ValidTask is true),
        ("input_appropriate", "input appropriate", static verdict => verdict.InputAppropriate is true),
        ("output_correct", "output correct", static verdict => verdict.OutputCorrect is true),
        ("all_valid", "all fields valid", static verdict => verdict.Score == RowScale.Paper.Most),
    ];
}
