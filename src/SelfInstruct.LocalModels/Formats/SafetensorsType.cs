namespace SelfInstruct.LocalModels.Formats;

/// <summary>How the numbers of a tensor are stored in a safetensors file.</summary>
public enum SafetensorsType
{
    F32,
    F16,

    /// <summary>The upper half of an F32.</summary>
    BF16,
}
