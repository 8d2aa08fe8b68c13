using System.Diagnostics;
using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.Models;

namespace SelfInstruct.Benchmarks;

/// <summary>Tokens per CPU second of one thread at the starter's size, with random weights: reading prompts and greedy decoding.</summary>
internal static class DecodingBenchmark
{
    const int Prefix = 128;
    const int Steps = 128;
    const int Tries = 5;

    static readonly DecoderConfig Config = new(VocabularySize: 2048, ContextLength: 512, Width: 192, Layers: 5, Heads: 3, FeedForward: 512);
    static readonly Sampling Greedy = new(Temperature: 0, TopP: 1, FrequencyPenalty: 0, PresencePenalty: 0, MaxTokens: Steps, Stop: [], Seed: 1);

    public static void Run(TextWriter output)
    {
        var model = new PackedDecoder(RandomWeights(new Random(1)));
        output.WriteLine($"D {Config.Width}, L {Config.Layers}, H {Config.Heads}, F {Config.FeedForward}, V {Config.VocabularySize}: {Config.Parameters:N0} parameters; 1 thread, median of {Tries}");
        output.WriteLine();
        output.WriteLine("| work | tokens per CPU second |");
        output.WriteLine("|---|---|");
        output.WriteLine($"| read prompts of {Prefix} tokens | {Median(() => ReadPrompts(model, 32)):N0} |");
        output.WriteLine($"| read a prompt of {Config.ContextLength} tokens | {Median(() => ReadLongPrompt(model)):N0} |");
        foreach (var sequences in new[] { 1, 8, 32 })
        {
            output.WriteLine($"| decode {Steps} tokens after {Prefix}, {sequences} at a time | {Median(() => Decode(model, sequences)):N0} |");
        }
    }

    static double Median(Func<double> measure)
    {
        measure();
        return Enumerable.Range(0, Tries).Select(_ => measure()).Order().ElementAt(Tries / 2);
    }

    static double ReadPrompts(PackedDecoder model, int prompts)
    {
        var (decoder, pages) = (new BatchDecoder(model, Prefix, 1), new CachePages(Config));
        return PerCpuSecond(prompts * Prefix, () =>
        {
            for (var i = 0; i < prompts; i++)
            {
                using var sequence = new SequenceCache(pages);
                Read(decoder, sequence, Prefix);
            }
        });
    }

    static double ReadLongPrompt(PackedDecoder model)
    {
        var (decoder, pages) = (new BatchDecoder(model, Prefix, 1), new CachePages(Config));
        return PerCpuSecond(8 * Config.ContextLength, () =>
        {
            for (var i = 0; i < 8; i++)
            {
                using var sequence = new SequenceCache(pages);
                Read(decoder, sequence, Config.ContextLength);
            }
        });
    }

    static double Decode(PackedDecoder model, int sequences)
    {
        var (decoder, pages) = (new BatchDecoder(model, Prefix, sequences), new CachePages(Config));
        var sampler = new TokenSampler(Config.VocabularySize);
        var used = new Dictionary<int, int>();
        var batch = Enumerable.Range(0, sequences).Select(_ => new SequenceCache(pages)).ToArray();
        var tokens = new int[sequences];
        Array.ForEach(batch, sequence => Read(decoder, sequence, Prefix));
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

    static void Read(BatchDecoder decoder, SequenceCache sequence, int tokens)
    {
        for (var start = 0; start < tokens; start += Prefix)
        {
            decoder.Run([.. Enumerable.Range(start, Prefix).Select(i => new DecoderRow(sequence, i, i * 7 % Config.VocabularySize, WantsLogits: i == tokens - 1))]);
            sequence.Advance(Prefix);
        }
    }

    static double PerCpuSecond(int tokens, Action work)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        work();
        process.Refresh();
        return tokens / (process.TotalProcessorTime - before).TotalSeconds;
    }

    static DecoderWeights RandomWeights(Random random)
    {
        var weights = new DecoderWeights(Config);
        Fill(weights.Embedding);
        Array.Fill(weights.FinalNorm, 1);
        foreach (var layer in weights.Layers)
        {
            Array.Fill(layer.AttentionNorm, 1);
            Array.Fill(layer.FeedForwardNorm, 1);
            Array.ForEach([layer.Query, layer.Key, layer.Value, layer.AttentionOutput, layer.Gate, layer.Up, layer.Down], Fill);
        }

        return weights;

        void Fill(float[] values)
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)((random.NextDouble() - 0.5) * 0.1);
            }
        }
    }
}
