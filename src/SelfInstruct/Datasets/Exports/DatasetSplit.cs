using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace SelfInstruct.Datasets.Exports;

/// <summary>A part of an export, in the order of the rows.</summary>
/// <param name="Name">"train" or "validation".</param>
/// <param name="Rows">With their place before the split, from 1.</param>
public sealed record DatasetSplit(string Name, ImmutableArray<(int Place, ExportRow Row)> Rows)
{
    public const string Train = "train";
    public const string Validation = "validation";

    /// <summary>
    /// By instruction: all rows of one are in one part, or a model would be validated on what it has seen. Which
    /// instructions validate depends on the seed and their own text, so that most stay where they are when the data grows.
    /// </summary>
    /// <param name="share">Of the instructions, in [0, 1); above 0 at least one is held out, and one stays.</param>
    public static ImmutableArray<DatasetSplit> Of(IReadOnlyList<ExportRow> rows, double share, long seed)
    {
        var instructions = rows.Select(static row => row.Example.Instruction).Distinct().ToList();
        var count = share <= 0 || instructions.Count < 2 ? 0 : Math.Clamp((int)Math.Round(share * instructions.Count), 1, instructions.Count - 1);
        var held = instructions.OrderBy(instruction => Key(seed, instruction), StringComparer.Ordinal).Take(count).ToHashSet();
        var placed = rows.Select(static (row, i) => (Place: i + 1, Row: row)).ToLookup(item => held.Contains(item.Row.Example.Instruction));
        return count == 0
            ? [new DatasetSplit(Train, [.. placed[false]])]
            : [new DatasetSplit(Train, [.. placed[false]]), new DatasetSplit(Validation, [.. placed[true]])];
    }

    static string Key(long seed, string instruction) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{instruction}")));
}
