using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SelfInstruct.Tests.Models;

namespace SelfInstruct.IntegrationTests.HostedFinetuning;

/// <summary>
/// A loopback server of the shape of OpenAI's files and fine-tuning jobs, as its reference has it: a file is processed
/// after a look, a job goes on with each look and ends after some, events come newest first in pages.
/// </summary>
sealed partial class FinetuningServer : IDisposable
{
    const int EventsPerPage = 2;

    readonly Lock _turn = new();
    readonly LoopbackServer _server;
    readonly List<JsonObject> _files = [];
    readonly Dictionary<string, string> _contents = [];
    readonly List<JsonObject> _jobs = [];
    readonly Dictionary<string, int> _looks = [];

    public FinetuningServer() => _server = new LoopbackServer(request =>
    {
        var kind = $"{request.Method} {Identifier().Replace(request.Path["/v1/".Length..], "ID")}";
        LoopbackAnswer answer;
        lock (_turn)
        {
            Calls.Add(kind);
            answer = Answer(request, kind);
        }

        // What was asked for is done; the answer is lost, or comes when nobody waits for it any more.
        if (kind == HoldsAfter)
        {
            Held.TrySetResult();
            Release.Task.Wait();
        }

        return kind == LosesFirst && Calls.Count(call => call == kind) == 1 ? new LoopbackAnswer(500, "{}") : answer;
    });

    public Uri Address => _server.Address;

    /// <summary>Method and path of each, ids left out.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>A kind of call whose answer waits for <see cref="Release"/>; null: none.</summary>
    public string? HoldsAfter { get; set; }

