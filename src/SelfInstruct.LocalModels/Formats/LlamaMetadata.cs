using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>Between a model and the metadata of a GGUF file of the llama architecture.</summary>
internal static class LlamaMetadata
{
    const int ControlToken = 3;
    const int NormalToken = 1;

    public static IEnumerable<(string Key, object Value)> Write(ModelFile model, GgufType type, string name)
    {
        var (config, vocabulary) = (model.Config, model.Vocabulary);
        return
        [
            ("general.architecture", "llama"),
            ("general.name", name),
            ("general.alignment", (uint)GgufWriter.Alignment),
            ("general.file_type", type switch { GgufType.F32 => 0u, GgufType.F16 => 1u, _ => 7u }),
            ("llama.context_length", (uint)config.ContextLength),
            ("llama.embedding_length", (uint)config.Width),
            ("llama.block_count", (uint)config.Layers),
            ("llama.feed_forward_length", (uint)config.FeedForward),
            ("llama.rope.dimension_count", (uint)config.HeadSize),
            ("llama.rope.freq_base", config.RopeBase),
            ("llama.attention.head_count", (uint)config.Heads),
            ("llama.attention.head_count_kv", (uint)config.Heads),
            ("llama.attention.layer_norm_rms_epsilon", config.NormEpsilon),
            ("llama.vocab_size", (uint)config.VocabularySize),
            ("tokenizer.ggml.model", "gpt2"),

            // Any other name loads in llama.cpp as well, but cuts text differently.
            ("tokenizer.ggml.pre", "gpt-2"),
            ("tokenizer.ggml.tokens", vocabulary.Tokens.ToArray()),
            ("tokenizer.ggml.token_type", TokenTypes(vocabulary)),
            ("tokenizer.ggml.merges", vocabulary.Merges.ToArray()),
            ("tokenizer.ggml.bos_token_id", (uint)vocabulary.EndOfText),
            ("tokenizer.ggml.eos_token_id", (uint)vocabulary.EndOfText),
            ("tokenizer.ggml.add_bos_token", false),
            ("tokenizer.ggml.add_eos_token", false),
        ];
    }

    public static DecoderConfig ReadConfig(GgufReader reader)
    {
        Require(reader, "general.architecture", "llama");
        var heads = Number(reader, "llama.attention.head_count");
        var config = new DecoderConfig(
            Items(reader, "tokenizer.ggml.tokens").Length,
            Number(reader, "llama.context_length"),
            Number(reader, "llama.embedding_length"),
            Number(reader, "llama.block_count"),
            heads,
            Number(reader, "llama.feed_forward_length"))
        {
            RopeBase = Real(reader, "llama.rope.freq_base", 10_000f),
            NormEpsilon = Real(reader, "llama.attention.layer_norm_rms_epsilon", 1e-5f),
        };
        if (config.Width % (2 * heads) != 0)
        {
            throw reader.Broken($"{heads} heads do not split the width {config.Width} into even parts.");
        }

        RefuseWhatIsMissing(reader, config);
        return config;
    }

    public static Vocabulary ReadVocabulary(GgufReader reader, DecoderConfig config)
    {
        Require(reader, "tokenizer.ggml.model", "gpt2");
        Require(reader, "tokenizer.ggml.pre", "gpt-2");
        var endOfText = Number(reader, "tokenizer.ggml.eos_token_id", least: 0);
        return endOfText < config.VocabularySize
            ? new Vocabulary([.. Texts(reader, "tokenizer.ggml.tokens")], [.. Texts(reader, "tokenizer.ggml.merges")], endOfText)
            : throw reader.Broken($"tokenizer.ggml.eos_token_id is {endOfText}, but there are {config.VocabularySize} tokens.");
    }

    /// <summary>The end of text is a control token, which no text is ever cut into.</summary>
    static int[] TokenTypes(Vocabulary vocabulary) =>
        [.. Enumerable.Range(0, vocabulary.Tokens.Length).Select(id => id == vocabulary.EndOfText ? ControlToken : NormalToken)];

    static void RefuseWhatIsMissing(GgufReader reader, DecoderConfig config)
    {
        RefuseUnless(reader, "llama.attention.head_count_kv", config.Heads, "grouped-query attention");
        RefuseUnless(reader, "llama.rope.dimension_count", config.HeadSize, "rotation of a part of each head");
        RefuseUnless(reader, "llama.attention.key_length", config.HeadSize, "heads that do not add up to the width");
        RefuseUnless(reader, "llama.attention.value_length", config.HeadSize, "heads that do not add up to the width");
        RefuseUnless(reader, "llama.expert_count", 0, "a mixture of experts");
        RefuseUnless(reader, "llama.vocab_size", config.VocabularySize, "a vocabulary of another size than its tokens");
        if (reader.Metadata.GetValueOrDefault("llama.rope.scaling.type") is { } scaling && scaling is not "none")
        {
            throw reader.Broken($"rope scaling (llama.rope.scaling.type is {scaling}) is not supported.");
        }

        // A matrix per layer must be in the directory, so a wild count cannot ask for wild memory.
        if (config.Layers > reader.Tensors.Count / LlamaTensors.PerLayer)
        {
            throw reader.Broken($"llama.block_count is {config.Layers}, but there are only {reader.Tensors.Count} tensors.");
        }
    }

    static void RefuseUnless(GgufReader reader, string key, int expected, string feature)
    {
        if (reader.Metadata.ContainsKey(key) && Number(reader, key, least: 0) is var found && found != expected)
        {
            throw reader.Broken($"{feature} is not supported ({key} is {found}, not {expected}).");
        }
    }

    static void Require(GgufReader reader, string key, string expected)
    {
        var found = reader.Metadata.GetValueOrDefault(key);
        if (found is not string text || text != expected)
        {
            throw reader.Broken($"{key} is {found ?? "missing"}; only {expected} is supported.");
        }
    }

    static int Number(GgufReader reader, string key, int least = 1)
    {
        long? number = reader.Metadata.GetValueOrDefault(key) switch
        {
            uint value => value,
            int value => value,
            ulong value => (long)Math.Min(value, long.MaxValue),
            long value => value,
            ushort value => value,
            _ => null,
        };
        return number >= least && number <= int.MaxValue
            ? (int)number
            : throw reader.Broken($"{key} is {reader.Metadata.GetValueOrDefault(key) ?? "missing"}; a whole number from {least} is needed.");
    }

    static float Real(GgufReader reader, string key, float otherwise) =>
        reader.Metadata.GetValueOrDefault(key) switch
        {
            null => otherwise,
            float value when float.IsFinite(value) && value > 0 => value,
            var value => throw reader.Broken($"{key} is {value}; a positive number is needed."),
        };

    static object[] Items(GgufReader reader, string key) =>
        reader.Metadata.GetValueOrDefault(key) as object[] ?? throw reader.Broken($"the list {key} is missing.");

    static IEnumerable<string> Texts(GgufReader reader, string key) =>
        Items(reader, key).Select(item => item as string ?? throw reader.Broken($"{key} holds {item}, which is no text."));
}
