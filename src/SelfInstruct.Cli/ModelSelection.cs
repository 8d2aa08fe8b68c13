using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Hub;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.Models;
using SelfInstruct.Models.Batches;
using SelfInstruct.Runs;

namespace SelfInstruct.Cli;

/// <summary>From a model SPEC to the model behind it.</summary>
/// <param name="Options">Model, endpoint, concurrency and context length are read.</param>
/// <param name="Notices">Told of retries and of quirks learnt; null: nobody.</param>
sealed record ModelSelection(SelfInstructOptions Options, IProgress<string>? Notices)
{
    string Spec => Options.Model;

    EndpointOptions EndpointOptions => new()
    {
        MaxConcurrency = Options.Concurrency,
        RequestsPerMinute = Options.RequestsPerMinute,
        TokensPerMinute = Options.TokensPerMinute,
        AttemptTimeout = TimeSpan.FromSeconds(Options.CallTimeoutSeconds),
        // A batch must not be made twice.
        HedgeAfter = Options is { Batch: false, HedgeAfterSeconds: { } seconds } ? TimeSpan.FromSeconds(seconds) : null,
        ContextLength = Options.ContextLength,
        Retries = Retries,
    };

    /// <summary>Further attempts of a call that failed for a passing reason.</summary>
    public int Retries { get; init; } = new EndpointOptions().Retries;

    public static string Known => "starter, local:PATH, local:hf://OWNER/NAME, openai:MODEL, openai-completions:MODEL, azure:DEPLOYMENT, anthropic:MODEL, ollama:MODEL, replay:FILE.jsonl";

    /// <summary>The models that will answer true to <see cref="ILanguageModel.IsChat"/>, known without opening one.</summary>
    public static bool IsChat(string spec) =>
        spec.Split(':')[0] is "openai" or "azure" or "anthropic"
        || (spec.StartsWith("local:", StringComparison.Ordinal) && IsLocalChat(spec["local:".Length..]));

    /// <summary>False for a model of the hub: that is known only when it is here.</summary>
    static bool IsLocalChat(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            return false;
        }

