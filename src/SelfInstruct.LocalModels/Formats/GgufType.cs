namespace SelfInstruct.LocalModels.Formats;

/// <summary>How the numbers of a tensor are stored; the values are those of ggml.</summary>
public enum GgufType
{
    F32 = 0,
    F16 = 1,

    /// <summary>Q8_0: blocks of 32 in a row, each one half-precision scale and 32 signed bytes.</summary>
    Q8 = 8,
}
