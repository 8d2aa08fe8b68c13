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

    /// <summary>What members of the Llama family differ in, by name.</summary>
    public static IReadOnlyDictionary<string, Func<DecoderConfig, DecoderConfig>> Variants { get; } = new Dictionary<string, Func<DecoderConfig, DecoderConfig>>
    {
        ["plain"] = config => config,
        ["grouped queries"] = config => config with { KeyValueHeads = 2 },
        ["one head of keys"] = config => config with { KeyValueHeads = 1 },
        ["untied"] = config => config with { IsTied = false },
        ["biases"] = config => config with { HasAttentionBias = true, KeyValueHeads = 2, RopeBase = 1e6f, NormEpsilon = 1e-6f },
        ["wide heads"] = config => config with { HeadSize = 48, IsTied = false },
        ["linear scaling"] = config => config with { RopeScaling = RotaryScaling.Linear(config.HeadSize, 4) },
        ["llama3 scaling"] = config => config with { RopeBase = 5e5f, RopeScaling = RotaryScaling.Llama3(config.HeadSize, 5e5, new(8, 1, 4, 64)) },
    };

    public static ModelFile Variant(string name, int width = 128, int seed = 1)
    {
        var config = Variants[name](new DecoderConfig(Vocabulary.Tokens.Length, 320, width, Layers: 2, Heads: 4, FeedForward: width));
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
