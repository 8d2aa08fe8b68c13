using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Anthropic;
using Anthropic.Models.Messages;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Files;
using SelfInstruct.Models;
using SelfInstruct.Models.Batches;
using SelfInstruct.Runs;
using SelfInstruct.Tests;
using SelfInstruct.Tests.Models;

#pragma warning disable OPENAI001 // The package marks its seed and its model factory as experimental.

namespace SelfInstruct.IntegrationTests;

/// <summary>
/// What is sent and read here against the providers' own .NET packages (OpenAI 2.15.0, Anthropic 13.11.0): their types
/// read our bodies, their clients send the same bodies, and our models read what their types write.
/// </summary>
public sealed partial class SdkFormatTests
{
    static readonly EndpointOptions Quick = new() { Retries = 1, FirstPause = TimeSpan.FromMilliseconds(1) };
    static readonly CompletionRequest Request = new("List:\n1.", new Sampling(0.7, 0.5, 0.1, 2, 64, ["16.", "\n16"], 5));

    static readonly string OpenAIAnswer = ModelReaderWriter.Write(OpenAIChatModelFactory.ChatCompletion(
        id: "chatcmpl-1",
        finishReason: OpenAI.Chat.ChatFinishReason.Length,
        content: new ChatMessageContent("one two"),
        role: ChatMessageRole.Assistant,
        createdAt: DateTimeOffset.UnixEpoch,
        model: "m",
        usage: OpenAIChatModelFactory.ChatTokenUsage(outputTokenCount: 4, inputTokenCount: 3, totalTokenCount: 7))).ToString();

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OpenAI_s_types_read_every_field_that_is_sent(bool isMessage)
    {
        var sent = await SendOpenAIAsync(Request with { IsMessage = isMessage });
        var options = ModelReaderWriter.Read<ChatCompletionOptions>(BinaryData.FromString(sent))!;
        Assert.Equal((0.7f, 0.5f, 0.1f, 2f), (options.Temperature, options.TopP, options.FrequencyPenalty, options.PresencePenalty));
        Assert.Equal(["16.", "\n16"], options.StopSequences);
        AssertHolds(ModelReaderWriter.Write(options).ToString(), sent);
    }

    [Fact(Timeout = 60_000)]
    public async Task OpenAI_s_client_uploads_a_batch_file_as_the_same_form_to_the_same_path()
    {
        List<LoopbackRequest> uploads = [];
        using var server = new LoopbackServer(request =>
        {
            uploads.Add(request);
            return uploads.Count == 1
                ? new LoopbackAnswer(400, """{"error":{"message":"Enough seen."}}""")
                : new LoopbackAnswer(200, """{"id":"file-1","object":"file","bytes":1,"created_at":1,"filename":"batch.jsonl","purpose":"batch","status":"processed"}""", new() { ["Content-Type"] = "application/json" });
        });
        using var folder = new TemporaryFolder();
        var endpoint = new ModelEndpoint(server.Address, EndpointCredentials.Bearer("secret"), Quick, TimeProvider.System);
        using (var model = new BatchedModel(new OpenAIChatModel(endpoint, "m", Quick), new BatchLog(folder.In("batches.jsonl")), static _ => "key", new BatchOptions { Quiet = TimeSpan.FromMilliseconds(1) }, TimeProvider.System))
        {
            await Assert.ThrowsAsync<RefusedException>(() => model.CompleteAsync(Request, CancellationToken.None));
        }

        var ours = FieldsOf(uploads[0]);
        Assert.StartsWith("{\"custom_id\":\"key\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\",", ours["file batch.jsonl"], StringComparison.Ordinal);
        await new OpenAIFileClient(new ApiKeyCredential("secret"), new OpenAIClientOptions { Endpoint = server.Address })
            .UploadFileAsync(BinaryData.FromString(ours["file batch.jsonl"]), "batch.jsonl", FileUploadPurpose.Batch);
        Assert.Equal((uploads[0].Method, uploads[0].Path, uploads[0].Authorization), (uploads[1].Method, uploads[1].Path, uploads[1].Authorization));
        Assert.Equal(FieldsOf(uploads[1]).OrderBy(static field => field.Key), ours.OrderBy(static field => field.Key));
    }