    public TaskCompletionSource Held { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A kind of call that is done, and answered 500, the first time.</summary>
    public string? LosesFirst { get; init; }

    /// <summary>Requests with another key are answered 401; null: none is looked for.</summary>
    public string? Key { get; init; }

    /// <summary>What is wrong with each file; null: nothing.</summary>
    public string? FileFault { get; init; }

    /// <summary>Why each job fails; null: it succeeds.</summary>
    public string? JobFault { get; init; }

    /// <summary>Jobs stay running.</summary>
    public bool IsEndless { get; set; }

    public IReadOnlyList<JsonObject> Jobs => _jobs;

    /// <summary>Of each upload, name and lines.</summary>
    public IReadOnlyList<(string Name, string Lines)> Uploads => [.. _files.Select(file => ((string)file["filename"]!, _contents[(string)file["id"]!]))];

    public void Dispose()
    {
        Release.TrySetResult();
        _server.Dispose();
    }

    LoopbackAnswer Answer(LoopbackRequest request, string kind)
    {
        if (Key is not null && request.Authorization != "Bearer " + Key)
        {
            return Error(401, $"Incorrect API key provided: {request.Authorization?["Bearer ".Length..]}.", "invalid_api_key");
        }

        var id = request.Path.Split('/').ElementAtOrDefault(kind.Contains("jobs", StringComparison.Ordinal) ? 4 : 3);
        return kind switch
        {
            "POST files" => Json(Upload(request)),
            "GET files" => Json(new JsonObject { ["object"] = "list", ["data"] = new JsonArray([.. _files.AsEnumerable().Reverse().Select(static file => file.DeepClone())]) }),
            "GET files/ID" => Json(Process(id!)),
            "POST fine_tuning/jobs" => Create(request),
            "GET fine_tuning/jobs" => Json(Page(_jobs, request.Query, 1)),
            "GET fine_tuning/jobs/ID" => Json(GoOn(id!)),
            "GET fine_tuning/jobs/ID/events" => Json(Page(Events(id!), request.Query, EventsPerPage)),
            "POST fine_tuning/jobs/ID/cancel" => Json(Cancel(id!)),
            _ => Error(404, $"No {kind}.", "not_found"),
        };
    }

    JsonObject Upload(LoopbackRequest request)
    {
        var boundary = request.Headers["Content-Type"].Split("boundary=")[1];
        var parts = request.Body.Split($"--{boundary}");
        Assert.Equal("\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nfine-tune\r\n", parts[1]);
        var file = new JsonObject
        {
            ["id"] = $"file-{_files.Count + 1}",
            ["object"] = "file",
            ["purpose"] = "fine-tune",
            ["filename"] = FileName().Match(parts[2]).Groups["name"].Value,
            ["status"] = "uploaded",
            ["created_at"] = 1_700_000_000 + _files.Count,
        };
        _files.Add(file);
        _contents[(string)file["id"]!] = parts[2].Split("\r\n\r\n", 2)[1][..^2];
        return file;
    }

    JsonObject Process(string id)
    {
        var file = _files.Single(file => (string)file["id"]! == id);
        var looks = _looks[id] = _looks.GetValueOrDefault(id) + 1;
        (file["status"], file["status_details"]) = looks < 2 ? ("uploaded", null) : FileFault is null ? ("processed", null) : ("error", (JsonNode?)FileFault);
        return file;
    }

    LoopbackAnswer Create(LoopbackRequest request)
    {
        var body = JsonNode.Parse(request.Body)!.AsObject();
        if ((string)body["model"]! == "nobody")
        {
            return Error(400, "The specified base model does not exist: nobody", "model_not_available");
        }

        Assert.Contains(_files, file => (string)file["id"]! == (string)body["training_file"]! && (string)file["status"]! == "processed");
        var job = body.DeepClone().AsObject();
        (job["id"], job["object"], job["status"], job["fine_tuned_model"], job["trained_tokens"], job["error"]) =
            ($"ftjob-{_jobs.Count + 1}", "fine_tuning.job", "validating_files", null, null, new JsonObject { ["code"] = null, ["message"] = null, ["param"] = null });
        _jobs.Add(job);
        return Json(job);
    }

    JsonObject GoOn(string id)
    {
        var job = _jobs.Single(job => (string)job["id"]! == id);
        var looks = _looks[id] = _looks.GetValueOrDefault(id) + 1;
        if ((string)job["status"]! is "validating_files" or "queued" or "running")
        {
            job["status"] = looks == 1 ? "queued" : looks < 4 || IsEndless ? "running" : JobFault is null ? "succeeded" : "failed";
        }

        if ((string)job["status"]! == "succeeded")
        {
            (job["fine_tuned_model"], job["trained_tokens"]) = ($"ft:{(string)job["model"]!}:org:{(string?)job["suffix"]}:{id}", 4321);
        }

        if ((string)job["status"]! == "failed")
        {
            job["error"] = new JsonObject { ["code"] = "invalid_training_file", ["message"] = JobFault, ["param"] = "training_file" };
        }

        return job;
    }

    JsonObject Cancel(string id)
    {
        var job = _jobs.Single(job => (string)job["id"]! == id);
        job["status"] = "cancelled";
        return job;
    }

    /// <summary>Two with each look: a sentence, and the numbers of a step.</summary>
    List<JsonObject> Events(string id) => [.. Enumerable.Range(1, Math.Min(4, _looks.GetValueOrDefault(id))).SelectMany(look => new[]
    {
        new JsonObject { ["id"] = $"{id}-said-{look}", ["created_at"] = 1_700_000_000 + look, ["level"] = "info", ["message"] = $"Look {look}\u001b[31m\nat the job", ["type"] = "message" },
        new JsonObject
        {
            ["id"] = $"{id}-step-{look}", ["created_at"] = 1_700_000_000 + look, ["level"] = "info", ["message"] = $"Step {look}/4: training loss={4.0 / look}", ["type"] = "metrics",
            ["data"] = new JsonObject { ["step"] = look, ["train_loss"] = 4.0 / look, ["total_steps"] = 4, ["valid_loss"] = look == 4 ? 1.5 : null },
        },
    })];

    static JsonObject Page(List<JsonObject> oldestFirst, string query, int size)
    {
        var newestFirst = oldestFirst.AsEnumerable().Reverse().ToList();
        var after = After().Match(query) is { Success: true } match ? Uri.UnescapeDataString(match.Groups["id"].Value) : null;
        var rest = after is null ? newestFirst : newestFirst[(newestFirst.FindIndex(one => (string)one["id"]! == after) + 1)..];
        return new JsonObject { ["object"] = "list", ["data"] = new JsonArray([.. rest.Take(size).Select(static one => one.DeepClone())]), ["has_more"] = rest.Count > size };
    }

    static LoopbackAnswer Json(JsonObject node) => new(200, node.ToJsonString());

    static LoopbackAnswer Error(int status, string message, string code) =>
        new(status, new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["type"] = "invalid_request_error", ["param"] = null, ["code"] = code } }.ToJsonString());

    [GeneratedRegex(@"(?<=(files|jobs)/)[\w-]+", RegexOptions.ExplicitCapture)]
    private static partial Regex Identifier();

    [GeneratedRegex("filename=\"(?<name>[^\"]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex FileName();

    [GeneratedRegex("after=(?<id>[^&]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex After();
}
