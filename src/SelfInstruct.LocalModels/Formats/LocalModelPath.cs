using System.Security.Cryptography;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>A model by its path: a GGUF file, or a folder as Hugging Face has it.</summary>
public static class LocalModelPath
{
    /// <exception cref="InvalidDataException">Nothing there, broken, or a feature this decoder lacks; the message names it.</exception>
    public static StoredModel Open(string path) =>
        Directory.Exists(path) ? HuggingFaceFolder.Open(path)
        : File.Exists(path) ? GgufFile.Open(path)
        : throw new InvalidDataException($"{path}: no such model file or folder. Give the path of a GGUF file, or of a folder with config.json, tokenizer.json and safetensors.");

    /// <summary>SHA-256 in hexadecimal of all that decides the model's answers: the file, or the folder's files by name.</summary>
    public static string Fingerprint(string path)
    {
        if (!Directory.Exists(path))
        {
            return HashOf(path);
        }

        string[] parts = [.. Directory.EnumerateFiles(path).Where(IsPart).Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)} {HashOf(file)}")];
        return Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', parts))));
    }

    static bool IsPart(string path) => Path.GetExtension(path) is ".json" or ".jinja" or ".safetensors";

    static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
