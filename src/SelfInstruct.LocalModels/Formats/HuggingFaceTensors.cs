using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>Weights under the names of Hugging Face's LlamaForCausalLM.</summary>
/// <remarks>That code turns pairs (i, i + headSize/2) where ours turns (2i, 2i + 1), so rows of query and key change places.</remarks>
public static class HuggingFaceTensors
{
    public static IReadOnlyList<NamedTensor> From(DecoderWeights weights) =>
        [.. Tensors(weights).Select(tensor => new NamedTensor(
            tensor.Name, tensor.Rows == 0 ? [weights.Config.Width] : [tensor.Rows, tensor.Values.Length / tensor.Rows], tensor.Turned ? Halved(weights.Config, tensor.Values) : tensor.Values))];

    /// <exception cref="InvalidDataException">A tensor is missing, or has another shape than the config asks for.</exception>
    public static DecoderWeights ToWeights(DecoderConfig config, IReadOnlyDictionary<string, NamedTensor> tensors)
    {
        var weights = new DecoderWeights(config);
        foreach (var (expected, target) in From(weights).Zip(Tensors(weights)))
        {
            if (!tensors.TryGetValue(expected.Name, out var found) || !found.Shape.SequenceEqual(expected.Shape))
            {
                var shape = found is null ? "missing" : $"of shape [{string.Join(", ", found.Shape)}]";
                throw new InvalidDataException($"Tensor {expected.Name} is {shape}; [{string.Join(", ", expected.Shape)}] is needed.");
            }

            (target.Turned ? Interleaved(config, found.Values) : found.Values).CopyTo(target.Values, 0);
        }

        return weights;
    }

    static IEnumerable<(string Name, int Rows, bool Turned, float[] Values)> Tensors(DecoderWeights weights)
    {
        var (config, width) = (weights.Config, weights.Config.Width);
        return
        [
            ("model.embed_tokens.weight", config.VocabularySize, false, weights.Embedding),
            .. weights.Layers.SelectMany((layer, i) => ((string, int, bool, float[])[])
            [
                ($"model.layers.{i}.input_layernorm.weight", 0, false, layer.AttentionNorm),
                ($"model.layers.{i}.self_attn.q_proj.weight", width, true, layer.Query),
                ($"model.layers.{i}.self_attn.k_proj.weight", width, true, layer.Key),
                ($"model.layers.{i}.self_attn.v_proj.weight", width, false, layer.Value),
                ($"model.layers.{i}.self_attn.o_proj.weight", width, false, layer.AttentionOutput),
                ($"model.layers.{i}.post_attention_layernorm.weight", 0, false, layer.FeedForwardNorm),
                ($"model.layers.{i}.mlp.gate_proj.weight", config.FeedForward, false, layer.Gate),
                ($"model.layers.{i}.mlp.up_proj.weight", config.FeedForward, false, layer.Up),
                ($"model.layers.{i}.mlp.down_proj.weight", width, false, layer.Down),
            ]),
            ("model.norm.weight", 0, false, weights.FinalNorm),
        ];
    }

    static float[] Halved(DecoderConfig config, float[] interleaved) =>
        MoveRows(config, (source, halved, result) => interleaved.AsSpan(source, config.Width).CopyTo(result.AsSpan(halved)));

    static float[] Interleaved(DecoderConfig config, float[] halved) =>
        MoveRows(config, (target, source, result) => halved.AsSpan(source, config.Width).CopyTo(result.AsSpan(target)));

    /// <param name="move">Start of the row in interleaved order, in halved order, and the result.</param>
    static float[] MoveRows(DecoderConfig config, Action<int, int, float[]> move)
    {
        var result = new float[config.Width * config.Width];
        for (var row = 0; row < config.Width; row++)
        {
            var (head, place) = Math.DivRem(row, config.HeadSize);
            var halved = (head * config.HeadSize) + (place % 2 * (config.HeadSize / 2)) + (place / 2);
            move(row * config.Width, halved * config.Width, result);
        }

        return result;
    }
}
