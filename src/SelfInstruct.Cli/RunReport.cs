using System.Globalization;
using System.Text.Json.Nodes;
using SelfInstruct.Datasets;
using SelfInstruct.Runs;
using Spectre.Console;

namespace SelfInstruct.Cli;

/// <summary>How a run ended, for people and for programs.</summary>
static class RunReport
{
    /// <param name="state">As written to run.json.</param>
    /// <param name="folder">Where the files are.</param>
    /// <param name="note">Said above the table, if anything.</param>
    public static void Show(RunState state, RunFolder folder, string? note)
    {
        if (note is not null)
        {
            Console.WriteLine(note);
        }

        var counts = state.Counts;
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("what").AddColumn(new TableColumn("how many").RightAligned());
        Add("seed tasks", counts.Seeds);
        Add("candidates", counts.Candidates);
        Add("accepted instructions", counts.Accepted);
        foreach (var (rule, count) in counts.Rejected)
        {
            Add("  rejected: " + rule, count);
        }

        Add("classification tasks", counts.Classification);
        Add("instances", counts.Instances);
        Add("training rows", counts.Rows);
        Add("completions", counts.Calls);
        Add("prompt tokens", counts.PromptTokens);
        Add("completion tokens", counts.CompletionTokens);
        AddText("cost, US dollars", counts.PriceIsKnown ? counts.CostUsd.ToString("0.00", CultureInfo.InvariantCulture) : "no price is known");
        foreach (var stage in counts.Stages ?? [])
        {
            var cost = stage.CostUsd > 0 ? string.Create(CultureInfo.InvariantCulture, $", ${stage.CostUsd:0.00}") : "";
            AddText("  " + stage.Stage, string.Create(
                CultureInfo.InvariantCulture, $"{stage.Calls:N0} calls, {stage.PromptTokens:N0} + {stage.CompletionTokens:N0} tokens{cost}"));
        }

        AddText("time at work", ShowTime(TimeSpan.FromSeconds(state.ActiveSeconds)));
        AddText("model", state.Model);
        AnsiConsole.Write(table);
        Console.WriteLine(folder.FolderPath);
        Console.WriteLine(state.State == "complete" ? Next(folder) : "Not every instruction has been through every step; `run` with the same --out does what is left.");

        void Add(string name, long count) => AddText(name, count.ToString("N0", CultureInfo.InvariantCulture));
        void AddText(string name, string value) => table.AddRow(Markup.Escape(name), Markup.Escape(value));
    }

    public static JsonObject ToJson(RunState state, RunFolder folder) => ToJson(folder.FolderPath, state.Model, state.Profile, state.Counts);

    public static JsonObject ToJson(string folder, string model, string profile, RunCounts counts)
    {
        return new JsonObject
        {
            ["out"] = folder,
            ["model"] = model,
            ["profile"] = profile,
            ["seeds"] = counts.Seeds,
            ["accepted"] = counts.Accepted,
            ["rejected"] = new JsonObject(counts.Rejected.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            ["classification"] = counts.Classification,
            ["instances"] = counts.Instances,
            ["rows"] = counts.Rows,
            ["calls"] = counts.Calls,
            ["prompt_tokens"] = counts.PromptTokens,
            ["completion_tokens"] = counts.CompletionTokens,
            ["cost_usd"] = counts.CostUsd,
        };
    }

    static string ShowTime(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}");

    static string Next(RunFolder folder) =>
        $"""
          instances   {folder.Instances}
          training    {folder.FineTuning}{Path.DirectorySeparatorChar}{string.Join(", ", ExportFormat.All.Select(static format => format.Name + ".jsonl"))}
          left out    {folder.Rejected}
        Next: look at a few instances; --instructions N goes on to N; --model openai-completions:NAME or openai:NAME asks a larger model.
        """;
}
