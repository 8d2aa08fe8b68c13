using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Training;

/// <summary>W + (alpha / rank) · B · A, for every target.</summary>
internal static unsafe class LoraMerging
{
    /// <param name="weights">One vector in the order of <paramref name="layout"/>, added to.</param>
    public static void Add(LoraAdapter adapter, ParameterLayout layout, FloatBuffer weights)
    {
        foreach (var (offsets, updates) in layout.Layers.Zip(adapter.Layers))
        {
            Add(adapter, updates.Attention, weights.Pointer + offsets.Attention);
            Add(adapter, updates.AttentionOutput, weights.Pointer + offsets.AttentionOutput);
            Add(adapter, updates.GateUp, weights.Pointer + offsets.GateUp);
            Add(adapter, updates.Down, weights.Pointer + offsets.Down);
        }
    }

    static void Add(LoraAdapter adapter, LowRankUpdate? update, float* group)
    {
        if (update is null)
        {
            return;
        }

        var product = new MatrixProduct();
        foreach (var (index, part) in update.Parts.Index())
        {
            var scaled = new FloatBuffer((long)update.Rank * part.Outputs);
            adapter.Values.Span.Slice(part.Up, scaled.Length).CopyTo(scaled.Span);
            VectorMath.Scale(scaled.Span, (float)adapter.Options.Scale);
            product.Multiply(
                new MatrixView(scaled.Pointer, update.Rank, part.Outputs).Transposed,
                new MatrixView(adapter.Values.Pointer + update.Down + (index * update.Rank * update.Inputs), update.Rank, update.Inputs),
                new MatrixView(group + ((nint)part.FirstOutput * update.Inputs), part.Outputs, update.Inputs),
                accumulate: true);
        }
    }
}
