using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Hub;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.Models;

namespace SelfInstruct.Cli;

/// <summary>From a model SPEC to the model behind it.</summary>
/// <param name="Options">Model, endpoint, concurrency and context length are read.</param>
/// <param name="Notices">Told of retries; null: nobody.</param>
sealed record ModelSelection(SelfInstructOptions Options, IProgress<string>? Notices)
{
    const string OpenAI = "https://api.openai.com/v1";
    const string Ollama = "http://127.0.0.1:11434/v1";

    string Spec => Options.Model;

    EndpointOptions EndpointOptions => new() { MaxConcurrency = Options.Concurrency, ContextLength = Options.ContextLength, Retries = Retries };

    /// <summary>Further attempts of a call that failed for a passing reason.</summary>
    public int Retries { get; init; } = new EndpointOptions().Retries;

    public static string Known => "starter, local:PATH, local:hf://OWNER/NAME, openai:MODEL, openai-completions:MODEL, ollama:MODEL, replay:FILE.jsonl";

    /// <summary>The models that will answer true to <see cref="ILanguageModel.IsChat"/>, known without opening one.</summary>
    public static bool IsChat(string spec) => spec.StartsWith("openai:", StringComparison.Ordinal) || (spec.StartsWith("local:", StringComparison.Ordinal) && IsLocalChat(spec["local:".Length..]));

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
        var (kind, name) = Spec.Split(':', 2) is [var first, var second] ? (first, second) : (Spec, "");
        return (kind, name) switch
        {
            ("starter", "") => OpenLocal(ProductFiles.StarterWeights, "starter"),
            ("local", not "") when name.StartsWith(HubAddress.Scheme, StringComparison.Ordinal) => OpenFromHub(HubAddress.Parse(name), time),
            ("local", not "") => OpenLocal(name, "local:" + Path.GetFileName(Path.TrimEndingDirectorySeparator(name))),
            ("replay", not "") => new ReplayModel(name, alreadyServed),
            ("openai-completions", not "") => new OpenAICompletionsModel(Connect(time), name, EndpointOptions),
            ("openai", not "") => new OpenAIChatModel(Connect(time), name, EndpointOptions),
            ("ollama", not "") => new OpenAICompletionsModel(ConnectToOllama(time), name, EndpointOptions),
            _ => throw new InvalidDataException($"--model {Spec}: not a model. Known: {Known}."),
        };
    }

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

    ModelEndpoint ConnectToOllama(TimeProvider time) =>
        new(ParseAddress(Options.Endpoint ?? Ollama, "--endpoint"), EndpointCredentials.None, EndpointOptions, time, Notices);

    ModelEndpoint Connect(TimeProvider time) => Connect(Options.Endpoint, $"--model {Spec}", EndpointOptions, time, Notices);

    /// <param name="endpoint">As given; null: OPENAI_BASE_URL, else OpenAI's own.</param>
    /// <param name="asker">The option that wants a server, for errors.</param>
    /// <param name="options">Patience.</param>
    /// <param name="time">For pauses between retries.</param>
    /// <param name="notices">Told of retries.</param>
    /// <exception cref="InvalidDataException">Not an address, or not a key.</exception>
    public static ModelEndpoint Connect(string? endpoint, string asker, EndpointOptions options, TimeProvider time, IProgress<string>? notices)
    {
        var address = endpoint is { } given ? ParseAddress(given, "--endpoint")
            : Environment.GetEnvironmentVariable("OPENAI_BASE_URL") is { Length: > 0 } set ? ParseAddress(set, "OPENAI_BASE_URL")
            : new Uri(OpenAI);
        var key = Environment.GetEnvironmentVariable("OPENAI_API_KEY")?.Trim();
        if (key?.All(static c => c is > ' ' and <= '~') == false)
        {
            throw new InvalidDataException("OPENAI_API_KEY holds a character that no key has, such as a space or a line end inside. Set it again.");
        }

        var missing = string.IsNullOrEmpty(key) && address.Host == new Uri(OpenAI).Host
            ? $"{asker}: OPENAI_API_KEY is not set. Put your key there, or name another server with --endpoint."
            : null;
        return new ModelEndpoint(address, EndpointCredentials.Bearer(key, missing: missing), options, time, notices);
    }

    static Uri ParseAddress(string text, string source) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https")
            ? address
            : throw new InvalidDataException($"{source} is {text}; it must be an absolute address, as http://127.0.0.1:8000/v1.");
}
