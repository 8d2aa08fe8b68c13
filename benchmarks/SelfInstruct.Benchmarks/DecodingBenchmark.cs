using System.Diagnostics;
using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.Models;

namespace SelfInstruct.Benchmarks;

/// <summary>
/// Tokens per CPU second of one thread with random weights: reading prompts and greedy decoding, from F32 and Q8_0 weights.
/// The files are left in the folder, for llama.cpp to be measured on the same (benchmarks/llama-cpp/decoding.py).
/// </summary>
internal static class DecodingBenchmark
{
    const int Prefix = 128;
    const int Steps = 64;
    const int Tries = 3;

    static readonly (string Name, DecoderConfig Config)[] Sizes =
    [
        ("starter", new(VocabularySize: 2048, ContextLength: 512, Width: 192, Layers: 5, Heads: 3, FeedForward: 512)),
        ("10M", new(VocabularySize: 8192, ContextLength: 512, Width: 384, Layers: 6, Heads: 6, FeedForward: 1024)),
        ("30M", new(VocabularySize: 8192, ContextLength: 512, Width: 512, Layers: 10, Heads: 8, FeedForward: 1376)),
    ];

    static readonly Sampling Greedy = new(Temperature: 0, TopP: 1, FrequencyPenalty: 0, PresencePenalty: 0, MaxTokens: Steps, Stop: [], Seed: 1);

    public static void Run(string folder, TextWriter output)
    {
        Directory.CreateDirectory(folder);
        output.WriteLine($"Tokens per CPU second; 1 thread, prompts of {Prefix} tokens, then {Steps} more, median of {Tries}");
        output.WriteLine();
        output.WriteLine("| model | parameters | weights | read prompts | 1 at a time | 8 | 32 |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var (name, config) in Sizes)
        {
            Write(folder, name, config);
            foreach (var type in new[] { GgufType.F32, GgufType.Q8 })
            {
                using var stored = GgufFile.Open(PathOf(folder, name, type));
                var model = new PackedDecoder(stored.Tensors);
                double[] rates = [Median(() => ReadPrompts(model, 8)), .. new[] { 1, 8, 32 }.Select(sequences => Median(() => Decode(model, sequences)))];
                output.WriteLine($"| {name} | {config.Parameters:N0} | {type} | {string.Join(" | ", rates.Select(rate => $"{rate:N0}"))} |");
            }
        }
    }

    static string PathOf(string folder, string name, GgufType type) => Path.Combine(folder, $"{name}.{type}.gguf");

    static void Write(string folder, string name, DecoderConfig config)
    {
        // The tokenizer is not measured, but a file needs one of the model's size.
        var tokens = Enumerable.Range(0, config.VocabularySize).Select(i => $"t{i}").ToArray();
        var vocabulary = new Vocabulary([.. tokens], [], 0);
        var model = new ModelFile(config, vocabulary, RandomWeights(config, new Random(1)));
        foreach (var type in new[] { GgufType.F32, GgufType.F16, GgufType.Q8 })
        {
            GgufFile.Write(PathOf(folder, name, type), model, type, name);
        }
    }

    static double Median(Func<double> measure)
    {
        measure();
        return Enumerable.Range(0, Tries).Select(_ => measure()).Order().ElementAt(Tries / 2);
    }

    static double ReadPrompts(PackedDecoder model, int prompts)
    {
        var (decoder, pages) = (new BatchDecoder(model, Prefix, 1), new CachePages(model.Config));
        return PerCpuSecond(prompts * Prefix, () =>
        {
            for (var i = 0; i < prompts; i++)
            {
                using var sequence = new SequenceCache(pages);
                Read(model, decoder, sequence);
            }
        });
    }

    static double Decode(PackedDecoder model, int sequences)
    {
        var (decoder, pages) = (new BatchDecoder(model, Prefix, sequences), new CachePages(model.Config));
        var sampler = new TokenSampler(model.Config.VocabularySize);
        var used = new Dictionary<int, int>();
        var batch = Enumerable.Range(0, sequences).Select(_ => new SequenceCache(pages)).ToArray();
        var tokens = new int[sequences];
        Array.ForEach(batch, sequence => Read(model, decoder, sequence));
        return PerCpuSecond(sequences * Steps, () =>
        {
            var rows = new DecoderRow[sequences];
            for (var step = 0; step < Steps; step++)
            {
                for (var i = 0; i < sequences; i++)
                {
                    rows[i] = new(batch[i], batch[i].Length, tokens[i], WantsLogits: true);
                }

                decoder.Run(rows);
                for (var i = 0; i < sequences; i++)
                {
                    tokens[i] = sampler.Next(decoder.Logits(i), Greedy, used, step);
                    batch[i].Advance(1);
                }
            }
        });
    }

    static void Read(PackedDecoder model, BatchDecoder decoder, SequenceCache sequence)
    {
        decoder.Run([.. Enumerable.Range(0, Prefix).Select(i => new DecoderRow(sequence, i, i * 7 % model.Config.VocabularySize, WantsLogits: i == Prefix - 1))]);
        sequence.Advance(Prefix);
    }

    static double PerCpuSecond(int tokens, Action work)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        work();
        process.Refresh();
        return tokens / (process.TotalProcessorTime - before).TotalSeconds;
    }

    static DecoderWeights RandomWeights(DecoderConfig config, Random random)
    {
        var weights = new DecoderWeights(config);
        foreach (var tensor in DecoderTensors.Of(config))
        {
            foreach (ref var value in weights[tensor].AsSpan())
            {
                value = tensor.IsVector ? 1 : (float)((random.NextDouble() - 0.5) * 0.1);
            }
        }

        return weights;
    }
}
