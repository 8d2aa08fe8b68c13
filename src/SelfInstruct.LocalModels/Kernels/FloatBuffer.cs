namespace SelfInstruct.LocalModels.Kernels;

/// <summary>Zeroed floats at a fixed address on a cache line boundary.</summary>
/// <remarks>The address holds as long as this object is reachable; keep it in a field.</remarks>
internal sealed unsafe class FloatBuffer
{
    const int CacheLineBytes = 64;
    readonly float[] storage;
    readonly int start;

    /// <param name="length">Floats; at most 2³¹ − 80.</param>
    public FloatBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        storage = GC.AllocateArray<float>(checked((int)length + (CacheLineBytes / sizeof(float))), pinned: true);
        Length = (int)length;
        fixed (float* first = storage)
        {
            var misaligned = (int)((nuint)first % CacheLineBytes);
            start = misaligned == 0 ? 0 : (CacheLineBytes - misaligned) / sizeof(float);
            Pointer = first + start;
        }
    }

    public int Length { get; }

    public float* Pointer { get; }

    public Span<float> Span => storage.AsSpan(start, Length);
}
