using System.Security.Cryptography;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.Models;

namespace SelfInstruct.Cli;

/// <summary>From a model SPEC to the model behind it.</summary>
/// <param name="Endpoint">Base address of an OpenAI-compatible server; null: OPENAI_BASE_URL, then OpenAI's.</param>
sealed record ModelSelection(string Spec, Uri? Endpoint, OpenAIEndpointOptions EndpointOptions)
{
    const string OpenAI = "https://api.openai.com/v1";

    public static string Known => "starter, local:PATH, openai:MODEL, openai-completions:MODEL, ollama:MODEL, replay:FILE.jsonl";

    /// <param name="alreadyServed">Completions that the run folder holds; a replay goes on after them.</param>
    /// <param name="time">For pauses between retries.</param>
    /// <exception cref="InvalidDataException">No such kind, no such file, or a file that is not a model.</exception>
    public ILanguageModel Open(int alreadyServed, TimeProvider time)
    {
        var (kind, name) = Spec.Split(':', 2) is [var first, var second] ? (first, second) : (Spec, "");
        return (kind, name) switch
        {
            ("starter", "") => OpenLocal(ProductFiles.StarterWeights, "starter"),
            ("local", not "") => OpenLocal(name, "local:" + Path.GetFileName(name)),
            ("replay", not "") => new ReplayModel(name, alreadyServed),
            ("openai-completions", not "") => new OpenAICompletionsModel(Connect(Endpoint, time), name, EndpointOptions),
            ("openai", not "") => new OpenAIChatModel(Connect(Endpoint, time), name, EndpointOptions),
            ("ollama", not "") => new OpenAICompletionsModel(Connect(Endpoint ?? new Uri("http://127.0.0.1:11434/v1"), time), name, EndpointOptions),
            _ => throw new InvalidDataException($"--model {Spec}: not a model. Known: {Known}."),
        };
    }

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

    OpenAIEndpoint Connect(Uri? endpoint, TimeProvider time)
    {
        var address = endpoint ?? ReadEnvironment() ?? new Uri(OpenAI);
        var key = Environment.GetEnvironmentVariable("OPENAI_API_KEY");
        return string.IsNullOrEmpty(key) && address.AbsoluteUri.StartsWith(OpenAI, StringComparison.Ordinal)
            ? throw new InvalidDataException($"--model {Spec}: OPENAI_API_KEY is not set. Put your key there, or name another server with --endpoint.")
            : new OpenAIEndpoint(address, key, EndpointOptions, time);
    }

    static Uri? ReadEnvironment() =>
        Environment.GetEnvironmentVariable("OPENAI_BASE_URL") is { Length: > 0 } text
            ? Uri.TryCreate(text, UriKind.Absolute, out var address) ? address : throw new InvalidDataException($"OPENAI_BASE_URL is {text}; it must be an absolute address, as http://127.0.0.1:8000/v1.")
            : null;
}
