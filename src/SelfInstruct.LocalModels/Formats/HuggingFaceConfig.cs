using System.Buffers;
using System.Text.Json;
using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>Between a decoder's shape and the config.json of Hugging Face's Llama, Mistral and Qwen2 models.</summary>
internal static class HuggingFaceConfig
{
    /// <summary>A layer has nine tensors and a folder holds few files; more layers than this no model of the family has.</summary>
    const int MostLayers = 1000;

    /// <exception cref="InvalidDataException">A feature this decoder lacks; the message names it.</exception>
    public static DecoderConfig Read(JsonSettings json)
    {
        var type = json.Text("model_type") ?? "of no model_type";
        if (type is not ("llama" or "mistral" or "qwen2"))
        {
            throw json.Unsupported($"architecture {type}");
        }

        RefuseUnsupported(json, type);
        var (width, heads) = (json.Number("hidden_size"), json.Number("num_attention_heads"));
        var config = new DecoderConfig(
            json.Number("vocab_size"), json.Number("max_position_embeddings"), width, json.Number("num_hidden_layers"), heads, json.Number("intermediate_size"))
        {
            KeyValueHeads = json.Number("num_key_value_heads", heads),
            HeadSize = json.Number("head_dim", width / heads),
            RopeBase = (float)(json.Object("rope_parameters") ?? json).Real("rope_theta", 10_000),
            NormEpsilon = (float)json.Real("rms_norm_eps", 1e-6),
            HasAttentionBias = type is "qwen2",
            IsTied = json.Flag("tie_word_embeddings", otherwise: false),
        };
        CheckShape(json, config);
        return config with { RopeScaling = ReadScaling(json, config) };
    }

    /// <summary>Of model type qwen2 where there are biases, else llama.</summary>
    public static byte[] Write(ModelFile model)
    {
        var config = model.Config;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("architectures");
            json.WriteStringValue(config.HasAttentionBias ? "Qwen2ForCausalLM" : "LlamaForCausalLM");
            json.WriteEndArray();
            json.WriteString("model_type", config.HasAttentionBias ? "qwen2" : "llama");
            json.WriteNumber("vocab_size", config.VocabularySize);
            json.WriteNumber("max_position_embeddings", config.ContextLength);
            json.WriteNumber("hidden_size", config.Width);
            json.WriteNumber("num_hidden_layers", config.Layers);
            json.WriteNumber("num_attention_heads", config.Heads);
            json.WriteNumber("num_key_value_heads", config.KeyValueHeads);
            json.WriteNumber("head_dim", config.HeadSize);
            json.WriteNumber("intermediate_size", config.FeedForward);
            json.WriteString("hidden_act", "silu");
            json.WriteNumber("rms_norm_eps", config.NormEpsilon);
            json.WriteNumber("rope_theta", config.RopeBase);
            WriteScaling(json, config);
            json.WriteBoolean("tie_word_embeddings", config.IsTied);
            json.WriteBoolean("attention_bias", false);
            json.WriteBoolean("mlp_bias", false);
            WriteToken(json, "bos_token_id", model.Vocabulary.StartOfText);
            json.WriteStartArray("eos_token_id");
            json.WriteNumberValue(model.Vocabulary.EndOfText);
            foreach (var end in model.Vocabulary.EndTokens.Where(end => end != model.Vocabulary.EndOfText))
            {
                json.WriteNumberValue(end);
            }

            json.WriteEndArray();
            json.WriteString("torch_dtype", "float32");
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    static void RefuseUnsupported(JsonSettings json, string type)
    {
        var window = json.Has("sliding_window") && (type is not "qwen2" || json.Flag("use_sliding_window", otherwise: false));
        var feature = window ? $"sliding_window {json.Find("sliding_window")}"
            : json.Text("hidden_act") is { } activation and not "silu" ? $"hidden_act {activation}"
            : json.Flag("attention_bias", otherwise: false) && type is not "qwen2" ? "attention_bias (also of the attention's output)"
            : json.Flag("mlp_bias", otherwise: false) ? "mlp_bias"
            : json.Has("quantization_config") ? $"quantization_config {json.Object("quantization_config")!.Text("quant_method")}"
            : json.Real("partial_rotary_factor", 1) != 1 ? $"partial_rotary_factor {json.Find("partial_rotary_factor")}"
            : json.Items("layer_types").FirstOrDefault(layer => json.TextOf(layer, "layer_types") != "full_attention") is { ValueKind: JsonValueKind.String } layer
                ? $"layer type {layer}"
            : null;
        if (feature is not null)
        {
            throw json.Unsupported(feature);
        }
    }

    static void CheckShape(JsonSettings json, DecoderConfig config)
    {
        if (config.HeadSize % 2 != 0 || config.HeadSize == 0 || (!json.Has("head_dim") && config.Width % config.Heads != 0))
        {
            throw json.Broken("num_attention_heads", $"it does not split the hidden_size {config.Width} into even parts");
        }

        if (config.Heads % config.KeyValueHeads != 0)
        {
            throw json.Broken("num_key_value_heads", $"{config.Heads} attention heads must be a multiple of it");
        }

        if ((long)config.Heads * config.HeadSize > int.MaxValue)
        {
            throw json.Broken("num_attention_heads", $"heads of {config.HeadSize} are too many");
        }

        if (config.Layers > MostLayers)
        {
            throw json.Broken("num_hidden_layers", $"at most {MostLayers} are read");
        }
    }

    static RotaryScaling ReadScaling(JsonSettings json, DecoderConfig config)
    {
        var scaling = json.Object("rope_scaling") ?? json.Object("rope_parameters");
        var type = scaling?.Text("rope_type") ?? scaling?.Text("type") ?? "default";
        return type switch
        {
            "default" => RotaryScaling.None,
            "linear" => RotaryScaling.Linear(config.HeadSize, scaling!.Real("factor")),
            "llama3" => RotaryScaling.Llama3(
                config.HeadSize,
                config.RopeBase,
                new(scaling!.Real("factor"), scaling.Real("low_freq_factor"), scaling.Real("high_freq_factor"), scaling.Real("original_max_position_embeddings"))),
            _ => throw json.Unsupported($"rope_scaling type {type}"),
        };
    }

    /// <exception cref="ArgumentException">The scaling is not one that Hugging Face has a name for.</exception>
    static void WriteScaling(Utf8JsonWriter json, DecoderConfig config)
    {
        if (config.RopeScaling == RotaryScaling.None)
        {
            json.WriteNull("rope_scaling");
            return;
        }

        json.WriteStartObject("rope_scaling");
        if (config.RopeScaling.Uniform is { } factor)
        {
            json.WriteString("rope_type", "linear");
            json.WriteNumber("factor", factor);
        }
        else
        {
            var settings = config.RopeScaling.Settings
                ?? throw new ArgumentException("The RoPE scaling came as bare divisors, for which config.json has no field; write GGUF.", nameof(config));
            json.WriteString("rope_type", "llama3");
            json.WriteNumber("factor", settings.Factor);
            json.WriteNumber("low_freq_factor", settings.LowFrequency);
            json.WriteNumber("high_freq_factor", settings.HighFrequency);
            json.WriteNumber("original_max_position_embeddings", (long)settings.OldContext);
        }

        json.WriteEndObject();
    }

    static void WriteToken(Utf8JsonWriter json, string name, int? token)
    {
        if (token is { } id)
        {
            json.WriteNumber(name, id);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
