using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using SelfInstruct.LocalModels.Hub;
using SelfInstruct.Models;
using SelfInstruct.Models.Batches;
using SelfInstruct.Models.Calls;

namespace SelfInstruct.Tests.Fuzzing;

/// <summary>What servers answer: a status, headers and a body, from wherever an address leads.</summary>
static class ProviderTargets
{
    const string Place = "http://127.0.0.1:1/v1";

    const string Chat = """
        200
        content-type: application/json

        {"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"Hello","refusal":null,"reasoning_content":"hm"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":4,"completion_tokens_details":{"reasoning_tokens":1}}}
        """;

    const string Parts = "200\n\n{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"text\":\"b\"}]},\"finish_reason\":\"length\"}]}";
    const string Text = "200\n\n{\"choices\":[{\"text\":\"Hello\",\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}";
    const string Message = "200\n\n{\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\"},{\"type\":\"text\",\"text\":\"Hello\"}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":3,\"output_tokens\":4,\"cache_read_input_tokens\":1}}";
    const string Embeddings = "200\n\n{\"data\":[{\"index\":1,\"embedding\":[0.5,1]},{\"index\":0,\"embedding\":[1,0]}]}";
    const string Stream = "200\ncontent-type: text/event-stream\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n\ndata: [DONE]\n\n";
    const string TooMany = "429\nretry-after: 2\nretry-after-ms: 1500\n\n{\"error\":{\"message\":\"Rate limit\",\"type\":\"rate_limit_error\",\"code\":\"rate_limit_exceeded\"}}";
    const string Unsupported = "400\n\n{\"error\":{\"message\":\"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.\",\"param\":\"max_tokens\",\"code\":\"unsupported_parameter\"}}";
    const string Filtered = "400\n\n{\"error\":{\"message\":\"filtered\",\"code\":\"content_filter\",\"innererror\":{\"code\":\"ResponsibleAIPolicyViolation\"}}}";
    const string Pydantic = "422\n\n{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"seed\"],\"msg\":\"Extra inputs are not permitted\"}]}";
    const string Gateway = "502\nlocation: http://elsewhere/v1\nretry-after: Fri, 27 Nov 2026 12:00:00 GMT\ndate: Fri, 27 Nov 2026 11:59:00 GMT\n\n{\"error\":{\"message\":\"Provider returned error\",\"metadata\":{\"raw\":\"upstream: {\\\"error\\\":{\\\"message\\\":\\\"seed: Extra inputs are not permitted\\\"}}\"}}}";
    const string Page = "200\ncontent-type: text/html\n\n<!doctype html><title>Login</title>";

    const string Results = """
        {"custom_id":"k","response":{"status_code":200,"body":{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}},"error":null}
        {"custom_id":"k","response":{"status_code":429,"body":{"error":{"message":"later","code":"rate_limit_exceeded"}}}}
        {"custom_id":"k","response":null,"error":{"code":"batch_expired","message":"late"}}
        """;

    const string Listing = """
        {"sha":"0123456789abcdef0123456789abcdef01234567","siblings":[{"rfilename":"config.json","size":2,"blobId":"0123456789abcdef0123456789abcdef01234567"},
         {"rfilename":"tokenizer.json","size":2,"blobId":"0123456789abcdef0123456789abcdef01234567"},
         {"rfilename":"model.safetensors","size":9,"lfs":{"sha256":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","size":9}},{"rfilename":"README.md"}]}
        """;

    static readonly ImmutableArray<string> Errors = [TooMany, Unsupported, Filtered, Pydantic, Gateway, Page, Stream];

