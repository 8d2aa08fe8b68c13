using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SelfInstruct.Curation;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli.Commands;

/// <summary>`relabel`: outputs written anew by another model, the old ones kept beside them.</summary>
static class RelabelCommand
{
    static readonly Option<int> MaxTokens = new("--max-tokens") { Description = "Tokens of an output.", DefaultValueFactory = static _ => 1024 };
    static readonly Option<string?> Out = new("--out") { Description = "The rows with their new outputs, JSON lines; never overwritten. Default: relabelled.jsonl in the run folder, or FILE.relabelled.jsonl." };

    public static Command Create()
    {
        var command = new Command("relabel", "Writes outputs anew by another model, as the paper's section 4.5 did; the old output stays beside the new one.")
        {
            CurationWork.Input, MaxTokens, Out, CurationWork.Limit, CurationWork.DryRun,
        };
        EvaluationModel.AddTo(command);
        command.SetBody(RunAsync);
        return command;
    }

    static async Task<CommandResult> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var maxTokens = parsed.GetValue(MaxTokens) >= 1 ? parsed.GetValue(MaxTokens) : throw new InvalidDataException($"--max-tokens is {parsed.GetValue(MaxTokens)}; it must be at least 1.");
        var work = CurationWork.Open("relabel", parsed);
        using var progress = new ProgressLine(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
        var model = EvaluationModel.Open(parsed, work.Folder.CountCompletions(), progress);
        using var opened = model as IDisposable;
        if (work.Announce([.. work.Rows.Select(row => (RowAnswers.Prompt(row.Example, model), maxTokens))], model, parsed) is { } dry)
        {
            return dry;
        }

        await using var log = await work.Folder.OpenCompletionsAsync(model, TimeProvider.System, EvaluationModel.FindBudget(parsed), cancellationToken).ConfigureAwait(false);
        List<RelabelledRow> rows = [];
        var kept = 0;
        await foreach (var row in new Relabelling(log, maxTokens).RelabelAsync(work.Rows, cancellationToken).ConfigureAwait(false))
        {
            rows.Add(row);
            kept += row.Answer.Fault is null ? 0 : 1;
            progress.Report(new StageProgress("relabel", rows.Count, work.Rows.Length, kept, log.Calls, log.CompletionTokens));
        }

        var path = parsed.GetValue(Out) ?? work.Beside("relabelled.jsonl");
        CurationWork.WriteNew(path, rows.Zip(work.Items, (row, item) => ToLine(row, item, model.Id)), TaskJson.Format.JsonObject);
        var json = Show(rows, path);
        CurationWork.AddUsage(json, log, parsed);
        return new CommandResult(json);
    }

    /// <summary>The row as it was, and what became of its output.</summary>
    static JsonObject ToLine(RelabelledRow row, DatasetItem item, string model)
    {
        var line = item.HasFields ? item.Source.Object.DeepClone().AsObject() : new JsonObject { ["instruction"] = row.Row.Example.Instruction, ["input"] = row.Row.Example.Input };
        line["output"] = row.Output;
        KeepEarlier(line, row.Row.Example.Output);
        line["output_completion"] = row.Answer.Completion;
        line["id"] ??= row.Row.Id;
        if (row.Answer.Fault is { } fault)
        {
            // Whichever model wrote the output that stays is still named.
            line["kept_because"] = fault;
            return line;
        }

        line["output_model"] = model;
        line.Remove("kept_because");
        return line;
    }

    /// <summary>The output before; and of a file that was relabelled before, all of them, the oldest first.</summary>
    static void KeepEarlier(JsonObject line, string output)
    {
        List<JsonNode?> earlier = line["previous_outputs"] is JsonArray list ? [.. list.Select(static node => node?.DeepClone())]
            : line["previous_output"] is { } one ? [one.DeepClone()]
            : [];
        line["previous_output"] = output;
        if (earlier.Count > 0)
        {
            line["previous_outputs"] = new JsonArray([.. earlier, output]);
        }
    }

    static JsonObject Show(List<RelabelledRow> rows, string path)
    {
        var kept = rows.Where(static row => row.Answer.Fault is not null).CountBy(static row => row.Answer.Fault!).ToList();
        var changed = rows.Count(static row => row.IsChanged);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{changed:N0} of {rows.Count:N0} outputs changed, {rows.Count - changed - kept.Sum(static pair => pair.Value):N0} are the same"));
        kept.ForEach(static pair => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"old output kept: {pair.Key} {pair.Value:N0}")));
        Console.WriteLine(path);
        return new JsonObject { ["out"] = path, ["rows"] = rows.Count, ["changed"] = changed, ["kept"] = CurationWork.ToJson(kept) };
    }
}
