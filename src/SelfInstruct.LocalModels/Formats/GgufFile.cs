using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>Models in GGUF version 3, the format of llama.cpp: shape, vocabulary and weights in one file.</summary>
public static class GgufFile
{
    /// <exception cref="InvalidDataException">Broken, or uses a feature this decoder lacks; the message names it.</exception>
    public static ModelFile Read(string path)
    {
        using var stream = File.OpenRead(path);
        using var reader = new GgufReader(stream, path);
        var config = LlamaMetadata.ReadConfig(reader);
        var vocabulary = LlamaMetadata.ReadVocabulary(reader, config);
        var directory = Match(reader, config);
        var weights = new DecoderWeights(config);
        foreach (var (tensor, entry) in directory)
        {
            reader.Read(entry, tensor.Values(weights));
        }

        return new ModelFile(config, vocabulary, weights);
    }

    /// <summary>Written beside and moved into place.</summary>
    /// <param name="type">Of the matrices; norms stay F32.</param>
    /// <param name="name">general.name.</param>
    /// <exception cref="ArgumentException">A row length does not suit Q8_0, or a weight is too large for the type.</exception>
    public static void Write(string path, ModelFile model, GgufType type, string name)
    {
        LlamaTensor[] tensors = [.. LlamaTensors.Of(model.Config)];
        var directory = GgufWriter.Lay(tensors.Select(tensor => Entry(tensor, type)));
        var partial = path + ".partial";
        using (var writer = new GgufWriter(File.Create(partial)))
        {
            writer.WriteDirectory([.. LlamaMetadata.Write(model, type, name)], directory);
            foreach (var (tensor, entry) in tensors.Zip(directory))
            {
                writer.WriteData(GgufNumbers.Encode(entry.Type, tensor.Values(model.Weights)));
            }
        }

        File.Move(partial, path, overwrite: true);
    }

    static GgufTensor Entry(LlamaTensor tensor, GgufType type)
    {
        if (type == GgufType.Q8 && tensor.Rows > 0 && tensor.Columns % GgufNumbers.BlockLength != 0)
        {
            throw new ArgumentException(
                $"Q8_0 needs rows of a multiple of {GgufNumbers.BlockLength}, but {tensor.Name} has rows of {tensor.Columns}; write F16.", nameof(type));
        }

        return new GgufTensor(tensor.Name, [.. tensor.Dimensions], tensor.Rows == 0 ? GgufType.F32 : type, 0);
    }

    /// <summary>Finds every tensor the model has, and refuses any it does not know, before weights are allocated.</summary>
    static List<(LlamaTensor Tensor, GgufTensor Entry)> Match(GgufReader reader, DecoderConfig config)
    {
        if (reader.Tensors.ContainsKey("output.weight"))
        {
            throw reader.Broken("an output matrix of its own (output.weight); only tied embeddings are supported.");
        }

        LlamaTensor[] expected = [.. LlamaTensors.Of(config)];
        var unknown = reader.Tensors.Keys.Except(expected.Select(tensor => tensor.Name)).Order(StringComparer.Ordinal).FirstOrDefault();
        if (unknown is not null)
        {
            throw reader.Broken($"tensor {unknown} belongs to a feature this decoder does not have.");
        }

        return [.. expected.Select(tensor => (tensor, Find(reader, tensor)))];
    }

    static GgufTensor Find(GgufReader reader, LlamaTensor tensor)
    {
        if (!reader.Tensors.TryGetValue(tensor.Name, out var entry))
        {
            throw reader.Broken($"tensor {tensor.Name} is missing.");
        }

        return entry.Dimensions.SequenceEqual(tensor.Dimensions)
            ? entry
            : throw reader.Broken(
                $"tensor {tensor.Name} has the shape [{string.Join(", ", entry.Dimensions)}] where the metadata asks for [{string.Join(", ", tensor.Dimensions)}].");
    }
}
