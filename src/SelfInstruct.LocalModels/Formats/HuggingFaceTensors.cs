using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>Weights under the names of Hugging Face's LlamaForCausalLM.</summary>
/// <remarks>That code turns pairs (i, i + headSize/2) where ours turns (2i, 2i + 1), so rows of query and key change places.</remarks>
public static class HuggingFaceTensors
{
    public static IReadOnlyList<NamedTensor> From(DecoderWeights weights) =>
        [.. DecoderTensors.Of(weights.Config).Select(tensor =>
            new NamedTensor(TensorNames.HuggingFace(tensor), [.. TensorNames.HuggingFaceShape(tensor)], Turned(weights, tensor)))];

    /// <exception cref="InvalidDataException">A tensor is missing, or has another shape than the config asks for.</exception>
    public static DecoderWeights ToWeights(DecoderConfig config, IReadOnlyDictionary<string, NamedTensor> tensors)
    {
        var weights = new DecoderWeights(config);
        foreach (var tensor in DecoderTensors.Of(config))
        {
            var (name, shape) = (TensorNames.HuggingFace(tensor), TensorNames.HuggingFaceShape(tensor));
            if (!tensors.TryGetValue(name, out var found) || !found.Shape.SequenceEqual(shape))
            {
                var instead = found is null ? "missing" : $"of shape [{string.Join(", ", found.Shape)}]";
                throw new InvalidDataException($"Tensor {name} is {instead}; [{string.Join(", ", shape)}] is needed.");
            }

            MoveRows(config, tensor, found.Values, weights[tensor], toHalved: false);
        }

        return weights;
    }

    /// <summary>Where a row of query or key, or a number of their biases, lies when the halves of a head make the pairs.</summary>
    internal static int HalvedRow(int row, int headSize)
    {
        var (head, place) = Math.DivRem(row, headSize);
        return (head * headSize) + (place % 2 * (headSize / 2)) + (place / 2);
    }

    static float[] Turned(DecoderWeights weights, DecoderTensor tensor)
    {
        if (!tensor.IsTurned)
        {
            return weights[tensor];
        }

        var moved = new float[tensor.Elements];
        MoveRows(weights.Config, tensor, weights[tensor], moved, toHalved: true);
        return moved;
    }

    static void MoveRows(DecoderConfig config, DecoderTensor tensor, float[] from, float[] to, bool toHalved)
    {
        if (!tensor.IsTurned)
        {
            from.CopyTo(to, 0);
            return;
        }

        var (rows, length) = tensor.IsVector ? (tensor.Columns, 1) : (tensor.Rows, tensor.Columns);
        for (var row = 0; row < rows; row++)
        {
            var halved = HalvedRow(row, config.HeadSize);
            var (source, target) = toHalved ? (row, halved) : (halved, row);
            from.AsSpan(source * length, length).CopyTo(to.AsSpan(target * length, length));
        }
    }
}
