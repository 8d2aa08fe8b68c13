using System.Buffers;
using System.Text.Json;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>Named tensors in a safetensors file, the format of Hugging Face: a JSON directory, then the numbers.</summary>
public static class SafetensorsFile
{
    /// <summary>As in the reference implementation.</summary>
    const long LongestDirectory = 100_000_000;
    const string Metadata = "__metadata__";

    /// <exception cref="InvalidDataException">Broken, or a tensor is neither F32, F16 nor BF16.</exception>
    public static IReadOnlyDictionary<string, NamedTensor> Read(string path)
    {
        using var reader = new BinaryReader(File.OpenRead(path));
        using var directory = ReadDirectory(reader, path);
        var (start, tensors) = (reader.BaseStream.Position, new Dictionary<string, NamedTensor>());
        foreach (var entry in directory.RootElement.EnumerateObject().Where(entry => !entry.NameEquals(Metadata)))
        {
            if (!tensors.TryAdd(entry.Name, ReadTensor(reader, path, start, entry)))
            {
                throw new InvalidDataException($"{path}: tensor {entry.Name} occurs twice.");
            }
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

    static JsonDocument ReadDirectory(BinaryReader reader, string path)
    {
        var length = reader.BaseStream.Length;
        if (length < 8 || reader.ReadUInt64() is var size && size > (ulong)Math.Min(length - 8, LongestDirectory))
        {
            throw new InvalidDataException($"{path}: at byte 0: the directory is longer than the file of {length} bytes, or than the {LongestDirectory} allowed.");
        }

        try
        {
            var document = JsonDocument.Parse(reader.ReadBytes((int)size));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document
                : throw new InvalidDataException($"{path}: at byte 8: the directory is no JSON object.");
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException($"{path}: at byte 8: the directory is no JSON: {wrong.Message}", wrong);
        }
    }

    static NamedTensor ReadTensor(BinaryReader reader, string path, long start, JsonProperty entry)
    {
        var (type, shape, from, to) = Describe(path, entry);
        var elements = 1L;
        foreach (var dimension in shape)
        {
            elements = dimension < 0 || elements > int.MaxValue ? -1 : elements * dimension;
        }

        var bytes = elements * SafetensorsNumbers.Size(type);
        if (elements is < 0 or > int.MaxValue || from < 0 || to > reader.BaseStream.Length - start || to - from != bytes)
        {
            throw new InvalidDataException(
                $"{path}: tensor {entry.Name} of shape [{string.Join(", ", shape)}] claims bytes {from} to {to} of {reader.BaseStream.Length - start}.");
        }

        var values = new float[elements];
        reader.BaseStream.Position = start + from;
        var data = new byte[bytes];
        reader.BaseStream.ReadExactly(data);
        SafetensorsNumbers.Decode(type, data, values);
        return new NamedTensor(entry.Name, [.. shape], values);
    }

    static (SafetensorsType Type, int[] Shape, long From, long To) Describe(string path, JsonProperty entry)
    {
        if (entry.Value.ValueKind != JsonValueKind.Object
            || !entry.Value.TryGetProperty("dtype", out var type) || type.ValueKind != JsonValueKind.String
            || Numbers(entry.Value, "shape") is not { } shape || shape.Any(dimension => dimension is < 0 or > int.MaxValue)
            || Numbers(entry.Value, "data_offsets") is not [var from, var to])
        {
            throw new InvalidDataException($"{path}: the directory entry of {entry.Name} is not dtype, shape and data_offsets.");
        }

        return Enum.TryParse<SafetensorsType>(type.GetString(), out var known) && type.GetString() == known.ToString()
            ? (known, [.. shape.Select(dimension => (int)dimension)], from, to)
            : throw new InvalidDataException($"{path}: tensor {entry.Name} has dtype {type}; F32, F16 and BF16 are read.");
    }

    static long[]? Numbers(JsonElement entry, string name)
    {
        if (!entry.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var numbers = new List<long>();
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out var number))
            {
                return null;
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }
}
