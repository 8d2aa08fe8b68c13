using System.CommandLine;
using System.Text.Json.Nodes;
using SelfInstruct.Novelty;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli.Commands;

/// <summary>`dedupe`: the novelty rule on any JSON lines or JSON array, in order.</summary>
static class DedupeCommand
{
    const int RecordedTogether = 256;

    static readonly Argument<string> Input = new("FILE") { Description = "JSON lines, or one JSON array of objects." };
    static readonly Option<string> Out = new("--out") { Description = "Accepted objects, one a line, in order.", Required = true };
    static readonly Option<string[]> Pool = new("--pool") { Description = "Further files whose texts count as accepted already; may be repeated." };
    static readonly Option<string> Field = new("--field") { Description = "Where the text is.", DefaultValueFactory = static _ => "instruction" };
    static readonly Option<double> Threshold = new("--threshold") { Description = "Rejected above this ROUGE-L.", DefaultValueFactory = static _ => 0.7 };
    static readonly Option<bool> Records = new("--records") { Description = "Add most_similar and avg_similarity_score to each accepted object." };

    static readonly Option<string> Words = new("--words") { Description = "What a word is: released (the original's: a-z and 0-9 only) or modern (every script).", DefaultValueFactory = static _ => "released" };

    public static Command Create()
    {
        Words.AcceptOnlyFromAmong("released", "modern");
        var command = new Command("dedupe", "Leaves out what is too similar (ROUGE-L) to anything before it.") { Input, Out, Pool, Field, Threshold, Words, Records };
        command.SetBody(static (parsed, cancellationToken) => Task.FromResult(new CommandResult(Run(parsed, cancellationToken))));
        return command;
    }

    static JsonObject Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var field = parsed.GetValue(Field)!;
        var novelty = new NoveltyIndex(ReadOptions(parsed));
        foreach (var pooled in (parsed.GetValue(Pool) ?? []).SelectMany(JsonObjects.Read))
        {
            novelty.Add(pooled.Text(field));
        }

        var progress = new StatusLine(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
        var (read, accepted) = (0, 0);
        var candidates = JsonObjects.Read(parsed.GetValue(Input)!).Select(Count);
        var kept = parsed.GetValue(Records) ? AcceptWithRecords(candidates, field, novelty) : Accept(candidates, field, novelty);
        try
        {
            JsonLines.WriteAll(parsed.GetValue(Out)!, kept.Select(CountAccepted), TaskJson.Format.JsonObject);
        }
        finally
        {
            progress.End();
        }

        Console.Error.WriteLine($"{read} read, {accepted} accepted, {read - accepted} too similar.");
        return new JsonObject { ["read"] = read, ["accepted"] = accepted, ["rejected"] = read - accepted };

        PlacedObject Count(PlacedObject candidate)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress.Write($"{read++:N0} read, {accepted:N0} accepted", always: false);
            return candidate;
        }

        JsonObject CountAccepted(JsonObject item)
        {
            accepted++;
            return item;
        }
    }

    static NoveltyOptions ReadOptions(ParseResult parsed) => new()
    {
        Threshold = parsed.GetValue(Threshold) is >= 0 and <= 1 and var threshold
            ? threshold
            : throw new InvalidDataException($"--threshold is {parsed.GetValue(Threshold)}; it must be in [0, 1]."),
        Words = parsed.GetValue(Words) == "modern" ? WordSplitter.Modern : WordSplitter.Released,
        KeepTexts = parsed.GetValue(Records),
    };

    static IEnumerable<JsonObject> Accept(IEnumerable<PlacedObject> candidates, string field, NoveltyIndex novelty) =>
        candidates.Where(candidate => novelty.TryAdd(candidate.Text(field))).Select(static candidate => candidate.Object);

    static IEnumerable<JsonObject> AcceptWithRecords(IEnumerable<PlacedObject> candidates, string field, NoveltyIndex novelty)
    {
        foreach (var batch in candidates.Chunk(RecordedTogether))
        {
            var verdicts = novelty.AddNovel([.. batch.Select(candidate => candidate.Text(field))]);
            foreach (var (candidate, verdict) in batch.Zip(verdicts))
            {
                if (verdict.Record is { } record)
                {
                    yield return WithRecord(candidate.Object, record);
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
