using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SelfInstruct.Tests.Models.Batches;

/// <summary>
/// A loopback server of the shape of OpenAI's Batch API, as its reference has it: files, batches whose state goes on with
/// each look, results in another order than the requests, answers and errors in files of their own.
/// </summary>
sealed class BatchServer : IDisposable
{
    readonly Lock _turn = new();
    readonly LoopbackServer _server;
    readonly Dictionary<string, string> _files = [];
    readonly List<Batch> _batches = [];

    /// <param name="answer">As to a single POST of path and body; null: the batch expires before its turn comes; status 0: no line tells of it.</param>
    public BatchServer(Func<Asked, LoopbackAnswer?> answer) => _server = new LoopbackServer(request =>
    {
        lock (_turn)
        {
            return Answer(request, answer);
        }
    });

    public Uri Address => _server.Address;

    /// <summary>Every request of every batch, as "url body", in the order of the files.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Requests of each batch, in the order made.</summary>
    public IReadOnlyList<int> Sizes
    {
        get
        {
            lock (_turn)
            {
                return [.. _batches.Select(static batch => batch.Lines.Length)];
            }
        }
    }

    /// <summary>Of each batch, as its metadata and the rest of its body had it.</summary>
    public ConcurrentQueue<string> Bodies { get; } = new();

    /// <summary>Calls other than uploads and makings of batches.</summary>
    public ConcurrentQueue<string> Looks { get; } = new();

    /// <summary>Single calls, which nobody should make.</summary>
    public ConcurrentQueue<string> Strays { get; } = new();

    /// <summary>Batches stay in progress until it is false.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Batches are not shown by their ids.</summary>
    public bool Forgets { get; set; }

    /// <summary>The making of the first batch is answered 500, though it is made.</summary>
    public bool LosesFirst { get; init; }

    /// <summary>Result files begin with a line that is none.</summary>
    public bool Spoils { get; init; }

    /// <summary>The first attempt to make a batch is answered so, and none made; null: it is made.</summary>
    public int? TurnsAway { get; init; }

    /// <summary>By number of the batch, from 1: the errors object of one that fails as a whole, JSON; null for others.</summary>
    public Func<int, string?> Fails { get; set; } = static _ => null;

    public void Dispose() => _server.Dispose();

    LoopbackAnswer Answer(LoopbackRequest request, Func<Asked, LoopbackAnswer?> answer)
    {
        var path = request.Path["/v1/".Length..].Split('/');
        switch ((request.Method, path))
        {
            case ("POST", ["files"]):
                var id = $"file-{_files.Count + 1}";
                _files[id] = FileOf(request);
                return Json(new JsonObject { ["id"] = id, ["object"] = "file", ["purpose"] = "batch" });
            case ("POST", ["batches"]):
                Bodies.Enqueue(request.Body);
                if (TurnsAway is { } status && Bodies.Count == 1)
                {
                    return new LoopbackAnswer(status, "{}");
                }

                var made = Make(JsonNode.Parse(request.Body)!.AsObject(), answer);
                return LosesFirst && _batches.Count == 1 ? new LoopbackAnswer(500, "{}") : Json(made.Show());
            case ("GET", ["batches"]):
                Looks.Enqueue("batches");
                return Json(new JsonObject { ["object"] = "list", ["data"] = new JsonArray([.. _batches.AsEnumerable().Reverse().Select(static batch => batch.Show())]) });
            case ("GET", ["batches", var name]):
                Looks.Enqueue(name);
                return _batches.Find(batch => batch.Id == name) is { } found && !Forgets
                    ? Json(found.GoOn(IsHeld, _files))
                    : new LoopbackAnswer(404, """{"error":{"message":"No batch found.","type":"invalid_request_error"}}""");
            case ("GET", ["files", var name, "content"]):
                Looks.Enqueue(name);
                return new LoopbackAnswer(200, (Spoils ? "<html>\n" : "") + _files[name]);
            default:
                Strays.Enqueue($"{request.Method} {request.Path}");
                return new LoopbackAnswer(500, "{}");
        }
    }

