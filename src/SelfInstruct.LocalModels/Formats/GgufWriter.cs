using System.Text;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>GGUF version 3, little-endian: header, metadata, tensor directory, aligned data.</summary>
internal sealed class GgufWriter(Stream stream) : IDisposable
{
    public const int Alignment = 32;
    readonly BinaryWriter writer = new(stream);

    /// <param name="metadata">Values are uint, float, bool, string, string[], int[] or float[].</param>
    /// <param name="tensors">With offsets from <see cref="Lay"/>.</param>
    public void WriteDirectory(IReadOnlyList<(string Key, object Value)> metadata, IReadOnlyList<GgufTensor> tensors)
    {
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)metadata.Count);
        foreach (var (key, value) in metadata)
        {
            WriteText(key);
            WriteValue(value);
        }

        foreach (var tensor in tensors)
        {
            WriteText(tensor.Name);
            writer.Write((uint)tensor.Dimensions.Length);
            foreach (var dimension in tensor.Dimensions)
            {
                writer.Write((ulong)dimension);
            }

            writer.Write((uint)tensor.Type);
            writer.Write((ulong)tensor.Offset);
        }

        Pad();
    }

    public void WriteData(ReadOnlySpan<byte> bytes)
    {
        writer.Write(bytes);
        Pad();
    }

    /// <summary>Gives each tensor its place in the data section, in order.</summary>
    public static IReadOnlyList<GgufTensor> Lay(IEnumerable<GgufTensor> tensors)
    {
        var (laid, offset) = (new List<GgufTensor>(), 0L);
        foreach (var tensor in tensors)
        {
            laid.Add(tensor with { Offset = offset });
            offset += (tensor.Bytes + Alignment - 1) / Alignment * Alignment;
        }

        return laid;
    }

    public void Dispose() => writer.Dispose();

    void Pad()
    {
        writer.Flush();
        while (stream.Position % Alignment != 0)
        {
            writer.Write((byte)0);
            writer.Flush();
        }
    }

    void WriteValue(object value)
    {
        switch (value)
        {
            case uint number:
                WriteType(GgufValueType.UInt32);
                writer.Write(number);
                break;
            case float number:
                WriteType(GgufValueType.Float32);
                writer.Write(number);
                break;
            case bool flag:
                WriteType(GgufValueType.Bool);
                writer.Write(flag);
                break;
            case string text:
                WriteType(GgufValueType.String);
                WriteText(text);
                break;
            case string[] texts:
                WriteArray(GgufValueType.String, texts, WriteText);
                break;
            case int[] numbers:
                WriteArray(GgufValueType.Int32, numbers, writer.Write);
                break;
            case float[] numbers:
                WriteArray(GgufValueType.Float32, numbers, writer.Write);
                break;
            default:
                throw new ArgumentException($"No GGUF type for {value.GetType()}.", nameof(value));
        }
    }

    void WriteArray<T>(GgufValueType type, T[] items, Action<T> write)
    {
        WriteType(GgufValueType.Array);
        WriteType(type);
        writer.Write((ulong)items.Length);
        Array.ForEach(items, write);
    }

    void WriteType(GgufValueType type) => writer.Write((uint)type);

    void WriteText(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }
}
