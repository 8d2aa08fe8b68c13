namespace SelfInstruct.LocalModels.Kernels;

/// <summary>Zeroed rows of floats, each on a cache line boundary when its width is.</summary>
/// <remarks>
/// Rows whole kilobytes apart fall into few sets of the cache, and a product that reads a dozen of them at a time
/// was seen to run at 0.4 of its rate; such rows lie a cache line further apart.
/// </remarks>
internal sealed unsafe class RowBuffer
{
    readonly FloatBuffer floats;

    /// <param name="rows">At most.</param>
    /// <param name="width">Floats of a row.</param>
    public RowBuffer(long rows, int width)
    {
        (Width, Stride) = (width, StrideOf(width));
        floats = new FloatBuffer(rows * Stride);
    }

    public int Width { get; }

    /// <summary>Floats from one row to the next.</summary>
    public int Stride { get; }

    public float* Pointer => floats.Pointer;

    public Span<float> Row(int row) => floats.Span.Slice(row * Stride, Width);

    /// <summary>The first rows.</summary>
    public MatrixView View(int rows) => new(floats.Pointer, rows, Width, Stride);

    public void Clear(int rows) => floats.Span[..(rows * Stride)].Clear();

    /// <param name="target">Of the same width.</param>
    public void CopyTo(RowBuffer target, int rows) => floats.Span[..(rows * Stride)].CopyTo(target.floats.Span);

    /// <summary>The width, or a cache line more.</summary>
    public static int StrideOf(int width) => width % (1024 / sizeof(float)) == 0 ? width + 16 : width;
}
