using System.Buffers;
using System.Text.Json;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>Named tensors in a safetensors file, the format of Hugging Face: a JSON directory, then the numbers.</summary>
public static class SafetensorsFile
{
    /// <exception cref="InvalidDataException">Broken, or a tensor is neither F32, F16 nor BF16.</exception>
    public static IReadOnlyDictionary<string, NamedTensor> Read(string path)
    {
        using var stream = File.OpenRead(path);
        var tensors = new Dictionary<string, NamedTensor>();
        foreach (var (name, entry) in SafetensorsDirectory.Read(stream, path))
        {
            var (values, data) = (new float[entry.Elements], new byte[entry.Bytes]);
            stream.Position = entry.Offset;
            stream.ReadExactly(data);
            SafetensorsNumbers.Decode(entry.Type, data, values);
            tensors.Add(name, new NamedTensor(name, entry.Shape, values));
        }

        return tensors;
    }

    /// <summary>Written beside and moved into place.</summary>
    /// <exception cref="ArgumentException">A value is too large for F16.</exception>
    public static void Write(string path, IReadOnlyList<NamedTensor> tensors, SafetensorsType type)
    {
        var partial = path + ".partial";
        using (var writer = new BinaryWriter(File.Create(partial)))
        {
            var directory = Directory(tensors, type);
            writer.Write((ulong)directory.Length);
            writer.Write(directory);
            foreach (var tensor in tensors)
            {
                writer.Write(SafetensorsNumbers.Encode(type, tensor.Values));
            }
        }

        File.Move(partial, path, overwrite: true);
    }

    static byte[] Directory(IReadOnlyList<NamedTensor> tensors, SafetensorsType type)
    {
        const int Alignment = 8;
        var (buffer, offset) = (new ArrayBufferWriter<byte>(), 0L);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var tensor in tensors)
            {
                var end = offset + ((long)tensor.Values.Length * SafetensorsNumbers.Size(type));
                WriteEntry(json, tensor, type, offset, end);
                offset = end;
            }

            json.WriteEndObject();
        }

        // Padded by blanks, so that the numbers are aligned.
        var padding = (Alignment - (buffer.WrittenCount % Alignment)) % Alignment;
        return [.. buffer.WrittenSpan, .. Enumerable.Repeat((byte)' ', padding)];
    }

    static void WriteEntry(Utf8JsonWriter json, NamedTensor tensor, SafetensorsType type, long from, long to)
    {
        if (tensor.Shape.Aggregate(1L, (product, dimension) => product * dimension) != tensor.Values.Length)
        {
            throw new ArgumentException(
                $"Tensor {tensor.Name} has {tensor.Values.Length} values but the shape [{string.Join(", ", tensor.Shape)}].", nameof(tensor));
        }

        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", type.ToString());
        json.WriteStartArray("shape");
        foreach (var dimension in tensor.Shape)
        {
            json.WriteNumberValue(dimension);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(from);
        json.WriteNumberValue(to);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
