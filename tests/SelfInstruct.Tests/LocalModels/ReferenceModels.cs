using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Tokenization;

namespace SelfInstruct.Tests.LocalModels;

/// <summary>GGUF files from fixed seeds, the same on every machine, that llama.cpp and the product both open.</summary>
static class ReferenceModels
{
    /// <summary>One file of each variant in F32, one of each number type, and vocabularies that differ in how they cut text.</summary>
    public static IReadOnlyDictionary<string, Action<string>> Files => new Dictionary<string, Action<string>>(
    [
        .. InferenceModels.Variants.Keys.Select(name => Written(Name(name), path => GgufFile.Write(path, InferenceModels.Variant(name), GgufType.F32, name))),
        Written("qwen2", path => Write(path, InferenceModels.Variant("biases"), GgufType.F32, "qwen2")),
        .. Types.Select(type => Written("type-" + type, path => Write(path, InferenceModels.Variant("grouped queries", width: 256), type, "llama"))),
        .. Vocabularies.Select(vocabulary => Written("vocabulary-" + vocabulary.Key, path => WriteVocabulary(path, vocabulary.Value))),
    ]);

    static GgufType[] Types => [GgufType.F16, GgufType.BF16, GgufType.Q8, GgufType.Q4, GgufType.Q4K, GgufType.Q6K];

    public static string Name(string variant) => variant.Replace(' ', '-');

    /// <summary>Merges learnt across every border, so that each rule of cutting shows.</summary>
    public static IReadOnlyDictionary<string, Vocabulary> Vocabularies => new Dictionary<string, Vocabulary>
    {
        ["gpt2"] = Uncut.Value with { PreTokenization = PreTokenization.Gpt2 },
        ["llama3"] = Uncut.Value with { PreTokenization = PreTokenization.Llama3, KeepsWholeWords = true },
        ["qwen2"] = Uncut.Value with { PreTokenization = PreTokenization.Qwen2, Normalizes = true },
        ["smollm"] = Uncut.Value with { PreTokenization = PreTokenization.SmolLM },
        ["pieces"] = Pieces.Value,
    };

    /// <summary>What tokenizers cut differently; in NFC, as llama.cpp leaves other texts alone.</summary>
    public static string[] Texts { get; } =
    [
        "The cat's 12345 hats, don't they'LL I'VE 'S you're",
        "  two  spaces   three\n\n lines\r\n\r\n  x\t\ty \n",
        "a1b22c333d4444 5 66 ٣٤٥ ⅷ²x",
        "...!!!\n\n(hello)[world]{x}_y-z\n$%^ &* \n",
        "naïve café Ünïcödé 日本語テキスト русский العربية हिन्दी 한국어",
        "emoji 👍🏽👨‍👩‍👧 𝒜𝒷 \u00a0nbsp\u2003em\u3000ideographic",
        "'tis 'twas ''s 'sa 're-do '\nll  'm",
        "x = 3.14e-10; // comment\n\tif (a<=b) { return \"s\"; }\n\n\n",
        " leading", "trailing ", " ", "\n", "a", "", "\u0001\u007f<s></s><|endoftext|>", "e\u0301\u0323 a\u0300",
    ];

    public const int BlockNumbers = 512;

    /// <summary>Random bits, but for scales that are numbers.</summary>
    public static byte[] RandomBlocks(GgufType type)
    {
        var bytes = new byte[GgufNumbers.Bytes(type, BlockNumbers)];
        new Random(11).NextBytes(bytes);
        SetScales(type, bytes, spread: 3);
        return bytes;
    }

    static readonly Lazy<Vocabulary> Uncut = new(LearnUncut);

    static readonly Lazy<Vocabulary> Pieces = new(LearnPieces);

    static KeyValuePair<string, Action<string>> Written(string name, Action<string> write) => new(name, write);

    static Vocabulary LearnUncut()
    {
        var learner = new PairLearner(Texts.ToDictionary(text => text, _ => 2), _ => true);
        while (learner.Tokens.Count < 620 && learner.MergeNext(1))
        {
        }

        return new([.. learner.Tokens, BytePairTraining.EndOfText], [.. learner.Merges], learner.Tokens.Count);
    }