    /// <summary>Of a form: name and file name to content.</summary>
    static Dictionary<string, string> FieldsOf(LoopbackRequest upload)
    {
        var boundary = upload.Headers["Content-Type"].Split("boundary=")[1].Trim('"');
        return upload.Body.Split($"--{boundary}")[1..^1].ToDictionary(
            static part => FieldName().Match(part) is var match && match.Groups["file"] is { Success: true } file ? $"{match.Groups["name"].Value} {file.Value}" : match.Groups["name"].Value,
            static part => part.Split("\r\n\r\n", 2)[1][..^2]);
    }

    [GeneratedRegex("""form-data; name="?(?<name>\w+)"?(; filename="?(?<file>[\w.]+)"?)?""", RegexOptions.ExplicitCapture)]
    private static partial Regex FieldName();

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OpenAI_s_client_sends_the_same_body_to_the_same_path(bool isMessage)
    {
        LoopbackRequest? theirs = null;
        using var server = new LoopbackServer(request =>
        {
            theirs = request;
            return new LoopbackAnswer(200, OpenAIAnswer, new Dictionary<string, string> { ["Content-Type"] = "application/json" });
        });
        var client = new ChatClient("m", new ApiKeyCredential("secret"), new OpenAIClientOptions { Endpoint = server.Address });
        var ours = await SendOpenAIAsync(Request with { IsMessage = isMessage }, "max_completion_tokens");
        var system = JsonNode.Parse(ours)!["messages"]![0]!["content"]!.GetValue<string>();
        OpenAI.Chat.ChatMessage user = new UserChatMessage(Request.Prompt);
        await client.CompleteChatAsync(isMessage ? [user] : [new SystemChatMessage(system), user], CreateOptions());
        AssertHolds(theirs!.Body, ours);
        AssertHolds(ours, theirs.Body);
        Assert.Equal(("/v1/chat/completions", "Bearer secret"), (theirs.Path, theirs.Authorization));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_OpenAI_s_types_write_is_read()
    {
        using var server = new LoopbackServer(static _ => new LoopbackAnswer(200, OpenAIAnswer));
        using var model = new OpenAIChatModel(new ModelEndpoint(server.Address, EndpointCredentials.None, Quick, TimeProvider.System), "m", Quick);
        Assert.Equal(new Completion("one two", "length", new TokenUsage(3, 4)), await model.CompleteAsync(Request, CancellationToken.None));
        Assert.Empty(model.Quirks);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Anthropic_s_types_read_every_field_that_is_sent(bool isMessage)
    {
        var sent = await SendAnthropicAsync(Request with { IsMessage = isMessage });
        var parsed = ParseAnthropic(sent);
        Assert.Equal(64, parsed.MaxTokens);
        Assert.Equal("claude", parsed.Model.Raw());
        Assert.Equal(["16.", "\n16"], parsed.StopSequences);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(sent)!["messages"], JsonNode.Parse(JsonSerializer.Serialize(parsed.Messages))));
        Assert.Equal(!isMessage, parsed.System is not null);
    }

