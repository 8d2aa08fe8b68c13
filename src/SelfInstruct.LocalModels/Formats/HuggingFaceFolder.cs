using Microsoft.Win32.SafeHandles;
using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>A model as Hugging Face keeps it: config.json, tokenizer.json, and safetensors in one file or several.</summary>
public static class HuggingFaceFolder
{
    const string SingleFile = "model.safetensors";
    const string Index = "model.safetensors.index.json";

    /// <summary>Reads all but the weights.</summary>
    /// <exception cref="InvalidDataException">Broken, incomplete, or uses a feature this decoder lacks; the message names it.</exception>
    public static StoredModel Open(string folder)
    {
        var config = HuggingFaceConfig.Read(JsonSettings.Read(Path.Combine(folder, "config.json")));
        var files = new List<SafeFileHandle>();
        try
        {
            // The weights first: what they bear out cannot ask for wild memory.
            var places = Match(folder, config, Entries(folder, files));
            return new StoredModel(config, HuggingFaceVocabulary.Read(folder, config), new StoredTensors(config, places, files, halved: true, rounded: false));
        }
        catch (InvalidDataException)
        {
            files.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>Weights, shape and vocabulary, so that Hugging Face's transformers can load the folder.</summary>
    /// <exception cref="ArgumentException">A value is too large for F16, or the RoPE scaling has no name in config.json.</exception>
    public static void Write(string folder, ModelFile model, SafetensorsType type)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "config.json"), HuggingFaceConfig.Write(model));
        HuggingFaceVocabulary.Write(folder, model.Vocabulary);
        SafetensorsFile.Write(Path.Combine(folder, SingleFile), HuggingFaceTensors.From(model.Weights), type);
    }

    static Dictionary<string, (SafetensorsEntry Entry, SafeFileHandle File)> Entries(string folder, List<SafeFileHandle> files)
    {
        var entries = new Dictionary<string, (SafetensorsEntry, SafeFileHandle)>();
        foreach (var name in FileNames(folder))
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path))
            {
                throw new InvalidDataException($"{path}: no such file, though {Index} lists it.");
            }

            using var stream = File.OpenRead(path);
            var directory = SafetensorsDirectory.Read(stream, path);
            files.Add(File.OpenHandle(path));
            foreach (var (tensor, entry) in directory)
            {
                if (!entries.TryAdd(tensor, (entry, files[^1])))
                {
                    throw new InvalidDataException($"{path}: tensor {tensor} is in another file as well.");
                }
            }
        }

        return entries;
    }

    static IReadOnlyList<string> FileNames(string folder)
    {
        if (File.Exists(Path.Combine(folder, SingleFile)))
        {
            return [SingleFile];
        }

        var path = Path.Combine(folder, Index);
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{folder}: neither {SingleFile} nor {Index}; weights in other formats, as pytorch_model.bin, are not supported.");
        }

        var index = JsonSettings.Read(path);
        var map = index.Object("weight_map") ?? throw index.Broken("weight_map", "it is missing");
        string[] names = [.. map.Fields().Select(field => map.TextOf(field.Value, field.Name)).Distinct().Order(StringComparer.Ordinal)];
        return Array.Find(names, name => name != Path.GetFileName(name) || name is "" or "." or "..") is { } wrong
            ? throw new InvalidDataException($"{path}: weight_map names the file {wrong}, which is no plain file name.")
            : names;
    }

    static Dictionary<DecoderTensor, StoredTensor> Match(
        string folder, DecoderConfig config, Dictionary<string, (SafetensorsEntry Entry, SafeFileHandle File)> entries)
    {
        var places = new Dictionary<DecoderTensor, StoredTensor>();
        foreach (var tensor in DecoderTensors.Of(config))
        {
            var (name, shape) = (TensorNames.HuggingFace(tensor), TensorNames.HuggingFaceShape(tensor));
            if (!entries.Remove(name, out var found) || !found.Entry.Shape.SequenceEqual(shape))
            {
                var instead = found.Entry is null ? "missing" : $"of shape [{string.Join(", ", found.Entry.Shape)}]";
                throw new InvalidDataException($"{folder}: tensor {name} is {instead}; [{string.Join(", ", shape)}] is needed.");
            }

            places.Add(tensor, new(found.File, found.Entry.Offset, TypeOf(found.Entry.Type)));
        }

        var unknown = entries.Keys.Where(name => !IsRedundant(name, config)).Order(StringComparer.Ordinal).FirstOrDefault();
        return unknown is null ? places : throw new InvalidDataException($"{folder}: tensor {unknown} belongs to a feature this decoder does not have.");
    }

    /// <summary>Follows from the config: a tied head stored again, and the frequencies that old versions stored.</summary>
    static bool IsRedundant(string name, DecoderConfig config) =>
        (config.IsTied && name is "lm_head.weight") || name.EndsWith(".self_attn.rotary_emb.inv_freq", StringComparison.Ordinal);

    static GgufType TypeOf(SafetensorsType type) => type switch
    {
        SafetensorsType.F32 => GgufType.F32,
        SafetensorsType.F16 => GgufType.F16,
        _ => GgufType.BF16,
    };
}
