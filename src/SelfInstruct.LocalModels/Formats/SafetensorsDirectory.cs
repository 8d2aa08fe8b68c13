using System.Collections.Immutable;
using System.Text.Json;

namespace SelfInstruct.LocalModels.Formats;

/// <param name="Shape">Outermost first.</param>
/// <param name="Offset">Of its first byte in the file.</param>
internal sealed record SafetensorsEntry(SafetensorsType Type, ImmutableArray<int> Shape, long Offset)
{
    /// <summary>At most 2³¹; the reader sees to it.</summary>
    public long Elements => Shape.Aggregate(1L, (product, dimension) => product * dimension);

    public long Bytes => Elements * SafetensorsNumbers.Size(Type);
}

/// <summary>The directory at the start of a safetensors file; believes no length before it has compared it with the file's.</summary>
internal static class SafetensorsDirectory
{
    /// <summary>As in the reference implementation.</summary>
    const long LongestDirectory = 100_000_000;
    const string Metadata = "__metadata__";

    /// <exception cref="InvalidDataException">Broken, or a tensor is neither F32, F16 nor BF16.</exception>
    public static IReadOnlyDictionary<string, SafetensorsEntry> Read(Stream stream, string path)
    {
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        using var directory = Parse(reader, path);
        var (start, length, entries) = (stream.Position, stream.Length, new Dictionary<string, SafetensorsEntry>());
        foreach (var entry in directory.RootElement.EnumerateObject())
        {
            var name = entry.Name;
            if (name != Metadata && !entries.TryAdd(name, Place(path, name, start, length, entry.Value)))
            {
                throw new InvalidDataException($"{path}: tensor {name} occurs twice.");
            }
        }

        return entries;
    }

    static JsonDocument Parse(BinaryReader reader, string path)
    {
        var length = reader.BaseStream.Length;
        if (length < 8 || reader.ReadUInt64() is var size && size > (ulong)Math.Min(length - 8, LongestDirectory))
        {
            throw new InvalidDataException($"{path}: at byte 0: the directory is longer than the file of {length} bytes, or than the {LongestDirectory} allowed.");
        }

        return JsonText.ParseObject(reader.ReadBytes((int)size), $"{path}: at byte 8: the directory");
    }

    static SafetensorsEntry Place(string path, string name, long start, long length, JsonElement value)
    {
        var (type, shape, from, to) = Describe(path, name, value);
        var elements = 1L;
        foreach (var dimension in shape)
        {
            elements = dimension < 0 || elements > int.MaxValue ? -1 : elements * dimension;
        }

        var bytes = elements * SafetensorsNumbers.Size(type);
        if (elements is < 0 or > int.MaxValue || from < 0 || to > length - start || to - from != bytes)
        {
            throw new InvalidDataException(
                $"{path}: tensor {name} of shape [{string.Join(", ", shape)}] claims bytes {from} to {to} of {length - start}.");
        }

        return new SafetensorsEntry(type, [.. shape], start + from);
    }

    static (SafetensorsType Type, int[] Shape, long From, long To) Describe(string path, string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty("dtype", out var type) || type.ValueKind != JsonValueKind.String
            || Numbers(value, "shape") is not { } shape || shape.Any(dimension => dimension is < 0 or > int.MaxValue)
            || Numbers(value, "data_offsets") is not [var from, var to])
        {
            throw new InvalidDataException($"{path}: the directory entry of {name} is not dtype, shape and data_offsets.");
        }

        foreach (var known in Enum.GetValues<SafetensorsType>())
        {
            if (type.ValueEquals(known.ToString()))
            {
                return (known, [.. shape.Select(dimension => (int)dimension)], from, to);
            }
        }

        throw new InvalidDataException($"{path}: tensor {name} has dtype {type.GetRawText()}; F32, F16 and BF16 are read.");
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