    static readonly CompletionRequest Request = new("Sort.", new Sampling(0.7, 0.5, 0, 2, 64, ["\n"], 5));

    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        OfAnswer("answers of chat models", OpenAIAnswers.Expected, static (models, answer) => models.Chat.Read(Request, answer).Text.Length, [Chat, Parts, .. Errors]),
        OfAnswer("answers of text models", OpenAIAnswers.Expected, static (models, answer) => models.Text.Read(Request, answer).Text.Length, [Text, .. Errors]),
        OfAnswer("messages of Anthropic", AnthropicModel.Expected, static (_, answer) => AnthropicModel.Read(answer) is var read ? read.Text.Length + (read.Reasoning?.Length ?? 0) : 0, [Message, .. Errors]),
        OfAnswer("embeddings", OpenAIEmbeddings.Expected, static (models, answer) => models.Embeddings.Read(answer, 2).Sum(static vector => vector.Length), [Embeddings, .. Errors]),
        new("results of batches", InputForm.Json, FuzzTarget.Bytes([Results]), static workplace => Batches(workplace.Own(new Models())), static error => error is ModelException),
        new("listings of the hub", InputForm.Json, FuzzTarget.Bytes([Listing]), List, static error => error is ModelException or InvalidDataException),
        OfText("errors in other words", [TooMany[(TooMany.IndexOf('{', StringComparison.Ordinal) - 1)..], "{\"error\":{\"message\":\"`temperature` and `top_p` cannot both be specified\"}}", "500: {\"detail\":\"seed: Extra inputs are not permitted\"}"]),
    ];

    /// <summary>What reads answers, as calls have it; nothing is ever sent.</summary>
    sealed class Models : IDisposable
    {
        static readonly EndpointOptions Options = new();

        public ModelEndpoint Endpoint { get; } = new(new Uri(Place), EndpointCredentials.None, Options, TimeProvider.System);

        public OpenAIChatModel Chat => new(Endpoint, "m", Options);

        public OpenAICompletionsModel Text => new(Endpoint, "m", Options);

        public OpenAIEmbeddings Embeddings => new(Endpoint, "m");

        public AnswerReading Reading { get; } = new(EndpointCredentials.Bearer("secret"), 1 << 20, TimeProvider.System);

        public void Dispose() => Endpoint.Dispose();
    }

    static FuzzTarget OfAnswer<T>(string name, ExpectedAnswer<T> expected, Func<Models, T, int> read, ImmutableArray<string> seeds)
        where T : class => new(
        name, InputForm.Json, FuzzTarget.Bytes(seeds),
        workplace =>
        {
            var models = workplace.Own(new Models());
            return bytes => Read(models, bytes, expected, answer => read(models, answer));
        },
        static error => error is ModelException && (error.Message.Contains(Place, StringComparison.Ordinal) || error is RefusedException));

    static int Read<T>(Models models, byte[] input, ExpectedAnswer<T> expected, Func<T, int> read)
        where T : class
    {
        using var response = ToResponse(input);
        try
        {
            var reply = models.Reading.ReadAsync(response, new Uri(Place + "/x"), expected, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            return reply switch
            {
                Answer<T> answer => 1 + read(answer.Value) + (expected.TokensOf(answer.Value) ?? 0) % 2,
                PassingFault fault => throw models.Reading.Refused(new Uri(Place + "/x"), fault, expected.RefusalRemedy),
                _ => throw new InvalidOperationException("No known reply."),
            };
        }
        catch (RefusedException e) when (RefusalReading.IsContentFilter(e.Status, e.Body))
        {
            return 1_000_000;
        }
        catch (RefusedException e) when (RefusalReading.FindQuirks(e.Status, e.Body) is { Length: > 0 } quirks)
        {
            return 2_000_000 << quirks.Length;
        }
    }

    /// <summary>A status, header lines, a blank line, a body.</summary>
    static HttpResponseMessage ToResponse(byte[] input)
    {
        var end = input.AsSpan().IndexOf("\n\n"u8);
        var (head, body) = end < 0 ? ([], input) : (input[..end], input[(end + 2)..]);
        var lines = Encoding.Latin1.GetString(head).Split('\n');
        var status = int.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 200 and <= 599 ? number : 200;
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent(body) };
        foreach (var line in lines.Skip(1).Where(static line => line.Contains(':', StringComparison.Ordinal)))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            response.Headers.TryAddWithoutValidation(line[..colon], line[(colon + 1)..].Trim());
        }

        return response;
    }

    static Func<byte[], int> Batches(Models models) => bytes =>
    {
        var count = 0;
        foreach (var result in BatchFiles.Read(bytes, Place))
        {
            var request = new BatchedRequest(result.CustomId ?? "", Request, 1, CancellationToken.None);
            new BatchAnswers(models.Chat).Apply(request, result);
            count += request.Answer.IsCompletedSuccessfully ? 2 : 1;
            if (request.Answer.Exception?.InnerException is { } fault and not ModelException)
            {
                throw new InvalidOperationException("A request failed by something else.", fault);
            }
        }

        return count;
    };

    static Func<byte[], int> List(Workplace workplace)
    {
        var answers = workplace.Own(new OneAnswer());
        var http = workplace.Own(new HttpClient(answers));
        var hub = new HubClient(http, new HubOptions(new Uri("http://hub.example/"), workplace.FolderPath, null, false));
        return bytes =>
        {
            answers.Body = bytes;
            var (commit, blobs) = hub.ListAsync(HubAddress.Parse("hf://owner/name"), CancellationToken.None).GetAwaiter().GetResult();
            return commit.Length + blobs.Count;
        };
    }

    static FuzzTarget OfText(string name, ImmutableArray<string> seeds) => new(
        name, InputForm.Json, FuzzTarget.Bytes(seeds),
        static _ => bytes =>
        {
            var body = Encoding.UTF8.GetString(bytes);
            return 1 + ProviderFault.Read(body).Length + RefusalReading.FindQuirks(HttpStatusCode.BadRequest, body).Length + (ProviderError.Find(bytes)?.Codes.Count ?? 0);
        },
        static _ => false);

    sealed class OneAnswer : HttpMessageHandler
    {
        public byte[] Body { get; set; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(Body) });
    }
}
