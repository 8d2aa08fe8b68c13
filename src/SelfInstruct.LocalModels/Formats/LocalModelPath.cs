using System.Security.Cryptography;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>A model by its path: a GGUF file, a folder as Hugging Face has it, or one with a GGUF file under <see cref="FileInFolder"/>.</summary>
public static class LocalModelPath
{
    /// <summary>What fine-tuning leaves in its folder.</summary>
    public const string FileInFolder = "model.gguf";

    /// <exception cref="InvalidDataException">Nothing there, broken, or a feature this decoder lacks; the message names it.</exception>
    public static StoredModel Open(string path) =>
        InFolder(path) is { } file ? GgufFile.Open(file)
        : Directory.Exists(path) ? HuggingFaceFolder.Open(path)
        : File.Exists(path) ? GgufFile.Open(path)
        : throw new InvalidDataException($"{path}: no such model file or folder. Give the path of a GGUF file, or of a folder with config.json, tokenizer.json and safetensors.");

    /// <summary>SHA-256 in hexadecimal of all that decides the model's answers: the file, or the folder's files by name.</summary>
    public static string Fingerprint(string path)
    {
        if (!Directory.Exists(path) || InFolder(path) is not null)
        {
            return HashOf(InFolder(path) ?? path);
        }

        string[] parts = [.. Directory.EnumerateFiles(path).Where(IsPart).Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)} {HashOf(file)}")];
        return Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', parts))));
    }

    static string? InFolder(string path) =>
        !File.Exists(Path.Combine(path, "config.json")) && Path.Combine(path, FileInFolder) is var inside && File.Exists(inside) ? inside : null;

    static bool IsPart(string path) => Path.GetExtension(path) is ".json" or ".jinja" or ".safetensors";

    static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
