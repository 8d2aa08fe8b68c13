using System.Collections.Immutable;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>An entry of a GGUF file's tensor directory.</summary>
/// <param name="Dimensions">Innermost first, the reverse of [out, in].</param>
/// <param name="Offset">Bytes from the start of the data section.</param>
internal sealed record GgufTensor(string Name, ImmutableArray<long> Dimensions, GgufType Type, long Offset)
{
    /// <summary>At most 2³¹; the reader sees to it.</summary>
    public long Elements => Dimensions.Aggregate(1L, (product, dimension) => product * dimension);

    public long Bytes => GgufNumbers.Bytes(Type, Elements);
}
