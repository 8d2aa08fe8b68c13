using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using SelfInstruct.Models;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests;

/// <summary>The models against a server that others wrote (aimock 1.43.0, from npm), which checks keys and speaks OpenAI's, Azure's and Anthropic's protocols.</summary>
public sealed class PublicServerTests : IAsyncLifetime
{
    const string Key = "sk-planted-91c2";

    static readonly EndpointOptions Quick = new() { Retries = 1, FirstPause = TimeSpan.FromMilliseconds(1) };

    readonly Process? _server;
    readonly Uri _address;

    public PublicServerTests()
    {
        var port = FindFreePort();
        _address = new Uri($"http://127.0.0.1:{port}");
        var program = Repository.In("tests", "public-server", "node_modules", "@copilotkit", "aimock", "dist", "cli.js");
        _server = File.Exists(program) ? Start(program, port) : null;
    }

    public static TheoryData<string> Kinds => ["openai", "azure", "azure-deployments", "anthropic"];

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(_server is null, "The public server is not installed: npm ci --prefix tests/public-server.");
        using var http = new HttpClient();
        for (var attempts = 0; ; attempts++)
        {
            try
            {
                await http.GetAsync(_address);
                return;
            }
            catch (HttpRequestException) when (attempts < 200 && !_server.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            _server.Kill();
            await _server.WaitForExitAsync();
            _server.Dispose();
        }
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Kinds))]
    public async Task It_answers_with_text_usage_and_finish_reason(string kind)
    {
        var model = Open(kind, Key);
        Assert.Equal("Hello there.", (await AskAsync(model, "Say hello.")).Text);
        Assert.Equal(new Completion("Much and", "length", new TokenUsage(11, 7)), await AskAsync(model, "Say much."));
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Kinds))]
    public async Task It_refuses_a_wrong_key_which_is_not_shown(string kind)
    {
        var model = Open(kind, "sk-wrong-91c2");
        var error = await Assert.ThrowsAsync<RefusedException>(() => AskAsync(model, "Say hello."));
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, error.Status);
        Assert.DoesNotContain("sk-wrong-91c2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_its_filter_keeps_back_is_an_answer()
    {
        var model = Open("openai", Key);
        var completion = await AskAsync(model, "Say what is filtered.");
        Assert.Equal(("", "content_filter"), (completion.Text, completion.FinishReason));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_field_that_it_refuses_is_left_out_the_second_time()
    {
        var model = Open("openai", Key);
        Assert.Equal("Yes.", (await AskAsync(model, "Say no first.")).Text);
        Assert.Equal(["no_seed"], ((ILearnsQuirks)model).Quirks);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        var journal = await http.GetFromJsonAsync<JsonElement>(new Uri(_address, "/__aimock/journal?path=/v1/chat/completions"));
        var bodies = journal.EnumerateArray().Select(static entry => entry.GetProperty("body")).ToList();
        Assert.Equal([true, false], bodies.Select(static body => body.TryGetProperty("seed", out _)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Its_list_of_models_is_read()
    {
        var models = await ModelListing.FindAsync(new Uri(_address, "/v1/models"), EndpointCredentials.Bearer(Key), CancellationToken.None);
        Assert.NotEmpty(models);
        Assert.All(models, static model => Assert.NotEmpty(model.Id!));
    }

    static Task<Completion> AskAsync(ILanguageModel model, string prompt) =>
        model.CompleteAsync(new CompletionRequest(prompt, new Sampling(0.7, 0.5, 0.1, 2, 64, ["\n\n", "16."], 5)), CancellationToken.None);

    /// <summary>Lives as long as the test.</summary>
    ILanguageModel Open(string kind, string key)
    {
        if (kind == "anthropic")
        {
            var credentials = EndpointCredentials.Header("x-api-key", key, "ANTHROPIC_API_KEY").With("anthropic-version", AnthropicModel.Version);
            return new AnthropicModel(new ModelEndpoint(_address, credentials, Quick, TimeProvider.System), "claude", Quick);
        }

        var azure = AzureAddress.Of(kind == "azure-deployments" ? new Uri(_address, "?api-version=2024-10-21") : _address, "gpt");
        return kind == "openai"
            ? new OpenAIChatModel(new ModelEndpoint(new Uri(_address, "/v1"), EndpointCredentials.Bearer(key), Quick, TimeProvider.System), "gpt", Quick)
            : new OpenAIChatModel(new ModelEndpoint(azure.Base, EndpointCredentials.Header("api-key", key, "AZURE_OPENAI_API_KEY"), Quick, TimeProvider.System), "gpt", Quick) { Query = azure.Query };
    }

    static Process Start(string program, int port)
    {
        var start = new ProcessStartInfo("node", [program, "-p", $"{port}", "-f", Repository.In("tests", "public-server", "fixtures.json"), "--strict", "--log-level", "silent"])
        {
            UseShellExecute = false,
        };
        start.Environment["AIMOCK_API_KEYS"] = Key;
        return Process.Start(start)!;
    }

    static int FindFreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        return ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
    }
}
