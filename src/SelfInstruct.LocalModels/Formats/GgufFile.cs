using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>Models in GGUF version 3, the format of llama.cpp: shape, vocabulary and weights in one file.</summary>
public static class GgufFile
{
    /// <summary>Reads all but the weights.</summary>
    /// <exception cref="InvalidDataException">Broken, or uses a feature this decoder lacks; the message names it.</exception>
    public static StoredModel Open(string path)
    {
        using var stream = File.OpenRead(path);
        using var reader = new GgufReader(stream, path);
        var metadata = new LlamaMetadata(reader);
        var config = metadata.ReadConfig();
        var vocabulary = GgufVocabulary.Read(reader, config);
        var directory = Match(reader, config);
        var file = File.OpenHandle(path);
        var places = directory.ToDictionary(found => found.Tensor, found => new StoredTensor(file, reader.DataStart + found.Entry.Offset, found.Entry.Type));
        return new StoredModel(config, vocabulary, new StoredTensors(config, places, [file], metadata.IsHalved, rounded: true));
    }

    /// <summary>All of it, weights as floats.</summary>
    /// <exception cref="InvalidDataException">As for <see cref="Open"/>.</exception>
    public static ModelFile Read(string path)
    {
        using var stored = Open(path);
        return stored.Load();
    }

    /// <summary>Written beside and moved into place. The architecture is llama, with biases where the model has them.</summary>
    /// <param name="type">Of the matrices; F32, F16 or Q8_0. Vectors stay F32.</param>
    /// <param name="name">general.name.</param>
    /// <exception cref="ArgumentException">A row length does not suit Q8_0, or a weight is too large for the type.</exception>
    public static void Write(string path, ModelFile model, GgufType type, string name)
    {
        DecoderTensor[] tensors = [.. DecoderTensors.Of(model.Config)];
        var divisors = LlamaMetadata.DivisorTensor(model.Config);
        var directory = GgufWriter.Lay([.. tensors.Select(tensor => Entry(tensor, type)), .. divisors is null ? [] : new[] { divisors }]);
        var partial = path + ".partial";
        using (var writer = new GgufWriter(File.Create(partial)))
        {
            writer.WriteDirectory([.. LlamaMetadata.Write(model.Config, type, name), .. GgufVocabulary.Write(model.Vocabulary)], directory);
            foreach (var (tensor, entry) in tensors.Zip(directory))
            {
                writer.WriteData(GgufNumbers.Encode(entry.Type, model.Weights[tensor]));
            }

            if (divisors is not null)
            {
                writer.WriteData(GgufNumbers.Encode(GgufType.F32, model.Config.RopeScaling.Divisors.AsSpan()));
            }
        }

        File.Move(partial, path, overwrite: true);
    }

    static GgufTensor Entry(DecoderTensor tensor, GgufType type)
    {
        var name = TensorNames.Gguf(tensor);
        if (!tensor.IsVector && tensor.Columns % type.BlockLength() != 0)
        {
            throw new ArgumentException(
                $"Q8_0 needs rows of a multiple of {type.BlockLength()}, but {name} has rows of {tensor.Columns}; write F16.", nameof(type));
        }

        return new GgufTensor(name, [.. TensorNames.GgufDimensions(tensor)], tensor.IsVector ? GgufType.F32 : type, 0);
    }

    /// <summary>Finds every tensor the model has, and refuses any it does not know, before weights are allocated.</summary>
    static List<(DecoderTensor Tensor, GgufTensor Entry)> Match(GgufReader reader, DecoderConfig config)
    {
        DecoderTensor[] expected = [.. DecoderTensors.Of(config)];
        var unknown = reader.Tensors.Keys
            .Except([.. expected.Select(TensorNames.Gguf), LlamaMetadata.DivisorsName])
            .Order(StringComparer.Ordinal).FirstOrDefault();
        return unknown is null
            ? [.. expected.Select(tensor => (tensor, Find(reader, tensor)))]
            : throw reader.Broken($"tensor {unknown} belongs to a feature this decoder does not have.");
    }

    static GgufTensor Find(GgufReader reader, DecoderTensor tensor)
    {
        var name = TensorNames.Gguf(tensor);
        if (!reader.Tensors.TryGetValue(name, out var entry))
        {
            throw reader.Broken($"tensor {name} is missing.");
        }

        var dimensions = TensorNames.GgufDimensions(tensor);
        return entry.Dimensions.SequenceEqual(dimensions)
            ? entry
            : throw reader.Broken(
                $"tensor {name} has the shape [{string.Join(", ", entry.Dimensions)}] where the metadata asks for [{string.Join(", ", dimensions)}].");
    }
}
