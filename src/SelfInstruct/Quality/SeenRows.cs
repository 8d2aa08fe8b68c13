using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SelfInstruct.Datasets;

namespace SelfInstruct.Quality;

/// <summary>Remembers rows by a hash of 128 bits, sixteen bytes for each, and so tells the second of two equal ones. For one thread.</summary>
public sealed class SeenRows
{
    public const string Rule = "duplicate";

    readonly Dictionary<UInt128, string> _seen = [];

    /// <summary>The place of an earlier row with the same fields, white space around them aside; null: it is the first.</summary>
    public string? FindOrAdd(TrainingExample row, string place)
    {
        var hash = Hash(row);
        return _seen.TryAdd(hash, place) ? null : _seen[hash];
    }

    static UInt128 Hash(TrainingExample row)
    {
        // Lengths first, or "a" and "b c" would be "a b" and "c".
        var (instruction, input, output) = (row.Instruction.Trim(), row.Input.Trim(), row.Output.Trim());
        var bytes = Encoding.UTF8.GetBytes($"{instruction.Length},{input.Length}:{instruction}{input}{output}");
        return BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(bytes));
    }
}
