namespace SelfInstruct.LocalModels.Formats;

/// <summary>A model by its path: a GGUF file, or a folder as Hugging Face has it.</summary>
public static class LocalModelPath
{
    /// <exception cref="InvalidDataException">Nothing there, broken, or a feature this decoder lacks; the message names it.</exception>
    public static StoredModel Open(string path) =>
        Directory.Exists(path) ? HuggingFaceFolder.Open(path)
        : File.Exists(path) ? GgufFile.Open(path)
        : throw new InvalidDataException($"{path}: no such model. Give the path of a GGUF file, or of a folder with config.json, tokenizer.json and safetensors.");
}
