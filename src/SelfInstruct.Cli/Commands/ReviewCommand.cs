using System.Collections.Immutable;
using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using SelfInstruct.Review;

namespace SelfInstruct.Cli.Commands;

/// <summary>`review`: a page on which people judge data and models, or watch a run.</summary>
static class ReviewCommand
{
    const string LeadName = "lead";

    static readonly ReviewOptions Defaults = new();

    static readonly Argument<string> Folder = new("DIR") { Description = "A run folder, or a folder of evaluations. Answers go to its evaluation/ratings.jsonl, edits to its edits.jsonl." };
    static readonly Option<string> Task = new("--task") { Description = "quality: three questions about each row of a sample; rating: A to D for each model's response; pairwise: which of two responses is better; edit: mend or reject rows. Default: rating for a folder of predictions, else quality." };
    static readonly Option<int> Port = new("--port") { Description = "0: a free one. The first line of stdout is the lead's link.", DefaultValueFactory = static _ => Defaults.Port };
    static readonly Option<string> Host = new("--host") { Description = "Address to listen on. Others than 127.0.0.1 and ::1 can be reached from elsewhere; put TLS in front.", DefaultValueFactory = static _ => Defaults.Address.ToString() };
    static readonly Option<string[]> Names = new("--name") { Description = "Host name under which the page is reached beyond this machine; may be repeated." };
    static readonly Option<string[]> People = new("--annotator") { Description = "Gives this person a link, printed once; may be repeated. Links given before stay valid." };
    static readonly Option<string[]> Predictions = new("--predictions") { Description = "Files or folders of predictions, one for each model; may be repeated. Default: predictions.jsonl in DIR, in its evaluation/, and in their folders." };
    static readonly Option<int> Sample = new("--sample") { Description = "Rows to judge in quality, drawn by --seed; 0: all.", DefaultValueFactory = static _ => 200 };
    static readonly Option<long> Seed = new("--seed") { Description = "Of the sample and of everybody's order.", DefaultValueFactory = static _ => Defaults.Seed };
    static readonly Option<bool> Live = new("--live") { Description = "Also shows the run or experiment in DIR as it proceeds; it need not have begun." };

    public static Command Create()
    {
        Task.AcceptOnlyFromAmong("quality", "rating", "pairwise", "edit");
        var command = new Command("review", "A page on which people judge the data and the models, until Ctrl-C: quality as in the paper's Table 2, ratings A to D, pairs, edits; or watch a run.") { Folder, Task, Port, Host, Names, People, Predictions, Sample, Seed, Live };
        command.SetBody(RunAsync);
        return command;
    }

