using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SelfInstruct.Evaluation;
using SelfInstruct.Evaluation.EvaluationSets;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli.Commands;

/// <summary>`evaluate superni` and `evaluate user-oriented`: put an evaluation set to a model, and score its answers.</summary>
static class EvaluateModelCommands
{
    static readonly Argument<string> Folder = new("DIR") { Description = "A checkout of Natural Instructions, or a folder of its task files; with splits/default, only the tasks of the split." };
    static readonly Option<string> Split = new("--split") { Description = "Which tasks: splits/default/SPLIT_tasks.txt.", DefaultValueFactory = static _ => "test" };
    static readonly Option<int> MaxInstances = new("--max-instances") { Description = "Instances of each task, the first; published scores take 100.", DefaultValueFactory = static _ => 100 };
    static readonly Option<int> Examples = new("--positive-examples") { Description = "Solved examples in each prompt; 0 is the definition alone, as in the paper.", DefaultValueFactory = static _ => 0 };
    static readonly Option<string> Encoding = new("--encoding") { Description = "The form of a prompt: tk-instruct (definition, examples, \"Now complete …\") or plain (instruction, input, \"Output:\").", DefaultValueFactory = static _ => PromptEncoding.TkInstruct.Name };
    static readonly Option<string?> Tasks = new("--tasks") { Description = "Tasks in the original's schema; without, the 252 that are part of the product." };
    static readonly Option<int> MaxTokens = new("--max-tokens") { Description = "Tokens of an answer.", DefaultValueFactory = static _ => 1024 };
    static readonly Option<string[]> Stop = new("--stop") { Description = "An answer ends before this text; may be repeated. Default: none, as in the paper; after examples, where another one begins." };
    static readonly Option<string?> Out = new("--out") { Description = "The folder of predictions, scores and recorded answers; continued when it exists. Default: evaluation/ and the names of set and model." };
    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be asked and what it costs at most, and show the first prompt; ask no model." };

    public static Command SuperNI()
    {
        Encoding.AcceptOnlyFromAmong([.. PromptEncoding.All.Select(static encoding => encoding.Name)]);
        var command = new Command("superni", "Super-NaturalInstructions: greedy answers to the first instances of each task, and their scores by category.")
        {
            Folder, Out, Split, Examples, MaxInstances, Encoding, MaxTokens, Stop, DryRun,
        };
        EvaluationModel.AddTo(command);
        command.SetBody(
            static (parsed, cancellationToken) =>
            {
                Check(parsed.GetValue(Examples) >= 0, "--positive-examples", parsed.GetValue(Examples), "not be negative");
                Check(parsed.GetValue(MaxInstances) >= 1, "--max-instances", parsed.GetValue(MaxInstances), "be at least 1");
                var set = SuperNIFolder.Load(parsed.GetValue(Folder)!, parsed.GetValue(Split)!, parsed.GetValue(MaxInstances));
                var options = new EvaluationOptions(PromptEncoding.Named(parsed.GetValue(Encoding)!), parsed.GetValue(Examples));
                return RunAsync("superni", set.Items, set.Missing, options, parsed, cancellationToken);
            },
            name: "evaluate superni");
        return command;
    }

    public static Command UserOriented()
    {
        var command = new Command("user-oriented", "User-oriented tasks: greedy zero-shot answers, scored by application and ready to be rated.") { Tasks, Out, MaxTokens, Stop, DryRun };
        EvaluationModel.AddTo(command);
        command.SetBody(
            static (parsed, cancellationToken) =>
                RunAsync("user-oriented", UserOrientedTasks.Load(parsed.GetValue(Tasks) ?? ProductFiles.UserOrientedTasks), [], new EvaluationOptions(PromptEncoding.Plain), parsed, cancellationToken),
            name: "evaluate user-oriented");
        return command;
    }

