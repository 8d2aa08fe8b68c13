using System.Text.Json.Nodes;
using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Tokenization;

namespace SelfInstruct.Tests.LocalModels;

public sealed class HuggingFaceFolderTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Variants => [.. InferenceModels.Variants.Keys];

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_model_of_every_variant_comes_back_as_it_was_written(string name)
    {
        var model = InferenceModels.Variant(name);
        HuggingFaceFolder.Write(folder.FolderPath, model, SafetensorsType.F32);
        using var stored = HuggingFaceFolder.Open(folder.FolderPath);
        Assert.Equal(model.Config, stored.Config);
        var weights = stored.Tensors.Load();
        Assert.All(DecoderTensors.Of(model.Config), tensor => Assert.Equal(model.Weights[tensor], weights[tensor]));
        Assert.Equal(model.Vocabulary.Tokens, stored.Vocabulary.Tokens);
        Assert.Equal(model.Vocabulary.Merges, stored.Vocabulary.Merges);
        Assert.Equal(model.Vocabulary.StartOfText, stored.Vocabulary.StartOfText);
        Assert.Equal(model.Vocabulary.EndTokens, stored.Vocabulary.EndTokens);
    }

    [Fact]
    public void Rows_are_read_a_few_at_a_time_as_well_as_all_at_once()
    {
        var model = InferenceModels.Variant("biases");
        HuggingFaceFolder.Write(folder.FolderPath, model, SafetensorsType.F32);
        using var stored = HuggingFaceFolder.Open(folder.FolderPath);
        var query = DecoderTensors.Of(model.Config).First(tensor => tensor.Part is DecoderPart.Query);
        var rows = new float[3 * query.Columns];
        stored.Tensors.Read(query, 5, rows);
        Assert.Equal(model.Weights.Layers[0].Query.AsSpan(5 * query.Columns, rows.Length).ToArray(), rows);
    }

    [Fact]
    public void Weights_may_lie_in_several_files()
    {
        var model = InferenceModels.Variant("untied");
        HuggingFaceFolder.Write(folder.FolderPath, model, SafetensorsType.BF16);
        File.Delete(folder.In("model.safetensors"));
        var tensors = HuggingFaceTensors.From(model.Weights);
        SafetensorsFile.Write(folder.In("model-00001-of-00002.safetensors"), [.. tensors.Take(7)], SafetensorsType.BF16);
        SafetensorsFile.Write(folder.In("model-00002-of-00002.safetensors"), [.. tensors.Skip(7)], SafetensorsType.F16);
        WriteIndex(tensors.Select((tensor, i) => (tensor.Name, i < 7 ? "model-00001-of-00002.safetensors" : "model-00002-of-00002.safetensors")));
        using var stored = HuggingFaceFolder.Open(folder.FolderPath);
        Assert.Equal(model.Weights.Layers[1].Down[17], stored.Tensors.Load().Layers[1].Down[17], 1e-3f);

        WriteIndex([("model.norm.weight", "../outside.safetensors")]);
        Assert.Contains("no plain file name", Refusal(), StringComparison.Ordinal);
        WriteIndex([("model.norm.weight", "model-9.safetensors")]);
        Assert.Contains("no such file", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model_type", "\"gemma2\"", "architecture gemma2")]
    [InlineData("sliding_window", "4096", "sliding_window 4096 is not supported")]
    [InlineData("rope_scaling", """{"rope_type":"yarn","factor":4}""", "rope_scaling type yarn is not supported")]
    [InlineData("rope_scaling", """{"type":"dynamic","factor":2}""", "rope_scaling type dynamic")]
    [InlineData("hidden_act", "\"gelu\"", "hidden_act gelu")]
    [InlineData("attention_bias", "true", "attention_bias")]
    [InlineData("mlp_bias", "true", "mlp_bias")]
    [InlineData("quantization_config", """{"quant_method":"gptq"}""", "quantization_config gptq")]
    [InlineData("partial_rotary_factor", "0.5", "partial_rotary_factor 0.5")]
    [InlineData("layer_types", """["full_attention","sliding_attention"]""", "layer type sliding_attention")]
    [InlineData("hidden_size", "\"wide\"", "hidden_size")]
    [InlineData("num_attention_heads", "3", "num_attention_heads")]
    [InlineData("num_key_value_heads", "3", "num_key_value_heads")]
    [InlineData("vocab_size", "99999999", "model.embed_tokens.weight")]
    [InlineData("num_hidden_layers", "3", "model.layers.2.input_layernorm.weight is missing")]
    [InlineData("num_hidden_layers", "1", "model.layers.1.")]
    [InlineData("tie_word_embeddings", "false", "lm_head.weight is missing")]
    public void What_the_decoder_lacks_is_refused_by_name(string field, string value, string expected)
    {
        HuggingFaceFolder.Write(folder.FolderPath, InferenceModels.Variant("plain"), SafetensorsType.F16);
        Change("config.json", json =>
        {
            json.Remove("head_dim");
            json[field] = JsonNode.Parse(value);
        });
        Assert.Contains(expected, Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model", """{"type":"WordPiece","vocab":{}}""", "tokenizer WordPiece")]
    [InlineData("pre_tokenizer", """{"type":"Whitespace"}""", "pre_tokenizer Whitespace")]
    [InlineData("pre_tokenizer", """{"type":"ByteLevel","add_prefix_space":true}""", "add_prefix_space")]
    [InlineData("normalizer", """{"type":"Lowercase"}""", "normalizer Lowercase")]
    [InlineData("post_processor", """{"type":"RobertaProcessing"}""", "post_processor RobertaProcessing")]
    [InlineData("post_processor", """{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A"}},{"SpecialToken":{"id":"x"}}]}""", "post_processor TemplateProcessing")]
    public void A_tokenizer_that_is_not_read_is_refused_by_name(string field, string value, string expected)
    {
        HuggingFaceFolder.Write(folder.FolderPath, InferenceModels.Variant("plain"), SafetensorsType.F16);
        Change("tokenizer.json", json => json[field] = JsonNode.Parse(value));
        Assert.Contains(expected, Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama3")]
    [InlineData("qwen2")]
    [InlineData("smollm")]
    public void A_tokenizer_written_cuts_text_as_before(string name)
    {
        var vocabulary = ReferenceModels.Vocabularies[name];
        var config = new DecoderConfig(vocabulary.Tokens.Length + 5, 64, 32, Layers: 1, Heads: 1, FeedForward: 32);
        HuggingFaceFolder.Write(folder.FolderPath, new ModelFile(config, vocabulary, InferenceModels.RandomWeights(config, 1)), SafetensorsType.F16);
        using var stored = HuggingFaceFolder.Open(folder.FolderPath);
        var (before, after) = (new BytePairTokenizer(vocabulary), new BytePairTokenizer(stored.Vocabulary));
        Assert.All(ReferenceModels.Texts, text => Assert.Equal(before.Encode(text), after.Encode(text)));

        // Embeddings beyond the tokenizer's tokens are there and mean nothing.
        Assert.Equal(vocabulary.Tokens.Length + 5, stored.Vocabulary.Tokens.Length);
        Assert.Equal("", after.Decode([vocabulary.Tokens.Length + 4]));
    }

    [Fact]
    public void Added_tokens_are_found_in_text_and_special_ones_only_when_asked_for()
    {
        var plain = InferenceModels.Vocabulary;
        var vocabulary = plain with
        {
            Tokens = [.. plain.Tokens, "<tool>"],
            Kinds = [.. Enumerable.Range(0, plain.Tokens.Length).Select(plain.KindOf), TokenKind.UserDefined],
        };
        var config = new DecoderConfig(vocabulary.Tokens.Length, 64, 32, Layers: 1, Heads: 1, FeedForward: 32);
        HuggingFaceFolder.Write(folder.FolderPath, new ModelFile(config, vocabulary, InferenceModels.RandomWeights(config, 1)), SafetensorsType.F16);
        using var stored = HuggingFaceFolder.Open(folder.FolderPath);
        var tokenizer = new BytePairTokenizer(stored.Vocabulary);
        Assert.Contains(plain.Tokens.Length, tokenizer.Encode("use <tool> now"));
        Assert.Equal("use <tool> now", tokenizer.Decode(tokenizer.Encode("use <tool> now")));
        Assert.DoesNotContain(plain.EndOfText, tokenizer.Encode("a<|endoftext|>b"));
        Assert.Contains(plain.EndOfText, tokenizer.EncodeWithControls("a<|endoftext|>b"));
    }

    [Fact]
    public void End_tokens_and_template_come_from_the_further_files()
    {
        HuggingFaceFolder.Write(folder.FolderPath, InferenceModels.Variant("plain"), SafetensorsType.F16);
        folder.Write("generation_config.json", """{"eos_token_id":[3,7]}""");
        folder.Write("chat_template.jinja", "{{ '<|im_start|>' }}");
        using var stored = HuggingFaceFolder.Open(folder.FolderPath);
        Assert.Equal([stored.Vocabulary.EndOfText, 3, 7], stored.Vocabulary.EndTokens);
        Assert.Equal("{{ '<|im_start|>' }}", stored.Vocabulary.ChatTemplate);
    }

    [Fact]
    public void A_llama3_scaling_is_that_of_its_paper()
    {
        // By hand from the formula of Llama 3.1: waves shorter than 8192 / 4 stay, longer than 8192 / 1 are slowed eightfold, pair 29 lies between.
        var divisors = RotaryScaling.Llama3(128, 500_000, new(8, 1, 4, 8192)).Divisors;
        Assert.Equal(1, divisors[0]);
        Assert.Equal(8, divisors[63]);
        var wave = 2 * Math.PI * Math.Pow(500_000, 2 * 30 / 128.0);
        var smooth = ((8192 / wave) - 1) / 3;
        Assert.Equal(1 / (((1 - smooth) / 8) + smooth), divisors[30], 1e-5);
        Assert.InRange(divisors[30], 1.01f, 7.99f);
    }

    string Refusal() => Assert.Throws<InvalidDataException>(() => HuggingFaceFolder.Open(folder.FolderPath)).Message;

    void Change(string file, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(folder.In(file)))!.AsObject();
        change(json);
        File.WriteAllText(folder.In(file), json.ToJsonString());
    }

    void WriteIndex(IEnumerable<(string Tensor, string File)> places) =>
        folder.Write("model.safetensors.index.json", new JsonObject { ["weight_map"] = new JsonObject(places.Select(place => KeyValuePair.Create(place.Tensor, (JsonNode?)place.File))) }.ToJsonString());
}