        using var stored = LocalModelPath.Open(path);
        return ChatTemplate.Recognize(stored.Vocabulary) is not null;
    }

    /// <param name="alreadyServed">Completions that the run folder holds; a replay goes on after them.</param>
    /// <param name="time">For pauses between retries.</param>
    /// <exception cref="InvalidDataException">No such kind, no such file, or a file that is not a model.</exception>
    public ILanguageModel Open(int alreadyServed, TimeProvider time)
    {
        var (kind, name) = SplitSpec();
        return (kind, name) switch
        {
            ("starter", "") => OpenLocal(ProductFiles.StarterWeights, "starter"),
            ("local", not "") when name.StartsWith(HubAddress.Scheme, StringComparison.Ordinal) => OpenFromHub(HubAddress.Parse(name), time),
            ("local", not "") => OpenLocal(name, "local:" + Path.GetFileName(Path.TrimEndingDirectorySeparator(name))),
            ("replay", not "") => new ReplayModel(name, alreadyServed),
            _ => FindServer() is { } server ? Open(server, kind, name, time) : throw new InvalidDataException($"--model {Spec}: not a model. Known: {Known}."),
        };
    }

    /// <summary>The model of a run, asked by batches where the options say so.</summary>
    /// <exception cref="InvalidDataException">As of <see cref="Open(int, TimeProvider)"/>.</exception>
    public ILanguageModel Open(RunFolder folder, TimeProvider time) => Open(folder.CountCompletions(), time) switch
    {
        IBatchable model when Options.Batch => new BatchedModel(
            model, new BatchLog(folder.Batches), request => CompletionLog.KeyOf(model.Id, request), BatchOptions, time, Notices),
        var model => model,
    };

    BatchOptions BatchOptions => new() { MaxRequests = Options.BatchRequests, LongestPause = TimeSpan.FromSeconds(Options.BatchPollSeconds) };

    /// <summary>The server that the model is asked of; null for a model that is asked of none.</summary>
    /// <exception cref="InvalidDataException">Not an address, or not a key.</exception>
    public ModelServer? FindServer() => SplitSpec() switch
    {
        (_, "") => null,
        ("openai" or "openai-completions", _) => ModelServer.OpenAI(Options.Endpoint, $"--model {Spec}"),
        ("azure", var deployment) => ModelServer.Azure(Options.Endpoint, $"--model {Spec}", deployment),
        ("anthropic", _) => ModelServer.Anthropic(Options.Endpoint, $"--model {Spec}"),
        ("ollama", _) => ModelServer.Ollama(Options.Endpoint),
        _ => null,
    };

    ILanguageModel Open(ModelServer server, string kind, string name, TimeProvider time)
    {
        var endpoint = server.Connect(EndpointOptions, time, Notices);
        return kind switch
        {
            "openai" => new OpenAIChatModel(endpoint, name, EndpointOptions, Notices),
            "azure" => new OpenAIChatModel(endpoint, name, EndpointOptions, Notices) { Id = Spec, Query = server.Query },
            "anthropic" => new AnthropicModel(endpoint, name, EndpointOptions, Notices),
            _ => new OpenAICompletionsModel(endpoint, name, EndpointOptions, Notices),
        };
    }

    /// <param name="endpoint">As given; null: OPENAI_BASE_URL, else OpenAI's own.</param>
    /// <param name="asker">The option that wants a server, for errors.</param>
    /// <param name="options">Patience.</param>
    /// <param name="time">For pauses between retries.</param>
    /// <param name="notices">Told of retries.</param>
    /// <exception cref="InvalidDataException">Not an address, or not a key.</exception>
    public static ModelEndpoint Connect(string? endpoint, string asker, EndpointOptions options, TimeProvider time, IProgress<string>? notices) =>
        ModelServer.OpenAI(endpoint, asker).Connect(options, time, notices);

    /// <summary>Where a model that runs here lies, fetched from the hub if need be; null: the SPEC names one that runs elsewhere.</summary>
    public static string? LocalPathOf(string spec, TimeProvider time, IProgress<string>? notices) => spec switch
    {
        "starter" => ProductFiles.StarterWeights,
        _ when spec.StartsWith("local:" + HubAddress.Scheme, StringComparison.Ordinal) => Fetch(HubAddress.Parse(spec["local:".Length..]), time, notices),
        _ when spec.StartsWith("local:", StringComparison.Ordinal) => spec["local:".Length..],
        _ => null,
    };

    LocalLanguageModel OpenFromHub(HubAddress address, TimeProvider time) =>
        OpenLocal(Fetch(address, time, Notices), "local:" + HubAddress.Scheme + address.Repository);

    static string Fetch(HubAddress address, TimeProvider time, IProgress<string>? notices)
    {
        // No limit on the time of a whole download; a broken line ends it all the same.
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var fetch = new HubFetch(http, HubOptions.FromEnvironment(Environment.GetEnvironmentVariable), time, notices);
        return fetch.FetchAsync(address, CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>The weights are part of the name: answers of other weights must not be taken for these.</summary>
    LocalLanguageModel OpenLocal(string path, string name)
    {
        using var stored = LocalModelPath.Open(path);
        var model = new LocalLanguageModel(stored, $"{name}:{LocalModelPath.Fingerprint(path)[..8]}", new LocalModelOptions());
        if (stored.Vocabulary.ChatTemplate is not null && !model.IsChat)
        {
            Notices?.Report($"{path}: its chat template is of an unknown form; it is used as a base model, which continues text.");
        }

        return model;
    }

    (string Kind, string Name) SplitSpec() => Spec.Split(':', 2) is [var kind, var name] ? (kind, name) : (Spec, "");
}