    /// <summary>Every substring of the words up to five letters, scored by a fixed draw.</summary>
    static Vocabulary LearnPieces()
    {
        var words = string.Join(' ', Texts).Replace(' ', '▁').Where(c => c is '▁' or (>= '!' and <= 'z' and not '<') or 'é' or '語').ToArray();
        string[] pieces = [.. Enumerable.Range(0, words.Length).SelectMany(start => Enumerable.Range(1, Math.Min(5, words.Length - start)).Select(length => new string(words, start, length)))
            .Distinct().Order(StringComparer.Ordinal)];
        var random = new Random(5);
        string[] tokens = ["<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>"), .. pieces];
        return new([.. tokens], [], 2)
        {
            StartOfText = 1,
            Kinds = [TokenKind.Unknown, TokenKind.Control, TokenKind.Control, .. Enumerable.Repeat(TokenKind.Byte, 256), .. pieces.Select(_ => TokenKind.Normal)],
            Scores = [0, 0, 0, .. Enumerable.Repeat(0f, 256), .. pieces.Select(piece => piece.Length == 1 ? -1000f : -random.Next(900))],
            AddsSpace = true,
        };
    }

    static void WriteVocabulary(string path, Vocabulary vocabulary)
    {
        var config = new DecoderConfig(vocabulary.Tokens.Length, 320, 32, Layers: 1, Heads: 1, FeedForward: 32);
        GgufFile.Write(path, new ModelFile(config, vocabulary, InferenceModels.RandomWeights(config, 1)), GgufType.F16, "vocabulary");
    }

    /// <summary>As other programs write: any type, and the architecture of one's choice.</summary>
    public static void Write(string path, ModelFile model, GgufType type, string architecture)
    {
        IReadOnlyList<NamedTensor>? halved = architecture is "qwen2" ? HuggingFaceTensors.From(model.Weights) : null;
        DecoderTensor[] tensors = [.. DecoderTensors.Of(model.Config)];
        var laid = GgufWriter.Lay(tensors.Select(tensor =>
            new GgufTensor(TensorNames.Gguf(tensor), [.. TensorNames.GgufDimensions(tensor)], tensor.IsVector ? GgufType.F32 : type, 0)));
        using var writer = new GgufWriter(File.Create(path));
        writer.WriteDirectory(
            [.. LlamaMetadata.Write(model.Config, GgufType.F32, "x").Select(entry => entry.Key is "general.architecture"
                ? (entry.Key, architecture)
                : (entry.Key.Replace("llama.", architecture + ".", StringComparison.Ordinal), entry.Value)), .. GgufVocabulary.Write(model.Vocabulary)],
            laid);
        for (var i = 0; i < tensors.Length; i++)
        {
            writer.WriteData(Encode(laid[i].Type, halved?[i].Values ?? model.Weights[tensors[i]], seed: i));
        }
    }

    /// <summary>Types that the product does not write get blocks of random bits with fitting scales.</summary>
    static byte[] Encode(GgufType type, float[] values, int seed)
    {
        if (type is GgufType.F32 or GgufType.F16 or GgufType.Q8)
        {
            return GgufNumbers.Encode(type, values);
        }

        if (type is GgufType.BF16)
        {
            return SafetensorsNumbers.Encode(SafetensorsType.BF16, values);
        }

        var bytes = new byte[GgufNumbers.Bytes(type, values.Length)];
        new Random(seed).NextBytes(bytes);
        SetScales(type, bytes, values.Max());
        return bytes;
    }

    static void SetScales(GgufType type, byte[] bytes, float spread)
    {
        for (var block = 0; block < bytes.Length; block += type.BlockBytes())
        {
            foreach (var (at, scale) in Scales(type, spread))
            {
                BitConverter.TryWriteBytes(bytes.AsSpan(block + at), (Half)scale);
            }
        }
    }

    static (int At, float Scale)[] Scales(GgufType type, float spread) => type switch
    {
        GgufType.Q4 => [(0, spread / 8)],
        GgufType.Q8 => [(0, spread / 128)],
        GgufType.Q4K => [(0, spread / (32 * 8)), (2, spread / 32)],
        _ => [(208, spread / (64 * 32))],
    };
}