    static async Task<CommandResult> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var folder = new ReviewFolder(parsed.GetValue(Folder)!);
        var options = ReadOptions(parsed);
        var task = FindTask(parsed, folder);
        var items = task is { } some ? ReadItems(parsed, some) : [];
        Directory.CreateDirectory(folder.Evaluation);
        var annotators = Annotators.Open(folder.Annotators);
        var set = task is { } asked ? new ItemSet(asked, items, options.Seed, annotators.Secret) : null;
        var watch = parsed.GetValue(Live) ? new LiveWatch(folder.Path, TimeProvider.System) : null;
        var server = await StartAsync(folder, set, annotators, watch, options, cancellationToken).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            PrintLinks(parsed, annotators, server.Address);
            Console.Error.WriteLine(task is { } name ? $"review: {name.ToString().ToLowerInvariant()} of {items.Length:N0} items; answers go to {(name == ReviewTask.Edit ? folder.Edits : folder.Ratings)}. Ctrl-C ends it, links stay valid." : "review: watching the run. Ctrl-C ends it.");
            await WaitAsync(cancellationToken).ConfigureAwait(false);
            return new CommandResult(new JsonObject
            {
                ["address"] = server.Address.AbsoluteUri.TrimEnd('/'),
                ["task"] = task?.ToString().ToLowerInvariant(),
                ["items"] = items.Length,
                ["ratings"] = folder.Ratings,
                ["edits"] = folder.Edits,
            });
        }
    }

    /// <summary>The lead's link is new at each start: what is kept of a token cannot be turned back into it.</summary>
    static void PrintLinks(ParseResult parsed, Annotators annotators, Uri address)
    {
        Console.WriteLine($"{address.AbsoluteUri}?token={annotators.Issue(LeadName, isLead: true)}");
        foreach (var name in parsed.GetValue(People) ?? [])
        {
            Console.WriteLine($"{name} {address.AbsoluteUri}?token={annotators.Issue(name, isLead: false)}");
        }

        Console.Out.Flush();
    }

    /// <summary>Null: there is only a run to watch, which has made nothing yet.</summary>
    static ReviewTask? FindTask(ParseResult parsed, ReviewFolder folder)
    {
        var hasRows = File.Exists(Path.Combine(folder.Path, "all_generated_instances.jsonl"));
        return parsed.GetValue(Task) switch
        {
            "quality" => ReviewTask.Quality,
            "rating" => ReviewTask.Rating,
            "pairwise" => ReviewTask.Pairwise,
            "edit" => ReviewTask.Edit,
            _ when parsed.GetValue(Predictions) is { Length: > 0 } => ReviewTask.Rating,
            _ when hasRows => ReviewTask.Quality,
            _ when parsed.GetValue(Live) => null,
            _ => File.Exists(Path.Combine(folder.Path, "predictions.jsonl")) || File.Exists(Path.Combine(folder.Evaluation, "predictions.jsonl")) ? ReviewTask.Rating : ReviewTask.Quality,
        };
    }

    static ImmutableArray<ReviewItem> ReadItems(ParseResult parsed, ReviewTask task)
    {
        var (path, predictions) = (parsed.GetValue(Folder)!, parsed.GetValue(Predictions) ?? []);
        var sample = parsed.GetValue(Sample) is >= 0 and var count ? count : throw new InvalidDataException($"--sample is {parsed.GetValue(Sample)}; it must be 0 (all) or more.");
        return task switch
        {
            ReviewTask.Rating => ReviewItems.OfResponses(path, predictions),
            ReviewTask.Pairwise => ReviewItems.OfPairs(path, predictions),
            ReviewTask.Edit => ReviewItems.OfRows(path, sample: 0, parsed.GetValue(Seed)),
            _ => ReviewItems.OfRows(path, sample, parsed.GetValue(Seed)),
        };
    }

    static async Task<ReviewServer> StartAsync(ReviewFolder folder, ItemSet? set, Annotators annotators, LiveWatch? watch, ReviewOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await ReviewServer.StartAsync(folder, set, annotators, watch, options, TimeProvider.System, new ErrorLines(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            throw new InvalidDataException($"--host {options.Address} --port {options.Port}: cannot listen there: {e.Message.TrimEnd('.')}. Take another port, or 0 for a free one.", e);
        }
    }

    static async Task WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await System.Threading.Tasks.Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how a server ends.
        }
    }

    static ReviewOptions ReadOptions(ParseResult parsed) => new()
    {
        Address = parsed.GetValue(Host)! is var host && host == "localhost" ? IPAddress.Loopback
            : IPAddress.TryParse(host, out var address) ? address
            : throw new InvalidDataException($"--host {host}: not an address. It must be one of this machine's, as 127.0.0.1 or 0.0.0.0 for all of them, or localhost."),
        Port = parsed.GetValue(Port) is >= 0 and <= IPEndPoint.MaxPort and var port ? port : throw new InvalidDataException($"--port is {parsed.GetValue(Port)}; it must be from 0 to {IPEndPoint.MaxPort}."),
        Names = [.. parsed.GetValue(Names) ?? []],
        Seed = parsed.GetValue(Seed),
    };

    sealed class ErrorLines : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine(string.Concat(value.Select(static c => char.IsControl(c) && c != '\n' ? '?' : c)));
    }
}