    [Fact(Timeout = 60_000)]
    public async Task Anthropic_s_client_sends_the_same_body_to_the_same_path()
    {
        LoopbackRequest? theirs = null;
        using var server = new LoopbackServer(request =>
        {
            theirs = request;
            return new LoopbackAnswer(200, AnthropicAnswer(), new Dictionary<string, string> { ["Content-Type"] = "application/json" });
        });
        var client = new AnthropicClient { BaseUrl = new Uri(server.Address, "/").AbsoluteUri.TrimEnd('/'), ApiKey = "secret", MaxRetries = 0 };
        var parameters = new MessageCreateParams
        {
            Model = "claude",
            MaxTokens = 64,
            Messages = [new UserMessageParam(Request.Prompt)],
            StopSequences = ["16.", "\n16"],
        };
        await client.Messages.Create(parameters);

        // The package speaks API version 2026-10-21, which has no temperature and no top_p for any model.
        var ours = await SendAnthropicAsync(Request with { IsMessage = true }, "no_temperature", "no_top_p");
        AssertHolds(theirs!.Body, ours);
        AssertHolds(ours, theirs.Body);
        Assert.Equal("/v1/messages", theirs.Path);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_Anthropic_s_types_write_is_read()
    {
        using var server = new LoopbackServer(static _ => new LoopbackAnswer(200, AnthropicAnswer()));
        using var model = OpenAnthropic(server);
        Assert.Equal(new Completion("one two", "length", new TokenUsage(3 + 10 + 100, 4)), await model.CompleteAsync(Request, CancellationToken.None));
        Assert.Equal(["no_penalties", "no_seed", "no_blank_stops"], model.Quirks);
    }

    static ChatCompletionOptions CreateOptions() => new()
    {
        Temperature = 0.7f,
        TopP = 0.5f,
        FrequencyPenalty = 0.1f,
        PresencePenalty = 2,
        MaxOutputTokenCount = 64,
        StopSequences = { "16.", "\n16" },
        Seed = 5,
    };

    static string AnthropicAnswer() => JsonSerializer.Serialize(new Message
    {
        ID = "msg_1",
        Container = null,
        Diagnostics = null,
        Content = [new TextBlock { Text = "one two", Citations = null }],
        Model = "claude",
        StopDetails = null,
        StopReason = StopReason.MaxTokens,
        StopSequence = null,
        Usage = new Usage
        {
            CacheCreation = null,
            CacheCreationInputTokens = 10,
            CacheReadInputTokens = 100,
            InferenceGeo = null,
            InputTokens = 3,
            OutputTokens = 4,
            OutputTokensDetails = null,
            ServerToolUse = null,
            ServiceTier = null,
            Speed = null,
        },
    });

    static MessageCreateParams ParseAnthropic(string body) =>
        MessageCreateParams.FromRawUnchecked(
            new Dictionary<string, JsonElement>(), new Dictionary<string, JsonElement>(), JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(body)!);

    static async Task<string> SendOpenAIAsync(CompletionRequest request, params string[] quirks)
    {
        var sent = "";
        using var server = new LoopbackServer(received =>
        {
            sent = received.Body;
            return new LoopbackAnswer(200, OpenAIAnswer);
        });
        using var model = new OpenAIChatModel(new ModelEndpoint(server.Address, EndpointCredentials.None, Quick, TimeProvider.System), "m", Quick);
        model.Recall(quirks);
        await model.CompleteAsync(request, CancellationToken.None);
        return sent;
    }

    static async Task<string> SendAnthropicAsync(CompletionRequest request, params string[] quirks)
    {
        var sent = "";
        using var server = new LoopbackServer(received =>
        {
            sent = received.Body;
            return new LoopbackAnswer(200, AnthropicAnswer());
        });
        using var model = OpenAnthropic(server);
        model.Recall(quirks);
        await model.CompleteAsync(request, CancellationToken.None);
        return sent;
    }

    static AnthropicModel OpenAnthropic(LoopbackServer server) =>
        new(new ModelEndpoint(new Uri(server.Address, "/"), EndpointCredentials.None, Quick, TimeProvider.System), "claude", Quick);

    /// <summary>Every field of the second is in the first, with an equal value; numbers as numbers.</summary>
    static void AssertHolds(string whole, string part)
    {
        var (theirs, ours) = (JsonNode.Parse(whole)!.AsObject(), JsonNode.Parse(part)!.AsObject());
        Assert.NotEmpty(ours);
        Assert.All(ours, field => Assert.True(
            JsonNode.DeepEquals(theirs[field.Key], field.Value), $"{field.Key}: {field.Value?.ToJsonString()} here, {theirs[field.Key]?.ToJsonString() ?? "nothing"} there"));
    }
}
