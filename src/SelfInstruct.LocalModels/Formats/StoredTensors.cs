using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>Where a tensor lies.</summary>
/// <param name="Offset">Of its first byte in the file.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StoredTensor(SafeFileHandle File, long Offset, GgufType Type);

/// <summary>The tensors of a model in its files, read when asked for. Safe to use from many threads.</summary>
public sealed class StoredTensors : IDecoderTensorSource, IDisposable
{
    /// <summary>Bytes read at a time, about.</summary>
    const int ChunkBytes = 1 << 20;

    readonly IReadOnlyDictionary<DecoderTensor, StoredTensor> places;
    readonly IReadOnlyList<SafeFileHandle> files;
    readonly bool halved;
    readonly bool rounded;

    /// <param name="files">Disposed of with this.</param>
    /// <param name="halved">Whether the halves of a head make the pairs that RoPE turns; rows then change places on the way.</param>
    /// <param name="rounded">Whether products round their inputs as ggml does, by the type of the weights.</param>
    internal StoredTensors(
        DecoderConfig config, IReadOnlyDictionary<DecoderTensor, StoredTensor> places, IReadOnlyList<SafeFileHandle> files, bool halved, bool rounded) =>
        (Config, this.places, this.files, this.halved, this.rounded) = (config, places, files, halved, rounded);

    public DecoderConfig Config { get; }

    public bool IsQ8(DecoderTensor tensor) => places[tensor].Type == GgufType.Q8;

    public ActivationRounding RoundingOf(DecoderTensor tensor) => !rounded ? ActivationRounding.None : places[tensor].Type switch
    {
        GgufType.F16 => ActivationRounding.F16,
        GgufType.BF16 => ActivationRounding.BF16,
        GgufType.Q4 or GgufType.Q8 => ActivationRounding.Q8,
        GgufType.Q4K or GgufType.Q6K => ActivationRounding.Q8K,
        _ => ActivationRounding.None,
    };

    public void Read(DecoderTensor tensor, int firstRow, Span<float> values)
    {
        var (place, row) = (places[tensor], RowLength(tensor));
        var rowBytes = GgufNumbers.Bytes(place.Type, row);
        var step = IsMoved(tensor) ? row : (int)Math.Max(1, ChunkBytes / rowBytes) * row;
        var bytes = ArrayPool<byte>.Shared.Rent((int)GgufNumbers.Bytes(place.Type, Math.Min(step, values.Length)));
        for (var at = 0; at < values.Length; at += step)
        {
            var part = values.Slice(at, Math.Min(step, values.Length - at));
            var data = bytes.AsSpan(0, (int)GgufNumbers.Bytes(place.Type, part.Length));
            ReadExactly(place, FileRow(tensor, firstRow + (at / row)) * rowBytes, data);
            GgufNumbers.Decode(place.Type, data, part);
        }

        ArrayPool<byte>.Shared.Return(bytes);
    }

    public void ReadQ8(DecoderTensor tensor, int firstRow, Span<byte> blocks)
    {
        var rowBytes = (int)GgufNumbers.Bytes(GgufType.Q8, tensor.Columns);
        var step = IsMoved(tensor) ? rowBytes : blocks.Length;
        for (var at = 0; at < blocks.Length; at += step)
        {
            ReadExactly(places[tensor], FileRow(tensor, firstRow + (at / rowBytes)) * (long)rowBytes, blocks.Slice(at, step));
        }
    }

    /// <summary>All weights as floats.</summary>
    public DecoderWeights Load()
    {
        var weights = new DecoderWeights(Config);
        foreach (var tensor in DecoderTensors.Of(Config))
        {
            Read(tensor, 0, weights[tensor]);
        }

        return weights;
    }

    public void Dispose()
    {
        foreach (var file in files)
        {
            file.Dispose();
        }
    }

    bool IsMoved(DecoderTensor tensor) => halved && tensor.IsTurned;

    /// <summary>A vector whose numbers change places counts as rows of one.</summary>
    int RowLength(DecoderTensor tensor) => tensor.IsVector && IsMoved(tensor) ? 1 : tensor.Columns;

    int FileRow(DecoderTensor tensor, int row) => IsMoved(tensor) ? HuggingFaceTensors.HalvedRow(row, Config.HeadSize) : row;

    static void ReadExactly(StoredTensor place, long start, Span<byte> bytes)
    {
        for (var done = 0; done < bytes.Length;)
        {
            var count = RandomAccess.Read(place.File, bytes[done..], place.Offset + start + done);
            done += count > 0 ? count : throw new InvalidDataException($"The model file was cut off at byte {place.Offset + start + done} while it was open.");
        }
    }
}
