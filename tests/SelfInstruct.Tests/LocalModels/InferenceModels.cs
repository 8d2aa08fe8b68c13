using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Tokenization;

namespace SelfInstruct.Tests.LocalModels;

/// <summary>Tiny models of random weights: large ones, so that a wrong row or position shows.</summary>
static class InferenceModels
{
    public static readonly Vocabulary Vocabulary = BytePairTraining.Train(
        ["The cat sat on the mat, and the hat that the cat had sat on wasn't the cat's hat.\n\nTask 1: name three cats."], 280, CancellationToken.None);

    public static ModelFile Random(int width = 64, int heads = 4, int context = 160, int seed = 1)
    {
        var config = new DecoderConfig(Vocabulary.Tokens.Length, context, width, Layers: 2, heads, FeedForward: 96);
        return new(config, Vocabulary, RandomWeights(config, seed));
    }

    /// <summary>Vectors near 1 for norms, near 0 for biases.</summary>
    public static DecoderWeights RandomWeights(DecoderConfig config, int seed)
    {
        var random = new Random(seed);
        var weights = new DecoderWeights(config);
        foreach (var tensor in DecoderTensors.Of(config))
        {
            var isNorm = tensor.Part is DecoderPart.AttentionNorm or DecoderPart.FeedForwardNorm or DecoderPart.FinalNorm;
            var spread = isNorm ? 0.2 : tensor.IsVector ? 0.5 : tensor.Part is DecoderPart.Embedding ? 1 : 2 / Math.Sqrt(config.Width);
            foreach (ref var value in weights[tensor].AsSpan())
            {
                value = (float)((isNorm ? 1 : 0) + (spread * ((2 * random.NextDouble()) - 1)));
            }
        }

        return weights;
    }
}
