using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SelfInstruct.LocalModels.Training;

/// <summary>What is learned from at each step. A function of the step alone, so that a run can be continued anywhere.</summary>
public abstract class TrainingBatches
{
    /// <summary>Identifies data and order, for checkpoints.</summary>
    public abstract string Fingerprint { get; }

    /// <param name="step">From 0.</param>
    public abstract TrainingWindow[] At(int step);

    private protected static string Hash(params ReadOnlySpan<byte[]> parts)
    {
        const int Digits = 16;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            hash.AppendData(part);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..Digits];
    }

    private protected static byte[] Bytes<T>(T[] values)
        where T : struct => MemoryMarshal.AsBytes<T>(values).ToArray();
}
