namespace SelfInstruct.LocalModels.Formats;

/// <summary>How the numbers of a tensor are stored; the values are those of ggml.</summary>
public enum GgufType
{
    F32 = 0,
    F16 = 1,

    /// <summary>Q4_0: blocks of 32, each a half-precision scale and 32 numbers of four bits. Read only.</summary>
    Q4 = 2,

    /// <summary>Q8_0: blocks of 32 in a row, each one half-precision scale and 32 signed bytes.</summary>
    Q8 = 8,

    /// <summary>Q4_K: blocks of 256 in eight parts with scales and offsets of six bits. Read only.</summary>
    Q4K = 12,

    /// <summary>Q6_K: blocks of 256, numbers of six bits in sixteen parts with scales of eight. Read only.</summary>
    Q6K = 14,

    /// <summary>The upper half of an F32. Read only.</summary>
    BF16 = 30,
}

internal static class GgufTypes
{
    /// <summary>Names in ggml of the types that are not read.</summary>
    static readonly Dictionary<int, string> Others = new()
    {
        [3] = "Q4_1", [6] = "Q5_0", [7] = "Q5_1", [9] = "Q8_1", [10] = "Q2_K", [11] = "Q3_K", [13] = "Q5_K", [15] = "Q8_K",
        [16] = "IQ2_XXS", [17] = "IQ2_XS", [18] = "IQ3_XXS", [19] = "IQ1_S", [20] = "IQ4_NL", [21] = "IQ3_S", [22] = "IQ2_S", [23] = "IQ4_XS",
        [24] = "I8", [25] = "I16", [26] = "I32", [27] = "I64", [28] = "F64", [29] = "IQ1_M", [34] = "TQ1_0", [35] = "TQ2_0", [39] = "MXFP4",
    };

    public const string Read = "F32, F16, BF16, Q8_0, Q4_0, Q4_K and Q6_K";

    public static string NameOf(int type) => Others.GetValueOrDefault(type, $"of ggml type {type}");

    /// <summary>Numbers that share a scale; a row has a multiple of them.</summary>
    public static int BlockLength(this GgufType type) => type switch
    {
        GgufType.Q4 or GgufType.Q8 => 32,
        GgufType.Q4K or GgufType.Q6K => 256,
        _ => 1,
    };

    public static int BlockBytes(this GgufType type) => type switch
    {
        GgufType.F32 => 4,
        GgufType.F16 or GgufType.BF16 => 2,
        GgufType.Q4 => 2 + 16,
        GgufType.Q8 => 2 + 32,
        GgufType.Q4K => 2 + 2 + 12 + 128,
        GgufType.Q6K => 128 + 64 + 16 + 2,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, $"Known are {Read}."),
    };
}
