namespace SelfInstruct.LocalModels.Formats;

/// <summary>Types of metadata values, numbered as in the GGUF specification.</summary>
internal enum GgufValueType
{
    UInt8,
    Int8,
    UInt16,
    Int16,
    UInt32,
    Int32,
    Float32,
    Bool,
    String,
    Array,
    UInt64,
    Int64,
    Float64,
}
