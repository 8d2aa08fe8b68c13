using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Formats;

/// <param name="Rows">0 for a vector.</param>
internal sealed record LlamaTensor(string Name, int Rows, int Columns, Func<DecoderWeights, float[]> Values)
{
    /// <summary>Innermost first, as GGUF has it.</summary>
    public long[] Dimensions => Rows == 0 ? [Columns] : [Columns, Rows];
}

/// <summary>Names and shapes of a Llama model's tensors in GGUF. No output.weight: it is tied to token_embd.weight.</summary>
internal static class LlamaTensors
{
    public const int PerLayer = 9;

    public static IEnumerable<LlamaTensor> Of(DecoderConfig config) =>
    [
        new("token_embd.weight", config.VocabularySize, config.Width, weights => weights.Embedding),
        .. Enumerable.Range(0, config.Layers).SelectMany(layer => OfLayer(config, layer)),
        new("output_norm.weight", 0, config.Width, weights => weights.FinalNorm),
    ];

    static IEnumerable<LlamaTensor> OfLayer(DecoderConfig config, int index)
    {
        var (width, hidden) = (config.Width, config.FeedForward);
        return
        [
            Tensor("attn_norm", 0, width, layer => layer.AttentionNorm),
            Tensor("attn_q", width, width, layer => layer.Query),
            Tensor("attn_k", width, width, layer => layer.Key),
            Tensor("attn_v", width, width, layer => layer.Value),
            Tensor("attn_output", width, width, layer => layer.AttentionOutput),
            Tensor("ffn_norm", 0, width, layer => layer.FeedForwardNorm),
            Tensor("ffn_gate", hidden, width, layer => layer.Gate),
            Tensor("ffn_up", hidden, width, layer => layer.Up),
            Tensor("ffn_down", width, hidden, layer => layer.Down),
        ];

        LlamaTensor Tensor(string name, int rows, int columns, Func<DecoderLayer, float[]> values) =>
            new($"blk.{index}.{name}.weight", rows, columns, weights => values(weights.Layers[index]));
    }
}