    static async Task<CommandResult> RunAsync(
        string set, ImmutableArray<EvaluationItem> items, ImmutableArray<string> missing, EvaluationOptions options, ParseResult parsed, CancellationToken cancellationToken)
    {
        Check(parsed.GetValue(MaxTokens) >= 1, "--max-tokens", parsed.GetValue(MaxTokens), "be at least 1");
        options = options with { MaxTokens = parsed.GetValue(MaxTokens), Stop = parsed.GetValue(Stop) is { Length: > 0 } stop ? [.. stop] : null };
        var folder = new EvaluationFolder(parsed.GetValue(Out) ?? Path.Combine("evaluation", $"{set}-{EvaluationModel.FolderName(parsed)}"));
        using var progress = new ProgressLine(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
        var model = EvaluationModel.Open(parsed, folder.CountCompletions(), progress);
        using var opened = model as IDisposable;
        var prompts = ModelEvaluation.Fit(items, options, model);
        var estimate = EvaluationEstimate.Of(prompts, model, EvaluationModel.FindPrices(parsed));
        Announce(set, estimate, missing);
        if (parsed.GetValue(DryRun))
        {
            Console.WriteLine(prompts[0].Text);
            return new CommandResult(ToJson(estimate));
        }

        await using var log = await folder.OpenCompletionsAsync(model, TimeProvider.System, EvaluationModel.FindBudget(parsed), cancellationToken).ConfigureAwait(false);
        var lines = await AnswerAsync(items, prompts, options, log, progress, cancellationToken).ConfigureAwait(false);
        JsonLines.WriteAll(folder.Predictions, lines, EvaluationJson.Format.PredictionLine);
        var scores = Score(set, model.Id, lines, prompts, missing, options);
        JsonLines.WriteAll(folder.Scores, [scores], EvaluationJson.Format.EvaluationScores);
        return new CommandResult(Show(scores, folder, estimate));
    }

    static async Task<List<PredictionLine>> AnswerAsync(
        ImmutableArray<EvaluationItem> items, ImmutableArray<EvaluationPrompt> prompts, EvaluationOptions options, CompletionLog log, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        List<PredictionLine> lines = new(items.Length);
        progress.Report(new StageProgress("evaluation", 0, items.Length, 0, log.Calls, log.CompletionTokens));
        await foreach (var line in ModelEvaluation.AnswerAsync(items, prompts, options, log, cancellationToken).ConfigureAwait(false))
        {
            lines.Add(line);
            progress.Report(new StageProgress("evaluation", lines.Count, items.Length, 0, log.Calls, log.CompletionTokens));
        }

        return lines;
    }

    static EvaluationScores Score(
        string set, string model, List<PredictionLine> lines, ImmutableArray<EvaluationPrompt> prompts, ImmutableArray<string> missing, EvaluationOptions options)
    {
        var metrics = PredictionMetrics.Measure(model, lines.Select(static line => line.ToPrediction()));
        return new EvaluationScores(
            model, set, options.Encoding.Name, options.Examples, options.MaxTokens, metrics.All.N, metrics.All.RougeL, metrics.All.ExactMatch,
            SuperNICategories.InOrder(metrics.Categories), metrics.Tasks,
            prompts.Sum(static prompt => prompt.Dropped), prompts.Count(static prompt => prompt.CutInput > 0), prompts.Count(static prompt => prompt.CutInstruction > 0),
            lines.Count(static line => line.FinishReason == "length"), missing);
    }

    static void Announce(string set, EvaluationEstimate estimate, ImmutableArray<string> missing)
    {
        var cost = estimate.MaxCost is { } most ? string.Create(CultureInfo.InvariantCulture, $", at most {most:0.00##} US dollars") : "";
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{set}: {estimate.Prompts:N0} prompts of {estimate.PromptTokens:N0} tokens, answers of at most {estimate.MaxCompletionTokens:N0} tokens{cost}."));
        if (!missing.IsEmpty)
        {
            Console.Error.WriteLine($"{missing.Length} tasks of the split are not in the folder and are left out, the first {missing[0]}.");
        }
    }

    static JsonObject Show(EvaluationScores scores, EvaluationFolder folder, EvaluationEstimate estimate)
    {
        MetricsTable.Print(
            [(scores.Name, new GroupMetrics("", scores.N, scores.RougeL, scores.ExactMatch)), .. scores.Categories.Select(static category => ("  " + category.Name, category))],
            showCounting: scores.Set == "superni");
        foreach (var (count, what) in (IEnumerable<(int, string)>)
        [
            (scores.DroppedExamples, "examples were left out of prompts, for want of context"), (scores.CutInputs, $"inputs were cut to fit the context, and end in{EvaluationPrompt.CutMark}"),
            (scores.CutInstructions, "instructions were cut to fit the context"), (scores.CutAnswers, "answers were cut off by the limit of tokens"),
        ])
        {
            Console.Write(count > 0 ? $"{count} {what}.\n" : "");
        }

        Console.WriteLine($"{folder.Predictions}\n{folder.Scores}");
        var model = MetricsTable.ToJson(new GroupMetrics(scores.Name, scores.N, scores.RougeL, scores.ExactMatch));
        model["categories"] = MetricsTable.ToJson(scores.Categories);
        model["tasks"] = MetricsTable.ToJson(scores.Tasks);
        var json = ToJson(estimate);
        json["out"] = folder.Path;
        json["models"] = new JsonArray(model);
        json["categories"] = MetricsTable.ToJson(scores.Categories);
        json["dropped_examples"] = scores.DroppedExamples;
        json["cut_inputs"] = scores.CutInputs;
        json["cut_instructions"] = scores.CutInstructions;
        json["cut_answers"] = scores.CutAnswers;
        json["missing_tasks"] = scores.MissingTasks.Length;
        return json;
    }

    static JsonObject ToJson(EvaluationEstimate estimate) => new()
    {
        ["prompts"] = estimate.Prompts,
        ["prompt_tokens"] = estimate.PromptTokens,
        ["max_completion_tokens"] = estimate.MaxCompletionTokens,
        ["max_cost_usd"] = estimate.MaxCost,
    };

    static void Check(bool holds, string option, int value, string rule)
    {
        if (!holds)
        {
            throw new InvalidDataException($"{option} is {value}; it must {rule}.");
        }
    }
}
