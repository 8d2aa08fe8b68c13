using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.Review;
using SelfInstruct.Serving;
using SelfInstruct.Serving.Answers;
using SelfInstruct.Serving.Requests;
using SelfInstruct.Tests.Serving;

namespace SelfInstruct.Tests.Fuzzing;

/// <summary>What `serve` and `review` are sent. A refusal has a status below 500; any other exception is answered with 500.</summary>
static class ServerTargets
{
    const string Text = """{"model":"tiny","prompt":"a","temperature":0.5,"top_p":0.25,"frequency_penalty":-1,"presence_penalty":2,"max_tokens":2,"stop":["x","y"],"seed":-3,"top_k":5,"min_p":0.125,"repetition_penalty":1.5,"logprobs":2,"stream":true,"stream_options":{"include_usage":true}}""";
    const string Prompts = """{"model":"tiny","prompt":["a",[1,2]],"n":2,"max_tokens":1,"user":"u","metadata":{"a":"b"},"best_of":1,"echo":false,"suffix":"","logit_bias":{}}""";
    const string Chat = """{"model":"tiny","messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},{"role":"assistant","content":"c","refusal":null,"tool_calls":[]},{"role":"user","content":"d"}],"max_tokens":2,"logprobs":true,"top_logprobs":3}""";
    const string ChatAgain = """{"model":"tiny","messages":[{"role":"developer","content":"s"}],"max_completion_tokens":1,"tools":[],"tool_choice":"none","response_format":{"type":"text"},"modalities":["text"],"stream":true}""";

    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        OfFields("requests for text, read", static fields => TextRequest.Read(fields, new ServingOptions(), static () => 7), Text, Prompts),
        OfFields("requests for chat, read", static fields => ChatRequest.Read(fields, 1000, new ServingOptions(), static () => 7), Chat, ChatAgain),
        OfServe("requests for text, answered", new TextForm(), static fields => TextRequest.Read(fields, new ServingOptions(), static () => 7), Text, Prompts),
        OfServe("requests for chat, answered", new SelfInstruct.Serving.Answers.ChatForm(), static fields => ChatRequest.Read(fields, 200, new ServingOptions(), static () => 7), Chat, ChatAgain),
        OfReview("ratings that are sent", ReviewTask.Quality, "api/ratings", static item => $$"""{"key":"k-00000001","item":"{{item}}","valid_task":true,"input_appropriate":true,"output_correct":false,"comment":"x","seconds":1.5}""", static item => $$"""{"key":"k-00000002","item":"{{item}}","skipped":"unclear","adjudicate":true}"""),
        OfReview("edits that are sent", ReviewTask.Edit, "api/edits", static item => $$"""{"key":"k-00000001","item":"{{item}}","rejected":false,"instruction":"Sort!","input":"","output":"a b","before":null}""", static item => $$"""{"key":"k-00000002","item":"{{item}}","rejected":true,"instruction":"","input":"","output":"","seconds":2}"""),
    ];

    static FuzzTarget OfFields(string name, Func<RequestFields, ServedRequest> read, params IEnumerable<string> seeds) => new(
        name, InputForm.Json, FuzzTarget.Bytes(seeds),
        _ => bytes => ReadAsync(bytes, read).GetAwaiter().GetResult(),

        // Half a surrogate pair where a name is looked at: the endpoint refuses it in words.
        static error => error is SelfInstruct.Serving.Requests.RefusalException or InvalidOperationException);

    static async Task<int> ReadAsync(byte[] body, Func<RequestFields, ServedRequest> read)
    {
        using var fields = await RequestFields.ReadAsync(new MemoryStream(body), CancellationToken.None);
        fields.Collect();
        return (fields.TakeText("model")?.Length ?? 0) + read(fields).Completions.Length;
    }

    /// <summary>From the guard to the last byte of the answer; no socket.</summary>
    static FuzzTarget OfServe(string name, IAnswerForm form, Func<RequestFields, ServedRequest> read, params IEnumerable<string> seeds) => new(
        name, InputForm.Json, FuzzTarget.Bytes(seeds),
        workplace =>
        {
            var model = workplace.Own(new LocalLanguageModel(ServedModels.Chat(context: 200), "tiny:0123abcd", threads: 1));
            var admission = new Admission(256);
            var (counts, notices) = (new ServingCounts(admission), new Notices());
            var endpoint = new CompletionsEndpoint(new ServedModel("tiny", model, DateTimeOffset.UnixEpoch), admission, counts, TimeProvider.System);
            var guard = new SelfInstruct.Serving.RequestGuard(IPAddress.Loopback, null, counts, notices);
            return bytes =>
            {
                var context = new DefaultHttpContext
                {
                    Request = { Method = "POST", Host = new HostString("localhost"), Path = "/v1/completions", ContentType = "application/json", Body = new MemoryStream(bytes), ContentLength = bytes.Length },
                    Response = { Body = new MemoryStream() },
                };
                guard.PassAsync(context, next => endpoint.AnswerAsync(next, read, form)).GetAwaiter().GetResult();
                return StatusOf(context.Response.StatusCode, (int)context.Response.Body.Length, notices);
            };
        },
        static error => error is HttpRequestException, Share: 0.05);

    /// <summary>Over a socket, as a browser sends it.</summary>
    static FuzzTarget OfReview(string name, ReviewTask task, string path, params IEnumerable<Func<string, string>> seeds)
    {
        var set = new ItemSet(task, [new ReviewItem("1", "Sort.", "b a", [new ReviewText("", "a b")], Sha256: "00"), new ReviewItem("2", "Greet.", "", [new ReviewText("", "Hello")], Sha256: "01")], 1, [1, 2, 3]);
        return new FuzzTarget(
            name, InputForm.Json, FuzzTarget.Bytes(seeds.Select(seed => seed(set.Handle(0)))),
            workplace =>
            {
                Directory.CreateDirectory(workplace.In("evaluation"));
                var (annotators, notices) = (Annotators.Open(workplace.In("annotators.json")), new Notices());
                var token = annotators.Issue("ann", isLead: true);
                var server = workplace.Own(new Served(ReviewServer.StartAsync(
                    new ReviewFolder(workplace.FolderPath), set, annotators, null, new ReviewOptions { Port = 0 }, TimeProvider.System, notices, CancellationToken.None).GetAwaiter().GetResult()));
                var http = workplace.Own(new HttpClient { BaseAddress = server.Address });
                http.DefaultRequestHeaders.Add("Cookie", $"selfinstruct-review-{server.Address.Port}={token}");
                http.DefaultRequestHeaders.Add("X-CSRF", Annotators.Antiforgery(token));
                return bytes =>
                {
                    var content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
                    using var answer = http.PostAsync(path, content).GetAwaiter().GetResult();
                    return StatusOf((int)answer.StatusCode, Encoding.UTF8.GetByteCount(answer.Content.ReadAsStringAsync().GetAwaiter().GetResult()), notices);
                };
            },
            static error => error is HttpRequestException, Share: 0.05);
    }

    /// <exception cref="HttpRequestException">Refused in words.</exception>
    static int StatusOf(int status, int length, Notices notices) => status switch
    {
        200 => length,
        < 500 => throw new HttpRequestException($"{status} {length}", null, (HttpStatusCode)status),
        _ => throw new InvalidOperationException($"{status}: {notices.Last}"),
    };

    sealed class Notices : IProgress<string>
    {
        public string Last { get; private set; } = "";

        public void Report(string value) => Last = value;
    }

    sealed class Served(ReviewServer server) : IDisposable
    {
        public Uri Address => server.Address;

        public void Dispose() => server.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
