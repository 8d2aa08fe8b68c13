using System.Runtime.InteropServices;
using System.Text;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Training;

/// <param name="StepsDone">Optimiser steps.</param>
/// <param name="Tokens">Read in them.</param>
/// <param name="Loss">Of the last step's batch.</param>
/// <param name="Seconds">Spent in steps.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TrainingState(int StepsDone, long Tokens, double Loss, double Seconds);

/// <summary>A training run between two steps, in one little-endian file: magic, fingerprint, state, what is trained, both moments.</summary>
/// <remarks>Order of the data and every draw are functions of seed and step, so the step is all there is to keep of them.</remarks>
internal static class Checkpoint
{
    static ReadOnlySpan<byte> Magic => "SITRAIN2"u8;

    /// <summary>Written beside and moved into place, so that a crash leaves the last one whole.</summary>
    public static void Write(string path, string fingerprint, TrainingState state, params ReadOnlySpan<FloatBuffer> vectors)
    {
        var partial = path + ".partial";
        using (var writer = new BinaryWriter(File.Create(partial)))
        {
            writer.Write(Magic);
            writer.Write(fingerprint);
            writer.Write(state.StepsDone);
            writer.Write(state.Tokens);
            writer.Write(state.Loss);
            writer.Write(state.Seconds);
            foreach (var vector in vectors)
            {
                writer.Write(vector.Length);
                writer.Write(MemoryMarshal.AsBytes((ReadOnlySpan<float>)vector.Span));
            }

            writer.Flush();
            ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }

    /// <exception cref="InvalidDataException">Not a checkpoint, cut off, or of another run; the message says which.</exception>
    public static TrainingState Read(string path, string fingerprint, params ReadOnlySpan<FloatBuffer> vectors)
    {
        using var reader = new BinaryReader(File.OpenRead(path));
        try
        {
            if (!reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic))
            {
                throw new InvalidDataException($"{path}: not a training checkpoint of this version. Delete it to start over.");
            }

            CheckFingerprint(path, ReadText(reader, path), fingerprint);
            var state = new TrainingState(reader.ReadInt32(), reader.ReadInt64(), reader.ReadDouble(), reader.ReadDouble());
            foreach (var vector in vectors)
            {
                ReadVector(reader, path, vector);
            }

            return state;
        }
        catch (EndOfStreamException end)
        {
            throw new InvalidDataException($"{path}: cut off at byte {reader.BaseStream.Position}. Delete it to start over.", end);
        }
    }

    static string ReadText(BinaryReader reader, string path)
    {
        const int Longest = 1 << 16;
        var length = reader.Read7BitEncodedInt();
        return length is >= 0 and <= Longest
            ? Encoding.UTF8.GetString(reader.ReadBytes(length))
            : throw new InvalidDataException($"{path}: the description of the run claims {length} bytes. Delete the file to start over.");
    }

    static void CheckFingerprint(string path, string found, string expected)
    {
        if (!string.Equals(found, expected, StringComparison.Ordinal))
        {
            throw new InvalidDataException(
                $"{path}: this checkpoint belongs to another run. It says: {found}. This run is: {expected}. Give the same options or another file.");
        }
    }

    static void ReadVector(BinaryReader reader, string path, FloatBuffer vector)
    {
        var length = reader.ReadInt32();
        if (length != vector.Length)
        {
            throw new InvalidDataException($"{path}: {length} numbers at byte {reader.BaseStream.Position} where the model has {vector.Length}.");
        }

        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(vector.Span));
    }
}