    Batch Make(JsonObject body, Func<Asked, LoopbackAnswer?> answer)
    {
        var number = _batches.Count + 1;
        var lines = _files[(string)body["input_file_id"]!].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!.AsObject()).ToArray();
        Assert.Equal("24h", (string)body["completion_window"]!);
        Assert.Equal(lines.Length, lines.Select(static line => (string)line["custom_id"]!).Distinct().Count());
        var results = lines.Select((line, index) =>
        {
            Assert.Equal(("POST", (string)body["endpoint"]!), ((string)line["method"]!, (string)line["url"]!));
            var sent = line["body"]!.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            Asked.Enqueue($"{(string)line["url"]!} {sent}");
            return ((string)line["custom_id"]!, answer(new Asked(number, index, (string)line["url"]!, sent)));
        });
        var batch = new Batch(number, body, Fails(number) is { } errors ? JsonNode.Parse(errors) : null, [.. results]);
        _batches.Add(batch);
        return batch;
    }

    /// <summary>Also that the form is one that others read: quoted names, purpose first.</summary>
    static string FileOf(LoopbackRequest request)
    {
        var boundary = request.Headers["Content-Type"].Split("boundary=")[1];
        var parts = request.Body.Split($"--{boundary}");
        Assert.Equal(["", "\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"], parts[..2]);
        Assert.StartsWith("\r\nContent-Disposition: form-data; name=\"file\"; filename=\"batch.jsonl\"\r\n", parts[2], StringComparison.Ordinal);
        Assert.Equal("--\r\n", parts[3]);
        return parts[2].Split("\r\n\r\n", 2)[1][..^2];
    }

    static LoopbackAnswer Json(JsonNode node) => new(200, node.ToJsonString());

    sealed class Batch(int number, JsonObject body, JsonNode? errors, (string Key, LoopbackAnswer? Answer)[] lines)
    {
        int _looks;
        string _status = "validating";
        string? _output;
        string? _errors;

        public string Id => $"batch_{number}";

        public (string Key, LoopbackAnswer? Answer)[] Lines => lines;

        public JsonObject Show() => new()
        {
            ["id"] = Id,
            ["object"] = "batch",
            ["status"] = _status,
            ["endpoint"] = (string)body["endpoint"]!,
            ["input_file_id"] = (string)body["input_file_id"]!,
            ["output_file_id"] = _output,
            ["error_file_id"] = _errors,
            ["errors"] = _status == "failed" ? errors!.DeepClone() : null,
            ["metadata"] = body["metadata"]!.DeepClone(),
            ["request_counts"] = new JsonObject { ["total"] = lines.Length, ["completed"] = _status == "completed" ? lines.Length : 0, ["failed"] = 0 },
        };

        public JsonObject GoOn(bool isHeld, Dictionary<string, string> files)
        {
            _looks++;
            _status = errors is not null ? "failed"
                : isHeld || _looks == 1 ? "in_progress"
                : _looks == 2 ? "finalizing"
                : lines.All(static line => line.Answer is not null) ? "completed" : "expired";
            if (_status is "completed" or "expired")
            {
                _output = Write(files, "out", static answer => answer?.Status == 200);
                _errors = Write(files, "err", static answer => answer?.Status != 200);
            }

            return Show();
        }

        string? Write(Dictionary<string, string> files, string kind, Func<LoopbackAnswer?, bool> belongs)
        {
            var text = new StringBuilder();
            foreach (var (key, answer) in lines.Reverse().Where(line => line.Answer?.Status != 0 && belongs(line.Answer)))
            {
                text.Append(CultureInfo.InvariantCulture, $"{Result(key, answer).ToJsonString()}\n");
            }

            if (text.Length == 0)
            {
                return null;
            }

            files[$"{kind}-{number}"] = text.ToString();
            return $"{kind}-{number}";
        }

        static JsonObject Result(string key, LoopbackAnswer? answer) => new()
        {
            ["id"] = "batch_req_" + key,
            ["custom_id"] = key,
            ["response"] = answer is null ? null : new JsonObject { ["status_code"] = answer.Status, ["request_id"] = "r", ["body"] = JsonNode.Parse(answer.Body) },
            ["error"] = answer is null ? new JsonObject { ["code"] = "batch_expired", ["message"] = "This request could not be executed before the completion window expired." } : null,
        };
    }
}

/// <param name="Batch">Counts from 1.</param>
/// <param name="Index">In its file, from 0.</param>
sealed record Asked(int Batch, int Index, string Url, string Body);
