using System.Security.Cryptography;
using SelfInstruct.LocalModels.Formats;
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

    public static string Known => "starter, local:PATH, openai:MODEL, openai-completions:MODEL, azure:DEPLOYMENT, anthropic:MODEL, ollama:MODEL, replay:FILE.jsonl";

    /// <summary>The models that will answer true to <see cref="ILanguageModel.IsChat"/>, known without opening one.</summary>
    public static bool IsChat(string spec) => spec.Split(':')[0] is "openai" or "azure" or "anthropic";

    /// <param name="alreadyServed">Completions that the run folder holds; a replay goes on after them.</param>
    /// <param name="time">For pauses between retries.</param>
    /// <exception cref="InvalidDataException">No such kind, no such file, or a file that is not a model.</exception>
    public ILanguageModel Open(int alreadyServed, TimeProvider time)
    {
        var (kind, name) = SplitSpec();
        return (kind, name) switch
        {
            ("starter", "") => OpenLocal(ProductFiles.StarterWeights, "starter"),
            ("local", not "") => OpenLocal(name, "local:" + Path.GetFileName(name)),
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

    /// <summary>The weights are part of the name: answers of other weights must not be taken for these.</summary>
    static LocalLanguageModel OpenLocal(string path, string name)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path}: no such model file. Give --model local:PATH the path of a GGUF file.");
        }

        using var file = File.OpenRead(path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(file))[..8];
        return new LocalLanguageModel(GgufFile.Read(path), $"{name}:{hash}");
    }

    (string Kind, string Name) SplitSpec() => Spec.Split(':', 2) is [var kind, var name] ? (kind, name) : (Spec, "");
}
