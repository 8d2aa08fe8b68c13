using System.Collections.Concurrent;
using System.Text.Json;
using SelfInstruct.Models;

namespace SelfInstruct.Tests.Models;

/// <summary>What a refusal teaches is learnt once, told once, kept, and sent no more.</summary>
public sealed class QuirkTests
{
    static readonly EndpointOptions Quick = new() { Retries = 1, FirstPause = TimeSpan.FromMilliseconds(1), AttemptTimeout = TimeSpan.FromSeconds(20), MaxConcurrency = 32 };
    static readonly CompletionRequest Request = new("List:\n1.", new Sampling(0.7, 0.5, 0.1, 2, 64, ["\n\n", "\n16", "16.", "16 .", "###"], 5));

    [Theory(Timeout = 30_000)]
    [InlineData("max_completion_tokens", """{"model":"m","messages":[],"temperature":0.7,"top_p":0.5,"frequency_penalty":0.1,"presence_penalty":2,"max_completion_tokens":64,"stop":["\n\n","\n16","16.","16 .","###"],"seed":5}""")]
    [InlineData("no_temperature", """{"model":"m","messages":[],"top_p":0.5,"frequency_penalty":0.1,"presence_penalty":2,"max_tokens":64,"stop":["\n\n","\n16","16.","16 .","###"],"seed":5}""")]
    [InlineData("no_top_p", """{"model":"m","messages":[],"temperature":0.7,"frequency_penalty":0.1,"presence_penalty":2,"max_tokens":64,"stop":["\n\n","\n16","16.","16 .","###"],"seed":5}""")]
    [InlineData("temperature_or_top_p", """{"model":"m","messages":[],"temperature":0.7,"frequency_penalty":0.1,"presence_penalty":2,"max_tokens":64,"stop":["\n\n","\n16","16.","16 .","###"],"seed":5}""")]
    [InlineData("no_penalties", """{"model":"m","messages":[],"temperature":0.7,"top_p":0.5,"max_tokens":64,"stop":["\n\n","\n16","16.","16 .","###"],"seed":5}""")]
    [InlineData("no_seed", """{"model":"m","messages":[],"temperature":0.7,"top_p":0.5,"frequency_penalty":0.1,"presence_penalty":2,"max_tokens":64,"stop":["\n\n","\n16","16.","16 .","###"]}""")]
    [InlineData("no_stop", """{"model":"m","messages":[],"temperature":0.7,"top_p":0.5,"frequency_penalty":0.1,"presence_penalty":2,"max_tokens":64,"seed":5}""")]
    [InlineData("at_most_4_stops", """{"model":"m","messages":[],"temperature":0.7,"top_p":0.5,"frequency_penalty":0.1,"presence_penalty":2,"max_tokens":64,"stop":["\n\n","\n16","16.","16 ."],"seed":5}""")]
    [InlineData("no_blank_stops", """{"model":"m","messages":[],"temperature":0.7,"top_p":0.5,"frequency_penalty":0.1,"presence_penalty":2,"max_tokens":64,"stop":["\n16","16.","16 .","###"],"seed":5}""")]
    [InlineData("ignores_stops", """{"model":"m","messages":[],"temperature":0.7,"top_p":0.5,"frequency_penalty":0.1,"presence_penalty":2,"max_tokens":64,"stop":["\n\n","\n16","16.","16 .","###"],"seed":5}""")]
    public async Task A_known_quirk_decides_the_body(string quirk, string body)
    {
        using var server = new StrictServer();
        using var model = server.Open();
        model.Recall([quirk]);
        await model.CompleteAsync(Request, CancellationToken.None);
        Assert.Equal(body, WithoutMessages(Assert.Single(server.Bodies)));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0.0, 0.5, """{"temperature":0}""")]
    [InlineData(0.7, 0.5, """{"temperature":0.7}""")]
    [InlineData(1.0, 0.5, """{"top_p":0.5}""")]
    [InlineData(1.0, 1.0, """{"temperature":1}""")]
    public async Task Of_temperature_and_top_p_the_one_that_says_more_is_sent(double temperature, double topP, string sent)
    {
        using var server = new StrictServer();
        using var model = server.Open();
        model.Recall(["temperature_or_top_p", "no_penalties", "no_seed", "no_stop"]);
        await model.CompleteAsync(Request with { Sampling = Request.Sampling with { Temperature = temperature, TopP = topP } }, CancellationToken.None);
        Assert.Equal(sent.Replace("}", ",\"max_tokens\":64}", StringComparison.Ordinal).Insert(1, "\"model\":\"m\",\"messages\":[],"), WithoutMessages(Assert.Single(server.Bodies)));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("max_tokens", "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "max_completion_tokens")]
    [InlineData("temperature", "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is supported.", "no_temperature")]
    [InlineData("seed", "Unrecognized request argument supplied: seed", "no_seed")]
    [InlineData("stop", "Unsupported parameter: 'stop' is not supported with this model.", "no_stop")]
    public async Task A_refused_field_is_not_sent_again(string field, string message, string quirk)
    {
        using var server = new StrictServer((field, message));
        using var model = server.Open();
        Assert.Equal("one", (await model.CompleteAsync(Request, CancellationToken.None)).Text);
        Assert.Equal("one", (await model.CompleteAsync(Request, CancellationToken.None)).Text);
        Assert.Equal(3, server.Bodies.Count);
        Assert.Equal([quirk], model.Quirks);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_reasoning_model_teaches_one_quirk_after_the_other()
    {
        using var server = new StrictServer(
            ("max_tokens", "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."),
            ("temperature", "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is supported."),
            ("top_p", "Unsupported parameter: 'top_p' is not supported with this model."),
            ("presence_penalty", "Unsupported parameter: 'presence_penalty' is not supported with this model."),
            ("stop", "Unsupported parameter: 'stop' is not supported with this model."));
        List<string> notices = [];
        using var model = server.Open(new Notices(notices.Add));
        Assert.Equal("one", (await model.CompleteAsync(Request, CancellationToken.None)).Text);
        Assert.Equal(["max_completion_tokens", "no_temperature", "no_top_p", "no_penalties", "no_stop"], model.Quirks);
        Assert.Equal("openai:m takes max_completion_tokens in place of max_tokens (max_completion_tokens).", notices[0]);
        Assert.Equal(5, notices.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task Calls_in_flight_learn_once_and_none_fails()
    {
        using var server = new StrictServer(("seed", "Unrecognized request argument supplied: seed"), ("stop", "Unsupported parameter: 'stop' is not supported with this model."));
        ConcurrentQueue<string> notices = [];
        using var model = server.Open(new Notices(notices.Enqueue));
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => model.CompleteAsync(Request, CancellationToken.None)));
        Assert.All(answers, static answer => Assert.Equal("one", answer.Text));
        Assert.Equal(["no_seed", "no_stop"], model.Quirks.Order());
        Assert.Equal(2, notices.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_quirk_recalled_costs_no_refusal()
    {
        using var server = new StrictServer(("seed", "Unrecognized request argument supplied: seed"));
        using var model = server.Open();
        model.Recall(["no_seed"]);
        await model.CompleteAsync(Request, CancellationToken.None);
        Assert.Single(server.Bodies);
    }

    [Fact]
    public void An_unknown_quirk_is_named()
    {
        using var server = new StrictServer();
        using var model = server.Open();
        Assert.Contains("no_taste is no quirk", Assert.Throws<InvalidDataException>(() => model.Recall(["no_taste"])).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_refuses_what_is_not_sent_is_not_asked_for_ever()
    {
        using var server = new LoopbackServer(static _ => new LoopbackAnswer(400, """{"error":{"message":"Unrecognized request argument supplied: seed"}}"""));
        using var model = new OpenAIChatModel(new ModelEndpoint(server.Address, EndpointCredentials.None, Quick, TimeProvider.System), "m", Quick);
        await Assert.ThrowsAsync<RefusedException>(() => model.CompleteAsync(Request, CancellationToken.None));
        Assert.Equal(2, server.Requests);
    }

    /// <summary>A server that takes four stop strings and ends at them, or none, or that ignores them: the text is the same.</summary>
    [Theory(Timeout = 30_000)]
    [InlineData("at_most_4_stops", "one\n16 tasks ### three")]
    [InlineData("at_most_4_stops", "one ### two 16. three")]
    [InlineData("no_stop", "a 16 . b 16. c")]
    [InlineData("no_blank_stops", "one\n\ntwo")]
    [InlineData("ignores_stops", "one\n\ntwo")]
    [InlineData("no_stop", "nothing of the kind")]
    public async Task Stop_strings_that_are_not_sent_are_applied_all_the_same(string quirk, string whole)
    {
        using var plain = new StoppingServer(whole, obeys: true);
        using var quirky = new StoppingServer(whole, obeys: quirk != "ignores_stops");
        using var expecting = plain.Open();
        using var model = quirky.Open();
        model.Recall([quirk]);
        var expected = await expecting.CompleteAsync(Request, CancellationToken.None);
        var completion = await model.CompleteAsync(Request, CancellationToken.None);
        Assert.Equal((expected.Text, expected.FinishReason), (completion.Text, completion.FinishReason));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_runs_past_a_stop_string_is_noticed()
    {
        using var server = new StoppingServer("one\n\ntwo", obeys: false);
        using var model = server.Open();
        Assert.Equal("one", (await model.CompleteAsync(Request, CancellationToken.None)).Text);
        Assert.Contains("ignores_stops", model.Quirks);
    }

    [Fact]
    public void Every_quirk_has_a_name_of_its_own() => Assert.Equal(Quirk.All.Length, Quirk.All.Select(static quirk => quirk.Name).Distinct().Count());

    static string WithoutMessages(string body)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(body)!;
        json["messages"] = new System.Text.Json.Nodes.JsonArray();
        return json.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    sealed class Notices(Action<string> told) : IProgress<string>
    {
        public void Report(string value) => told(value);
    }

    /// <summary>Refuses bodies that have a field of those given, the first of them by name; answers "one" to others.</summary>
    sealed class StrictServer : IDisposable
    {
        readonly LoopbackServer _server;

        public StrictServer(params (string Field, string Message)[] refused) => _server = new LoopbackServer(request =>
        {
            Bodies.Enqueue(request.Body);
            var sent = JsonDocument.Parse(request.Body).RootElement;
            return refused.FirstOrDefault(one => sent.TryGetProperty(one.Field, out _)) is { Field: { } field, Message: var message }
                ? new LoopbackAnswer(400, JsonSerializer.Serialize(new { error = new { message, type = "invalid_request_error", param = field, code = (string?)null } }))
                : new LoopbackAnswer(200, """{"choices":[{"message":{"content":"one"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":4}}""");
        });

        public ConcurrentQueue<string> Bodies { get; } = [];

        public OpenAIChatModel Open(IProgress<string>? notices = null) =>
            new(new ModelEndpoint(_server.Address, EndpointCredentials.None, Quick, TimeProvider.System), "m", Quick, notices);

        public void Dispose() => _server.Dispose();
    }

    /// <summary>Always about to say the same; ends at the stop strings it is sent, a character at a time, if it obeys.</summary>
    sealed class StoppingServer(string whole, bool obeys) : IDisposable
    {
        readonly LoopbackServer _server = new(request =>
        {
            var stops = obeys && JsonDocument.Parse(request.Body).RootElement.TryGetProperty("stop", out var stop) ? stop.Deserialize<string[]>()! : [];
            var text = whole;
            for (var length = 1; length <= whole.Length; length++)
            {
                if (stops.FirstOrDefault(one => whole[..length].EndsWith(one, StringComparison.Ordinal)) is { } complete)
                {
                    text = whole[..(length - complete.Length)];
                    break;
                }
            }

            return new LoopbackAnswer(200, JsonSerializer.Serialize(new
            {
                choices = new[] { new { message = new { content = text }, finish_reason = "stop" } },
                usage = new { prompt_tokens = 3, completion_tokens = 4 },
            }));
        });

        public OpenAIChatModel Open() => new(new ModelEndpoint(_server.Address, EndpointCredentials.None, Quick, TimeProvider.System), "m", Quick);

        public void Dispose() => _server.Dispose();
    }
}
