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

    public static DecoderWeights RandomWeights(DecoderConfig config, int seed)
    {
        var random = new Random(seed);
        var weights = new DecoderWeights(config);
        Fill(weights.Embedding, 0, 1);
        Fill(weights.FinalNorm, 1, 0.2);
        foreach (var layer in weights.Layers)
        {
            Fill(layer.AttentionNorm, 1, 0.2);
            Fill(layer.FeedForwardNorm, 1, 0.2);
            var spread = 2 / Math.Sqrt(config.Width);
            Array.ForEach([layer.Query, layer.Key, layer.Value, layer.AttentionOutput, layer.Gate, layer.Up, layer.Down], m => Fill(m, 0, spread));
        }

        return weights;

        void Fill(float[] values, double mean, double spread)
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)(mean + (spread * ((2 * random.NextDouble()) - 1)));
            }
        }
    }
}
