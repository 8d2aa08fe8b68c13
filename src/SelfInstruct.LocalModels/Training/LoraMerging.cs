using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Training;

/// <summary>W + (alpha / rank) · B · A, for every target.</summary>
internal static unsafe class LoraMerging
{
    /// <param name="weights">Added to.</param>
    public static void Add(LoraAdapter adapter, DecoderWeights weights)
    {
        foreach (var (layer, updates) in weights.Layers.Zip(adapter.Layers))
        {
            foreach (var update in updates.All)
            {
                foreach (var (index, part) in update.Parts.Index())
                {
                    Add(adapter, update, index, part, layer[PartOf(part.Target)]);
                }
            }
        }
    }

    static void Add(LoraAdapter adapter, LowRankUpdate update, int index, LowRankPart part, float[] matrix)
    {
        var scaled = new FloatBuffer((long)update.Rank * part.Outputs);
        adapter.Values.Span.Slice(part.Up, scaled.Length).CopyTo(scaled.Span);
        VectorMath.Scale(scaled.Span, (float)adapter.Options.Scale);
        fixed (float* target = matrix)
        {
            new MatrixProduct().Multiply(
                new MatrixView(scaled.Pointer, update.Rank, part.Outputs).Transposed,
                new MatrixView(adapter.Values.Pointer + update.Down + (index * update.Rank * update.Inputs), update.Rank, update.Inputs),
                new MatrixView(target, part.Outputs, update.Inputs),
                accumulate: true);
        }
    }

    static DecoderPart PartOf(LoraTarget target) => target switch
    {
        LoraTarget.Query => DecoderPart.Query,
        LoraTarget.Key => DecoderPart.Key,
        LoraTarget.Value => DecoderPart.Value,
        LoraTarget.AttentionOutput => DecoderPart.AttentionOutput,
        LoraTarget.Gate => DecoderPart.Gate,
        LoraTarget.Up => DecoderPart.Up,
        _ => DecoderPart.Down,
    };
}
