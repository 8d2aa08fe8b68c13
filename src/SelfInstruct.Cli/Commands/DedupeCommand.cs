using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfInstruct.Novelty;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli.Commands;

/// <summary>`dedupe`: the novelty rule on any JSON lines or JSON array, in order.</summary>
static class DedupeCommand
{
    static readonly Argument<string> Input = new("FILE") { Description = "JSON lines, or one JSON array of objects." };
    static readonly Option<string> Out = new("--out") { Description = "Accepted objects, one a line, in order.", Required = true };
    static readonly Option<string[]> Pool = new("--pool") { Description = "Further files whose texts count as accepted already; may be repeated." };
    static readonly Option<string> Field = new("--field") { Description = "Where the text is.", DefaultValueFactory = static _ => "instruction" };
    static readonly Option<double> Threshold = new("--threshold") { Description = "Rejected above this ROUGE-L.", DefaultValueFactory = static _ => 0.7 };
    static readonly Option<bool> Records = new("--records") { Description = "Add most_similar and avg_similarity_score to each accepted object." };

    public static Command Create()
    {
        var command = new Command("dedupe", "Leaves out what is too similar (ROUGE-L) to anything before it.") { Input, Out, Pool, Field, Threshold, Records };
        command.SetBody(static (parsed, cancellationToken) => Task.FromResult(new CommandResult(Run(parsed, cancellationToken))));
        return command;
    }

    static JsonObject Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var field = parsed.GetValue(Field)!;
        var threshold = parsed.GetValue(Threshold) is >= 0 and <= 1 and var t
            ? t
            : throw new InvalidDataException($"--threshold is {parsed.GetValue(Threshold)}; it must be in [0, 1].");
        var novelty = new NoveltyScan();
        foreach (var pooled in (parsed.GetValue(Pool) ?? []).SelectMany(JsonObjects.Read))
        {
            novelty.Add(pooled.Text(field));
        }

        var (read, accepted) = (0, 0);
        JsonLines.WriteAll(parsed.GetValue(Out)!, Accept(), TaskJson.Format.JsonObject);
        Console.Error.WriteLine($"{read} read, {accepted} accepted, {read - accepted} too similar.");
        return new JsonObject { ["read"] = read, ["accepted"] = accepted, ["rejected"] = read - accepted };

        IEnumerable<JsonObject> Accept()
        {
            foreach (var candidate in JsonObjects.Read(parsed.GetValue(Input)!))
            {
                cancellationToken.ThrowIfCancellationRequested();
                read++;
                var text = candidate.Text(field);
                if (novelty.FindAbove(text, threshold) is null)
                {
                    accepted++;
                    yield return parsed.GetValue(Records) ? WithRecord(candidate.Object, novelty.Record(text)) : candidate.Object;
                    novelty.Add(text);
                }
            }
        }
    }

    static JsonObject WithRecord(JsonObject accepted, NoveltyRecord record)
    {
        accepted["most_similar"] = new JsonObject(record.MostSimilar.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        accepted["avg_similarity_score"] = record.Mean;
        return accepted;
    }
}

/// <param name="Place">file(line) or file[index], for errors.</param>
sealed record PlacedObject(JsonObject Object, string Place)
{
    /// <exception cref="InvalidDataException">No such field, or not a text.</exception>
    public string Text(string field) =>
        Object[field] is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : throw new InvalidDataException($"{Place}: has no text field {field}. Name the field that holds the text with --field.");
}

/// <summary>Reads JSON lines or a JSON array alike.</summary>
static class JsonObjects
{
    public static IEnumerable<PlacedObject> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path}: no such file.");
        }

        return BeginsWithBracket(path) ? ReadArray(path) : JsonLines.Read(path, TaskJson.Format.JsonObject).Select(line => new PlacedObject(line.Value, $"{path}({line.Number})"));
    }

    static bool BeginsWithBracket(string path)
    {
        using var reader = new StreamReader(path);
        int next;
        do
        {
            next = reader.Read();
        }
        while (next >= 0 && char.IsWhiteSpace((char)next));
        return next == '[';
    }

    static IEnumerable<PlacedObject> ReadArray(string path)
    {
        JsonArray array;
        try
        {
            using var file = File.OpenRead(path);
            array = JsonNode.Parse(file)!.AsArray();
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}({e.LineNumber + 1}): not a valid JSON array. {e.Message}", e);
        }

        for (var i = 0; i < array.Count; i++)
        {
            yield return array[i] is JsonObject item
                ? new PlacedObject(item, $"{path}[{i}]")
                : throw new InvalidDataException($"{path}[{i}]: not an object. Every element must be one.");
        }
    }
}
