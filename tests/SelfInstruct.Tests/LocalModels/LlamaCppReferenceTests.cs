using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.LocalModels.Tokenization;

namespace SelfInstruct.Tests.LocalModels;

/// <summary>
/// The product and llama.cpp on the same files. Values of llama.cpp are kept in tests/references/llama-cpp; with LLAMA_CPP
/// set to a folder where its npm package is installed, they are made on the spot (see the README there).
/// </summary>
public sealed class LlamaCppReferenceTests(LlamaCppReferenceTests.References references) : IClassFixture<LlamaCppReferenceTests.References>
{
    const int Prompt = 40;

    /// <summary>
    /// The largest difference of a logit, where logits reach 20 to 80. Both round what goes into a product to a type that belongs to
    /// the weights'; where one sum differs in its last bit, a number at a tie is rounded the other way, and that shows in the logits.
    /// </summary>
    public static TheoryData<string, double> Models => new(
    [
        .. InferenceModels.Variants.Keys.Select(name => (ReferenceModels.Name(name), 1e-3)),
        ("qwen2", 1e-3),
        ("type-F16", 0.05),
        ("type-BF16", 1e-3),
        ("type-Q8", 1e-3),
        ("type-Q4", 1e-3),
        ("type-Q4K", 1),
        ("type-Q6K", 1),
    ]);

    [Theory]
    [MemberData(nameof(Models))]
    public void Logits_equal_llama_cpp(string name, double tolerance)
    {
        using var stored = GgufFile.Open(references.PathOf(name));
        var expected = references.Logits(name);
        using var decoding = new GreedyDecoding(stored);
        var logits = decoding.Next(PromptTokens(expected.Length));
        var difference = expected.Zip(logits, (a, b) => Math.Abs(a - b)).Max();
        TestContext.Current.SendDiagnosticMessage($"{name}: largest difference {difference:G3} of logits up to {expected.Max(Math.Abs):G3}");
        Assert.True(difference <= tolerance, $"{name}: {difference} is more than {tolerance}");
    }

    public static TheoryData<string> Names => [.. Models.Select(row => row.Data.Item1)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Greedy_tokens_equal_llama_cpp(string name)
    {
        using var stored = GgufFile.Open(references.PathOf(name));
        using var decoding = new GreedyDecoding(stored);
        var expected = references.Greedy(name);
        var logits = decoding.Next(PromptTokens(stored.Config.VocabularySize));
        foreach (var token in expected)
        {
            // llama.cpp rounds the rows of a Q4_K prompt four at a time in a way of its own: one of 200 tokens differs, and is followed.
            var best = logits.Max();
            Assert.True(best - logits[token] <= (name == "type-Q4K" ? 0.1 : 0), $"{name}: llama.cpp drew {token}, {best - logits[token]} below the best");
            logits = decoding.Next([token]);
        }
    }

    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama3")]
    [InlineData("qwen2")]
    [InlineData("smollm")]
    [InlineData("pieces")]
    public void Text_is_cut_as_llama_cpp_cuts_it(string name)
    {
        using var stored = GgufFile.Open(references.PathOf("vocabulary-" + name));
        var tokenizer = new BytePairTokenizer(stored.Vocabulary);

        // Its SentencePiece also makes control tokens from their names in a text, which the product never does; and it leaves out Qwen2's NFC.
        var comparable = ReferenceModels.Texts.Zip(references.Texts(name)).Where(pair => name switch
        {
            "pieces" => !pair.First.Contains("<s>", StringComparison.Ordinal),
            "qwen2" => NormalFormC.Normalize(pair.First) == pair.First,
            _ => true,
        });
        Assert.All(comparable, pair => Assert.Equal(pair.Second, tokenizer.Encode(pair.First)));
    }

    [Theory]
    [InlineData(GgufType.Q4)]
    [InlineData(GgufType.Q8)]
    [InlineData(GgufType.Q4K)]
    [InlineData(GgufType.Q6K)]
    public void Blocks_of_any_bits_mean_the_numbers_that_ggml_makes_of_them(GgufType type)
    {
        var values = new float[ReferenceModels.BlockNumbers];
        GgufNumbers.Decode(type, ReferenceModels.RandomBlocks(type), values);
        Assert.Equal(references.Blocks(type), values);
    }

    static int[] PromptTokens(int vocabulary) => [.. Enumerable.Range(0, Prompt).Select(i => ((7 * i) + 3) % vocabulary)];

    sealed class GreedyDecoding : IDisposable
    {
        readonly BatchDecoder _decoder;
        readonly SequenceCache _sequence;

        public GreedyDecoding(StoredModel stored)
        {
            _decoder = new(new PackedDecoder(stored.Tensors), Prompt, 1);
            _sequence = new(new CachePages(stored.Config));
        }

        public float[] Next(int[] tokens)
        {
            _decoder.Run([.. tokens.Select((token, i) => new DecoderRow(_sequence, _sequence.Length + i, token, WantsLogits: i == tokens.Length - 1))]);
            _sequence.Advance(tokens.Length);
            return _decoder.Logits(0).ToArray();
        }

        public void Dispose() => _sequence.Dispose();
    }

    public sealed class References : IDisposable
    {
        readonly TemporaryFolder _folder = new();
        readonly JsonElement _models;

        public References()
        {
            var kept = Repository.In("tests", "references", "llama-cpp");
            foreach (var (name, write) in ReferenceModels.Files)
            {
                write(PathOf(name));
            }

            var values = Path.Combine(kept, "references.json");
            if (Environment.GetEnvironmentVariable("LLAMA_CPP") is { Length: > 0 } installed)
            {
                var live = _folder.In("references.json");
                Array.ForEach(
                    [GgufType.Q4, GgufType.Q8, GgufType.Q4K, GgufType.Q6K],
                    type => File.WriteAllBytes(_folder.In($"blocks-{type}.bin"), ReferenceModels.RandomBlocks(type)));
                File.WriteAllText(_folder.In("texts.json"), JsonSerializer.Serialize(ReferenceModels.Texts));
                Run(Path.Combine(kept, "reference.py"), installed, _folder.FolderPath, live);
                if (Environment.GetEnvironmentVariable("UPDATE_REFERENCES") is "1")
                {
                    File.Copy(live, values, overwrite: true);
                }

                values = live;
            }

            _models = JsonDocument.Parse(File.ReadAllText(values)).RootElement.GetProperty("models");
        }

        public string PathOf(string name) => _folder.In(name + ".gguf");

        public float[] Logits(string name) => MemoryMarshal.Cast<byte, float>(_models.GetProperty(name).GetProperty("logits").GetBytesFromBase64()).ToArray();

        public float[] Blocks(GgufType type) => MemoryMarshal.Cast<byte, float>(_models.GetProperty("blocks-" + type).GetBytesFromBase64()).ToArray();

        public int[] Greedy(string name) => Numbers(_models.GetProperty(name).GetProperty("greedy"));

        public int[][] Texts(string name) => [.. _models.GetProperty("vocabulary-" + name).GetProperty("texts").EnumerateArray().Select(Numbers)];

        public void Dispose() => _folder.Dispose();

        static int[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetInt32())];

        static void Run(params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo("python3", arguments) { RedirectStandardError = true, UseShellExecute = false })!;
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, errors);
        }
    }
}
