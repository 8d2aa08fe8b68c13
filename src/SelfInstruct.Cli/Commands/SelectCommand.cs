using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SelfInstruct.Analysis;
using SelfInstruct.Analysis.Selection;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli.Commands;

/// <summary>`select`: a diverse subset of a data set.</summary>
static class SelectCommand
{
    static readonly Argument<string> Input = new("DIR|FILE") { Description = "A run folder (its all_generated_instances.jsonl), or a data set as for analyze." };
    static readonly Option<int> Count = new("--count") { Description = "Rows to select.", Required = true };
    static readonly Option<string> Out = new("--out") { Description = "Selected objects as they stand, one a line, in order of selection: its first k lines are the selection of k. Never overwritten.", Required = true };

    public static Command Create()
    {
        var command = new Command("select", "A diverse subset: far from one another by ROUGE-L, spread over verbs and nouns, balanced between classification and other tasks.") { Input, Count, Out };
        command.SetBody(static (parsed, cancellationToken) => Task.FromResult(new CommandResult(Run(parsed, cancellationToken))));
        return command;
    }

    static JsonObject Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var count = parsed.GetValue(Count);
        if (count < 1)
        {
            throw new InvalidDataException($"--count is {count}; it must be at least 1.");
        }

        OutputFiles.CheckNew([("--out", parsed.GetValue(Out)!)]);
        var path = parsed.GetValue(Input)!;
        List<JsonObject> objects = [];
        List<SelectableRow> rows = [];
        foreach (var row in JsonObjects.Read(Directory.Exists(path) ? RunFolder.Look(path).Instances : path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (instruction, isClassification) = AnalysedRows.ReadInstruction(row.Object, row.Place);
            objects.Add(row.Object);
            rows.Add(new SelectableRow(instruction, isClassification switch { true => "classification", false => "other", null => "unknown" }));
        }

        var selected = DiverseSelection.Select(rows, count, cancellationToken);
        JsonLines.WriteAll(parsed.GetValue(Out)!, selected.Select(i => objects[i]), TaskJson.Format.JsonObject);
        var byClass = selected.CountBy(i => rows[i].Class).OrderBy(static pair => pair.Key, StringComparer.Ordinal).ToList();
        var cells = selected.Select(i => DiverseSelection.Cell(rows[i].Instruction)).Distinct(StringComparer.Ordinal).Count();
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{rows.Count:N0} read, {selected.Length:N0} selected ({string.Join(", ", byClass.Select(static pair => $"{pair.Key} {pair.Value}"))}), {cells:N0} verbs and nouns."));
        return new JsonObject
        {
            ["out"] = parsed.GetValue(Out),
            ["read"] = rows.Count,
            ["selected"] = selected.Length,
            ["by_class"] = new JsonObject(byClass.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            ["verb_noun_cells"] = cells,
        };
    }
}
