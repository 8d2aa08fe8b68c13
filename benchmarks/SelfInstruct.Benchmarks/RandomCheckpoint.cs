using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Tokenization;
using SelfInstruct.LocalModels.Training;

namespace SelfInstruct.Benchmarks;

/// <summary>Random weights in the shape of SmolLM2-135M (30 layers of 576, 9 heads on 3 of keys, 49,152 tokens), for measuring memory.</summary>
internal static class RandomCheckpoint
{
    public static void Write(string path)
    {
        var config = new DecoderConfig(VocabularySize: 49_152, ContextLength: 2048, Width: 576, Layers: 30, Heads: 9, FeedForward: 1536) { KeyValueHeads = 3, RopeBase = 100_000 };
        var learned = BytePairTraining.Train(["Name three colours. Red, green and blue. What is the sum of two and three? Five."], 300, CancellationToken.None);
        var spare = Enumerable.Range(0, config.VocabularySize - learned.Tokens.Length).Select(static i => $"spare{i}");
        var vocabulary = learned with { Tokens = [.. learned.Tokens, .. spare] };
        GgufFile.Write(path, new ModelFile(config, vocabulary, WeightInitialization.Create(config, 1)), GgufType.F16, "random");
        Console.WriteLine($"{path}: {config.Parameters:N0} parameters");
    }
}
