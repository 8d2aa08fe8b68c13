using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.Serving;
using SelfInstruct.Tests.LocalModels;

namespace SelfInstruct.Tests.Serving;

/// <summary>A server over a tiny model of random weights, which writes nonsense of many scripts.</summary>
sealed class ServedModels : IAsyncDisposable
{
    ServedModels(OpenAIServer server, LocalLanguageModel model, List<string> notices) => (Server, Model, Notices) = (server, model, notices);

    public LocalLanguageModel Model { get; }

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    public OpenAIServer Server { get; }

    public List<string> Notices { get; }

    /// <summary>Without tokens that end a text, so that a long answer stays long.</summary>
    public static ModelFile Chat(int context = 600, bool isEndless = true)
    {
        var plain = InferenceModels.Vocabulary;
        var vocabulary = plain with
        {
            Tokens = [.. plain.Tokens, "<|im_start|>", "<|im_end|>"],
            Kinds = [.. Enumerable.Range(0, plain.Tokens.Length).Select(plain.KindOf), TokenKind.Control, TokenKind.Control],
            EndTokens = isEndless ? [] : [plain.EndOfText, plain.Tokens.Length + 1],
            ChatTemplate = "<|im_start|>",
        };
        var config = new DecoderConfig(vocabulary.Tokens.Length, context, 64, Layers: 2, Heads: 4, FeedForward: 96);
        return new(config, vocabulary, InferenceModels.RandomWeights(config, 1));
    }

    public static async Task<ServedModels> StartAsync(ModelFile? file = null, ServingOptions? options = null, string? token = null)
    {
        var model = new LocalLanguageModel(file ?? Chat(), "tiny:0123abcd", threads: 2);
        var notices = new List<string>();
        var server = await OpenAIServer.StartAsync(
            new ServedModel("tiny", model, DateTimeOffset.UnixEpoch), (options ?? new()) with { Port = 0 }, token is null ? null : new AccessToken(token),
            TimeProvider.System, new Random(1), new Listener(notices), TestContext.Current.CancellationToken);
        var served = new ServedModels(server, model, notices);
        served.Http.BaseAddress = server.Address;
        return served;
    }

    public async Task<JsonObject> PostAsync(string path, JsonObject body)
    {
        using var answer = await SendAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    public Task<HttpResponseMessage> SendAsync(string path, JsonObject body, CancellationToken cancellationToken = default) =>
        SendAsync(path, body.ToJsonString(), cancellationToken);

    public Task<HttpResponseMessage> SendAsync(string path, string body, CancellationToken cancellationToken = default) =>
        Http.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") }, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    /// <summary>The objects of a stream; it must end as OpenAI's do.</summary>
    public async Task<List<JsonObject>> StreamAsync(string path, JsonObject body)
    {
        body["stream"] = true;
        using var answer = await SendAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        var lines = (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("\n\n");
        Assert.Equal(["data: [DONE]", ""], lines[^2..]);
        return [.. lines[..^2].Select(static line => JsonNode.Parse(line["data: ".Length..])!.AsObject())];
    }

    public async Task<JsonObject> HealthAsync() => (await Http.GetFromJsonAsync<JsonObject>("/health", TestContext.Current.CancellationToken))!;

    /// <summary>Waits, since the server hears of a caller's end a moment later.</summary>
    public async Task<JsonObject> HealthWhenIdleAsync()
    {
        while (true)
        {
            var health = await HealthAsync();
            if ((int)health["in_progress"]! == 0)
            {
                return health;
            }

            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.StopAsync();
        await Server.DisposeAsync();
        Model.Dispose();
    }

    sealed class Listener(List<string> heard) : IProgress<string>
    {
        public void Report(string value) => heard.Add(value);
    }
}
