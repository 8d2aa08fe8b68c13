using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using SelfInstruct.Novelty;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli.Commands;

/// <summary>`dedupe`: the novelty rule, or another measure, on any JSON lines or JSON array, in order.</summary>
static class DedupeCommand
{
    const int JudgedTogether = 256;

    static readonly Argument<string> Input = new("FILE") { Description = "JSON lines, or one JSON array of objects." };
    static readonly Option<string> Out = new("--out") { Description = "Accepted objects, one a line, in order.", Required = true };
    static readonly Option<string[]> Pool = new("--pool") { Description = "Further files whose texts count as accepted already; may be repeated." };
    static readonly Option<string> Field = new("--field") { Description = "Where the text is.", DefaultValueFactory = static _ => "instruction" };

    static readonly Option<string> Measure = new("--measure")
    {
        Description = "rouge-l (exact), minhash (Jaccard of three-word shingles, estimated: misses some, takes some others) or embedding (cosine; sends every text to a server).",
        DefaultValueFactory = static _ => MeasureSelection.RougeL,
    };

    static readonly Option<double?> Threshold = new("--threshold") { Description = "Rejected above this similarity, in [0, 1]. Default: 0.7; for embedding 0.9." };
    static readonly Option<bool> Records = new("--records") { Description = "Add most_similar and avg_similarity_score to each accepted object. Only for rouge-l." };

    static readonly Option<string> Words = new("--words")
    {
        Description = "What a word is: released (the original's: a-z and 0-9 only) or modern (every script). Not for embedding.",
        DefaultValueFactory = static _ => "released",
    };

    static readonly Option<string?> EmbeddingModel = new("--embedding-model") { Description = "Model for embedding, as its server names it." };
    static readonly Option<string?> Endpoint = new("--endpoint") { Description = "Base address of an OpenAI-compatible server for embedding, version included; else OPENAI_BASE_URL." };

    public static Command Create()
    {
        Words.AcceptOnlyFromAmong("released", "modern");
        Measure.AcceptOnlyFromAmong(MeasureSelection.Known);
        var command = new Command("dedupe", "Leaves out what is too similar (ROUGE-L, or another measure) to anything before it.")
        {
            Input, Out, Pool, Field, Measure, Threshold, Words, Records, EmbeddingModel, Endpoint,
        };
        command.SetBody(static async (parsed, cancellationToken) => new CommandResult(await RunAsync(parsed, cancellationToken)));
        return command;
    }

    static async Task<JsonObject> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var field = parsed.GetValue(Field)!;
        var progress = new StatusLine(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
        using var selection = Select(parsed);
        var texts = selection.Open(TimeProvider.System, new RetryNotices(progress, Console.Error));
        var (read, accepted) = (0, 0);
        try
        {
            foreach (var batch in (parsed.GetValue(Pool) ?? []).SelectMany(JsonObjects.Read).Chunk(JudgedTogether))
            {
                await texts.AddAsync([.. batch.Select(pooled => pooled.Text(field))], cancellationToken);
            }

            var candidates = JsonObjects.Read(parsed.GetValue(Input)!).Select(Count);
            var kept = selection.KeepTexts && texts is NoveltyIndex novelty
                ? AcceptWithRecords(candidates, field, novelty).ToAsyncEnumerable()
                : AcceptAsync(candidates, field, texts, cancellationToken);
            await JsonLines.WriteAllAsync(parsed.GetValue(Out)!, kept.Select(CountAccepted), TaskJson.Format.JsonObject, cancellationToken);
        }
        finally
        {
            progress.End();
        }

        Console.Error.WriteLine($"{read} read, {accepted} accepted, {read - accepted} too similar{(texts.IsApproximate ? $" ({texts.Measure}: estimated)" : "")}.");
        return new JsonObject
        {
            ["read"] = read,
            ["accepted"] = accepted,
            ["rejected"] = read - accepted,
            ["measure"] = texts.Measure,
            ["approximate"] = texts.IsApproximate,
        };

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

    static MeasureSelection Select(ParseResult parsed)
    {
        var words = parsed.GetValue(Words) == "modern" ? WordSplitter.Modern : WordSplitter.Released;
        return new MeasureSelection(
            parsed.GetValue(Measure)!,
            parsed.GetValue(Threshold),
            parsed.GetResult(Words) is { Implicit: false } ? words : null,
            parsed.GetValue(Records),
            parsed.GetValue(EmbeddingModel),
            parsed.GetValue(Endpoint));
    }

    static async IAsyncEnumerable<JsonObject> AcceptAsync(
        IEnumerable<PlacedObject> candidates, string field, INearDuplicates texts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var batch in candidates.Chunk(JudgedTogether))
        {
            var added = await texts.TryAddAsync([.. batch.Select(candidate => candidate.Text(field))], cancellationToken);
            foreach (var (candidate, isAdded) in batch.Zip(added))
            {
                if (isAdded)
                {
                    yield return candidate.Object;
                }
            }
        }
    }

    static IEnumerable<JsonObject> AcceptWithRecords(IEnumerable<PlacedObject> candidates, string field, NoveltyIndex novelty)
    {
        foreach (var batch in candidates.Chunk(JudgedTogether))
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

/// <summary>Notices on lines of their own, between what the status line shows.</summary>
sealed class RetryNotices(StatusLine line, TextWriter output) : IProgress<string>
{
    public void Report(string value)
    {
        line.End();
        output.WriteLine(value);
    }
}
