using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>The shape of a model in the metadata of a GGUF file of the architecture llama or qwen2.</summary>
internal sealed class LlamaMetadata
{
    /// <summary>[d / 2]: how many times slower each pair turns.</summary>
    public const string DivisorsName = "rope_freqs.weight";

    /// <summary>Settings that are read, or say nothing that matters here; any other is refused, as it would change the results.</summary>
    static readonly HashSet<string> KnownSettings =
    [
        "context_length", "embedding_length", "block_count", "feed_forward_length", "vocab_size", "expert_count", "expert_used_count", "tensor_data_layout",
        "rope.dimension_count", "rope.freq_base", "rope.scaling.type", "rope.scaling.factor", "rope.scaling.original_context_length", "rope.scaling.finetuned",
        "attention.head_count", "attention.head_count_kv", "attention.key_length", "attention.value_length", "attention.layer_norm_rms_epsilon",
        "attention.sliding_window",
    ];

    readonly GgufReader reader;
    readonly GgufSettings settings;
    readonly string architecture;

    public LlamaMetadata(GgufReader reader)
    {
        this.reader = reader;
        settings = new GgufSettings(reader);
        architecture = settings.Text("general.architecture");
        if (architecture is not ("llama" or "qwen2"))
        {
            throw reader.Broken($"architecture {architecture} is not supported; llama and qwen2 are.");
        }
    }

    /// <summary>Qwen2's files keep the row order of Hugging Face, where the halves of a head make the pairs.</summary>
    public bool IsHalved => architecture == "qwen2";

    public static IEnumerable<(string Key, object Value)> Write(DecoderConfig config, GgufType type, string name) =>
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
        ("llama.attention.head_count_kv", (uint)config.KeyValueHeads),
        ("llama.attention.key_length", (uint)config.HeadSize),
        ("llama.attention.value_length", (uint)config.HeadSize),
        ("llama.attention.layer_norm_rms_epsilon", config.NormEpsilon),
        ("llama.vocab_size", (uint)config.VocabularySize),
        .. config.RopeScaling.Uniform is { } factor and not 1
            ? new (string, object)[] { ("llama.rope.scaling.type", "linear"), ("llama.rope.scaling.factor", factor) }
            : [],
    ];

    /// <summary>Null where all pairs are slowed alike: that is written as a setting.</summary>
    public static GgufTensor? DivisorTensor(DecoderConfig config) =>
        config.RopeScaling.Uniform is null ? new GgufTensor(DivisorsName, [config.HeadSize / 2], GgufType.F32, 0) : null;

    public DecoderConfig ReadConfig()
    {
        RefuseUnknown();
        var (width, heads) = (Number("embedding_length"), Number("attention.head_count"));
        var config = new DecoderConfig(
            settings.Items("tokenizer.ggml.tokens").Length, Number("context_length"), width, Number("block_count"), heads, Number("feed_forward_length"))
        {
            KeyValueHeads = Optional("attention.head_count_kv", heads),
            HeadSize = Optional("attention.key_length", width / heads),
            RopeBase = settings.Real(Key("rope.freq_base"), 10_000f),
            NormEpsilon = settings.Real(Key("attention.layer_norm_rms_epsilon"), 1e-5f),
            HasAttentionBias = reader.Tensors.ContainsKey("blk.0.attn_q.bias"),
            IsTied = !reader.Tensors.ContainsKey("output.weight"),
        };
        CheckShape(config);
        return config with { RopeScaling = ReadScaling(config.HeadSize) };
    }

    void RefuseUnknown()
    {
        var unknown = reader.Metadata.Keys
            .Where(key => key.StartsWith(Key(""), StringComparison.Ordinal) && !KnownSettings.Contains(key[Key("").Length..]))
            .Order(StringComparer.Ordinal).FirstOrDefault();
        if (unknown is not null)
        {
            throw reader.Broken($"{unknown} {reader.Metadata[unknown]} is not supported.");
        }

        RefuseUnless("expert_count", 0, "a mixture of experts");
        RefuseUnless("attention.sliding_window", 0, "a sliding window");
    }

    void CheckShape(DecoderConfig config)
    {
        if (config.HeadSize % 2 != 0 || (!reader.Metadata.ContainsKey(Key("attention.key_length")) && config.Width % config.Heads != 0))
        {
            throw reader.Broken($"{config.Heads} heads do not split the width {config.Width} into even parts.");
        }

        if (config.HeadSize == 0 || (long)config.Heads * config.HeadSize > int.MaxValue)
        {
            throw reader.Broken($"{config.Heads} heads of {config.HeadSize} are no possible shape.");
        }

        if (config.Heads % config.KeyValueHeads != 0)
        {
            throw reader.Broken($"{config.Heads} heads cannot share {config.KeyValueHeads} heads of keys and values alike.");
        }

        RefuseUnless("rope.dimension_count", config.HeadSize, "rotation of a part of each head");
        RefuseUnless("attention.value_length", config.HeadSize, "values of another size than keys");
        RefuseUnless("vocab_size", config.VocabularySize, "a vocabulary of another size than its tokens");

        // A matrix per layer must be in the directory, so a wild count cannot ask for wild memory.
        if (config.Layers > reader.Tensors.Count / DecoderTensors.LeastPerLayer)
        {
            throw reader.Broken($"{Key("block_count")} is {config.Layers}, but there are only {reader.Tensors.Count} tensors.");
        }
    }

    RotaryScaling ReadScaling(int headSize)
    {
        var type = reader.Metadata.GetValueOrDefault(Key("rope.scaling.type")) ?? "none";
        var factor = settings.Real(Key("rope.scaling.factor"), 1f);
        return type switch
        {
            "none" when ReadDivisors(headSize) is { } divisors => divisors,
            "none" => RotaryScaling.None,
            "linear" when !reader.Tensors.ContainsKey(DivisorsName) => factor == 1 ? RotaryScaling.None : RotaryScaling.Linear(headSize, factor),
            _ => throw reader.Broken($"rope scaling of type {type} is not supported."),
        };
    }

    RotaryScaling? ReadDivisors(int headSize)
    {
        if (!reader.Tensors.TryGetValue(DivisorsName, out var entry))
        {
            return null;
        }

        if (entry.Type != GgufType.F32 || entry.Elements != headSize / 2)
        {
            throw reader.Broken($"{DivisorsName} is {entry.Type} of {entry.Elements}; F32 of {headSize / 2} is needed.");
        }

        float[] divisors = reader.ReadFloats(entry);
        return divisors.All(divisor => float.IsFinite(divisor) && divisor > 0)
            ? new RotaryScaling([.. divisors])
            : throw reader.Broken($"{DivisorsName} has a number that is not positive.");
    }

    void RefuseUnless(string setting, int expected, string feature)
    {
        if (reader.Metadata.ContainsKey(Key(setting)) && settings.Number(Key(setting), least: 0) is var found && found != expected)
        {
            throw reader.Broken($"{feature} is not supported ({Key(setting)} is {found}, not {expected}).");
        }
    }

    int Number(string setting) => settings.Number(Key(setting));

    int Optional(string setting, int otherwise) => reader.Metadata.ContainsKey(Key(setting)) ? Number(setting) : otherwise;

    string Key(string setting) => $"{architecture}.{setting}";
}
