using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>Reads a GGUF file's directory; believes no length before it has compared it with what is left of the file.</summary>
internal sealed class GgufReader : IDisposable
{
    const int MaxDimensions = 4;
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    readonly string path;
    readonly Stream stream;
    readonly BinaryReader reader;
    readonly Dictionary<string, object> metadata = [];
    readonly Dictionary<string, GgufTensor> tensors = [];
    readonly long dataStart;

    /// <param name="stream">Left open; seekable.</param>
    /// <param name="path">For messages.</param>
    public GgufReader(Stream stream, string path)
    {
        (this.stream, this.path) = (stream, path);
        reader = new BinaryReader(stream, Utf8, leaveOpen: true);
        dataStart = ReadDirectory();
    }

    /// <summary>Values are the CLR's own types; arrays are object[].</summary>
    public IReadOnlyDictionary<string, object> Metadata => metadata;

    public IReadOnlyDictionary<string, GgufTensor> Tensors => tensors;

    /// <summary>Where the data section starts, in bytes.</summary>
    public long DataStart => dataStart;

    /// <summary>A small tensor of F32.</summary>
    public float[] ReadFloats(GgufTensor tensor)
    {
        stream.Position = dataStart + tensor.Offset;
        var values = new float[tensor.Elements];
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    public InvalidDataException Broken(string reason) => new($"{path}: at byte {stream.Position}: {reason}");

    public void Dispose() => reader.Dispose();

    long ReadDirectory()
    {
        Need(24);
        if (!reader.ReadBytes(4).AsSpan().SequenceEqual("GGUF"u8))
        {
            throw Broken("this is no GGUF file; it does not begin with GGUF.");
        }

        var version = reader.ReadUInt32();
        if (version != 3)
        {
            throw Broken($"GGUF version {version}; only version 3, little-endian, is read.");
        }

        // Smallest entries: a tensor has name, count, dimension, type, offset; a value has name, type and a byte.
        var tensorCount = ReadCount("tensors", 32);
        var valueCount = ReadCount("metadata values", 13);
        for (var i = 0; i < valueCount; i++)
        {
            var key = ReadText();
            Unique(metadata.TryAdd(key, ReadValue(ReadValueType(), nested: false)), key);
        }

        for (var i = 0; i < tensorCount; i++)
        {
            var tensor = ReadTensor();
            Unique(tensors.TryAdd(tensor.Name, tensor), tensor.Name);
        }

        return CheckData();
    }

    GgufTensor ReadTensor()
    {
        var name = ReadText();
        Need(4);
        var rank = reader.ReadUInt32();
        if (rank is 0 or > MaxDimensions)
        {
            throw Broken($"tensor {name} has {rank} dimensions; 1 to {MaxDimensions} are possible.");
        }

        Need((8 * rank) + 12);
        var (dimensions, elements) = (new long[rank], 1L);
        for (var i = 0; i < rank; i++)
        {
            var dimension = reader.ReadUInt64();
            if (dimension is 0 or > int.MaxValue || (elements *= (long)dimension) > int.MaxValue)
            {
                throw Broken($"tensor {name} is too large or empty: dimension {i} is {dimension}.");
            }

            dimensions[i] = (long)dimension;
        }

        var type = ReadTensorType(name, dimensions[0]);
        var offset = reader.ReadUInt64();
        return offset <= long.MaxValue / 2
            ? new GgufTensor(name, [.. dimensions], type, (long)offset)
            : throw Broken($"tensor {name} lies at the impossible offset {offset}.");
    }

    GgufType ReadTensorType(string name, long rowLength)
    {
        var type = (GgufType)reader.ReadInt32();
        if (!Enum.IsDefined(type))
        {
            throw Broken($"tensor {name}: quantization {GgufTypes.NameOf((int)type)} is not supported; {GgufTypes.Read} are read. Convert the file to one of these.");
        }

        return rowLength % type.BlockLength() == 0
            ? type
            : throw Broken($"tensor {name} is {type} but its rows of {rowLength} are no multiple of {type.BlockLength()}.");
    }

    /// <returns>Where the data section starts.</returns>
    long CheckData()
    {
        var alignment = metadata.GetValueOrDefault("general.alignment") is uint given ? given : GgufWriter.Alignment;
        if (alignment == 0)
        {
            throw Broken("general.alignment is 0.");
        }

        var start = (stream.Position + alignment - 1) / alignment * alignment;
        foreach (var tensor in tensors.Values)
        {
            if (start + tensor.Offset + tensor.Bytes > stream.Length)
            {
                throw Broken($"tensor {tensor.Name} ends at byte {start + tensor.Offset + tensor.Bytes}, but the file ends at {stream.Length}.");
            }
        }

        return start;
    }

    object ReadValue(GgufValueType type, bool nested)
    {
        Need(SizeOf(type));
        return type switch
        {
            GgufValueType.UInt8 => reader.ReadByte(),
            GgufValueType.Int8 => reader.ReadSByte(),
            GgufValueType.UInt16 => reader.ReadUInt16(),
            GgufValueType.Int16 => reader.ReadInt16(),
            GgufValueType.UInt32 => reader.ReadUInt32(),
            GgufValueType.Int32 => reader.ReadInt32(),
            GgufValueType.Float32 => reader.ReadSingle(),
            GgufValueType.Bool => reader.ReadByte() != 0,
            GgufValueType.String => ReadText(),
            GgufValueType.Array when !nested => ReadArray(),
            GgufValueType.UInt64 => reader.ReadUInt64(),
            GgufValueType.Int64 => reader.ReadInt64(),
            GgufValueType.Float64 => reader.ReadDouble(),
            _ => throw Broken("an array of arrays in the metadata."),
        };
    }

    object[] ReadArray()
    {
        var type = ReadValueType();
        var items = new object[ReadCount("array items", SizeOf(type))];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = ReadValue(type, nested: true);
        }

        return items;
    }

    GgufValueType ReadValueType()
    {
        Need(4);
        var type = (GgufValueType)reader.ReadInt32();
        return Enum.IsDefined(type) ? type : throw Broken($"metadata of the unknown type {(int)type}.");
    }

    /// <summary>Bytes of a value, or the least it can have.</summary>
    static int SizeOf(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.Array => 12,
        _ => 8,
    };

    string ReadText()
    {
        var bytes = reader.ReadBytes(ReadCount("bytes of text", 1));
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException wrong)
        {
            throw new InvalidDataException($"{path}: at byte {stream.Position}: text that is no UTF-8.", wrong);
        }
    }

    int ReadCount(string what, int leastBytes)
    {
        Need(8);
        var count = reader.ReadUInt64();
        return count <= (ulong)((stream.Length - stream.Position) / leastBytes) && count <= int.MaxValue
            ? (int)count
            : throw Broken($"{count} {what} announced, but only {stream.Length - stream.Position} bytes are left.");
    }

    void Need(long bytes)
    {
        if (stream.Length - stream.Position < bytes)
        {
            throw Broken("the file ends in the middle of its directory.");
        }
    }

    void Unique(bool added, string name)
    {
        if (!added)
        {
            throw Broken($"{name} occurs twice.");
        }
    }
}
