using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using SelfInstruct.Curation;
using SelfInstruct.Evaluation;
using SelfInstruct.Evaluation.EvaluationSets;
using SelfInstruct.Models;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli;

/// <summary>What `judge`, `relabel` and `evolve` share: the rows, where things are kept, the model, its cost, and files that are never overwritten.</summary>
/// <param name="Name">Of the command.</param>
/// <param name="Source">A run folder or a file.</param>
/// <param name="Items">Its rows.</param>
/// <param name="Rows">The same, with ids that differ.</param>
sealed record CurationWork(string Name, string Source, ImmutableArray<DatasetItem> Items, ImmutableArray<CurationRow> Rows)
{
    public static Argument<string> Input { get; } = new("DIR|FILE") { Description = DatasetFile.About };

    public static Option<int> Limit { get; } = new("--limit") { Description = "Take only so many rows, the first; 0 takes all." };

    public static Option<string?> Prompts { get; } = new("--prompts") { Description = "Folder of prompt texts that replace the built-in ones of the same name." };

    public static Option<bool> DryRun { get; } = new("--dry-run") { Description = "Say what would be asked and what it costs at most, and show the first prompt; ask no model." };

    /// <exception cref="InvalidDataException">No such dataset, or no rows in it.</exception>
    public static CurationWork Open(string name, ParseResult parsed)
    {
        var source = parsed.GetValue(Input)!;
        var limit = parsed.GetValue(Limit);
        ImmutableArray<DatasetItem> items = [.. limit > 0 ? DatasetFile.Read(source).Take(limit) : DatasetFile.Read(source)];
        HashSet<string> ids = [];
        return items.IsEmpty
            ? throw new InvalidDataException($"{source}: holds no row.")
            : new CurationWork(name, source, items, [.. items.Select(item => new CurationRow(Unique(ids, item.Id ?? IdOf(item)), item.Row))]);
    }

    /// <summary>Where the answers are recorded.</summary>
    public EvaluationFolder Folder => new(Directory.Exists(Source) ? Path.Combine(Source, Name) : $"{Source}.{Name}");

    /// <summary>A file beside the data: in the run folder, or with the file's whole name before it, as data.json and data.jsonl are two.</summary>
    public string Beside(string file) => Directory.Exists(Source) ? Path.Combine(Source, file) : $"{Source}.{file}";

    /// <summary>Says what is to come; with --dry-run that is all.</summary>
    /// <returns>Null: go on.</returns>
    public CommandResult? Announce(IReadOnlyCollection<(string Text, int MaxTokens)> prompts, ILanguageModel model, ParseResult parsed)
    {
        var estimate = EvaluationEstimate.Of(prompts, model, EvaluationModel.FindPrices(parsed));
        var cost = estimate.MaxCost is { } most ? string.Create(CultureInfo.InvariantCulture, $", at most {most:0.00##} US dollars") : "";
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Name}: {estimate.Prompts:N0} prompts of about {estimate.PromptTokens:N0} tokens, answers of at most {estimate.MaxCompletionTokens:N0} tokens{cost}; what is recorded is not asked again."));
        if (!parsed.GetValue(DryRun))
        {
            return null;
        }

        Console.WriteLine(TerminalText.Harmless(prompts.First().Text));
        return new CommandResult(new JsonObject
        {
            ["rows"] = Rows.Length,
            ["prompts"] = estimate.Prompts,
            ["prompt_tokens"] = estimate.PromptTokens,
            ["max_completion_tokens"] = estimate.MaxCompletionTokens,
            ["max_cost_usd"] = estimate.MaxCost,
        });
    }

    /// <summary>Writes a file that is not there; one that is there may only be the same.</summary>
    /// <exception cref="InvalidDataException">Another is there.</exception>
    public static void WriteNew<T>(string path, IEnumerable<T> items, JsonTypeInfo<T> type)
    {
        using var lines = new MemoryStream();
        foreach (var item in items)
        {
            lines.Write(JsonLines.ToLine(item, type));
        }

        if (File.Exists(path))
        {
            if (!File.ReadAllBytes(path).AsSpan().SequenceEqual(lines.GetBuffer().AsSpan(0, (int)lines.Length)))
            {
                throw new InvalidDataException($"{path}: is there already and is another. Every answer is recorded; name another file with --out.");
            }

            return;
        }

        using (var file = File.Create(path + ".partial"))
        {
            lines.WriteTo(file);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".partial", path);
    }

    /// <summary>What a model used, as every command that asks one says it.</summary>
    public static void AddUsage(JsonObject json, CompletionLog log, ParseResult parsed)
    {
        json["model"] = log.Model.Id;
        json["calls"] = log.Calls;
        json["prompt_tokens"] = log.PromptTokens;
        json["completion_tokens"] = log.CompletionTokens;
        json["cost_usd"] = EvaluationModel.FindPrices(parsed)?.CostOf(log.PromptTokens, log.CompletionTokens);
    }

    public static JsonObject ToJson(IEnumerable<KeyValuePair<string, int>> counts) => new(counts.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));

    /// <summary>The same row has the same id in any file.</summary>
    static string IdOf(DatasetItem item)
    {
        var text = string.Join('\0', item.Row.Instruction, item.Row.Input, item.Row.Output);
        return "row_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
    }

    static string Unique(HashSet<string> ids, string id)
    {
        var unique = id;
        for (var n = 2; !ids.Add(unique); n++)
        {
            unique = $"{id}#{n}";
        }

        return unique;
    }
}
