using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Training;

namespace SelfInstruct.Tests.LocalModels;

public sealed class GgufFileTests : IDisposable
{
    static readonly DecoderConfig Config =
        new(VocabularySize: 5, ContextLength: 64, Width: 32, Layers: 2, Heads: 2, FeedForward: 64) { RopeBase = 5000f, NormEpsilon = 1e-6f };

    readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Theory]
    [InlineData(GgufType.F32, 0)]
    [InlineData(GgufType.F16, 5e-5)]
    [InlineData(GgufType.Q8, 5e-4)]
    public void A_model_comes_back_as_it_was_written(GgufType type, double tolerance)
    {
        var model = Model();
        GgufFile.Write(path, model, type, "tiny");
        var read = GgufFile.Read(path);
        Assert.Equal(model.Config, read.Config);
        Assert.Equal(model.Vocabulary.Tokens, read.Vocabulary.Tokens);
        Assert.Equal(model.Vocabulary.Merges, read.Vocabulary.Merges);
        Assert.Equal(model.Vocabulary.EndOfText, read.Vocabulary.EndOfText);
        foreach (var tensor in DecoderTensors.Of(model.Config))
        {
            var allowed = tensor.IsVector ? 0 : tolerance;
            Assert.All(model.Weights[tensor].Zip(read.Weights[tensor]), pair => Assert.Equal(pair.First, pair.Second, allowed));
        }
    }

    [Fact]
    public void A_block_of_eight_bits_has_the_bytes_of_the_ggml_reference()
    {
        // By hand from quantize_row_q8_0_ref: largest 127 gives scale 1, half 0x3C00; 0.5 and -2.5 round away from zero.
        var values = new float[32];
        (values[0], values[1], values[2], values[3]) = (127f, 0.5f, -2.5f, -127f);
        var bytes = GgufNumbers.Encode(GgufType.Q8, values);
        Assert.Equal(new byte[] { 0x00, 0x3C, 127, 1, 0xFD, 0x81, 0 }, bytes[..7]);
        Assert.Equal(34, bytes.Length);
    }

    [Fact]
    public void The_header_is_that_of_the_specification()
    {
        GgufFile.Write(path, Model(), GgufType.F16, "tiny");
        var bytes = File.ReadAllBytes(path);
        Assert.Equal("GGUF"u8, bytes.AsSpan(0, 4));
        Assert.Equal(3, BitConverter.ToInt32(bytes, 4));
        Assert.Equal(2 + (2 * 9), BitConverter.ToInt64(bytes, 8));
        Assert.Equal("general.architecture".Length, BitConverter.ToInt64(bytes, 24));
        Assert.Equal("general.architecture"u8, bytes.AsSpan(32, 20));
        Assert.Equal(0, bytes.Length % GgufWriter.Alignment);
    }

    [Fact]
    public void Eight_bits_need_rows_of_whole_blocks()
    {
        var config = Config with { FeedForward = 48 };
        var model = new ModelFile(config, Model().Vocabulary, WeightInitialization.Create(config, 1));
        Assert.Contains("ffn_down", Assert.Throws<ArgumentException>(() => GgufFile.Write(path, model, GgufType.Q8, "odd")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_beyond_half_precision_is_refused()
    {
        var model = Model();
        model.Weights.Layers[1].Down[7] = 70_000f;
        Assert.Contains("70000", Assert.Throws<ArgumentException>(() => GgufFile.Write(path, model, GgufType.F16, "large")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama.attention.sliding_window", 4096u, "sliding window")]
    [InlineData("llama.attention.scale", 0.5f, "llama.attention.scale")]
    [InlineData("llama.expert_count", 8u, "mixture of experts")]
    [InlineData("general.architecture", "qwen3", "qwen3")]
    [InlineData("llama.rope.scaling.type", "yarn", "rope scaling")]
    [InlineData("tokenizer.ggml.model", "t5", "tokenizer.ggml.model t5")]
    [InlineData("tokenizer.ggml.pre", "deepseek-llm", "tokenizer.ggml.pre deepseek-llm")]
    [InlineData("tokenizer.ggml.eos_token_id", 9u, "eos_token_id")]
    [InlineData("llama.block_count", 900_000_000u, "block_count")]
    [InlineData("llama.attention.head_count", 3u, "3 heads")]
    [InlineData("llama.attention.head_count_kv", 3u, "cannot share 3")]
    public void What_the_decoder_lacks_is_refused_by_name(string key, object value, string expected)
    {
        WriteWith(key, value, []);
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => GgufFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("output.weight", "output.weight has the shape")]
    [InlineData("blk.0.attn_output.bias", "blk.0.attn_output.bias")]
    public void A_tensor_of_another_architecture_is_refused_by_name(string tensor, string expected)
    {
        WriteWith("general.name", "x", [tensor]);
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => GgufFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused_with_place_and_reason()
    {
        GgufFile.Write(path, Model(), GgufType.Q8, "tiny");
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length < whole.Length - GgufWriter.Alignment; length += length < 3000 ? 7 : 997)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Contains("at byte", Assert.Throws<InvalidDataException>(() => GgufFile.Read(path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_built_in_model_reads_a_prompt_behind_the_end_of_the_text_before()
    {
        using var starter = GgufFile.Open(Repository.In("models", "starter", "starter.gguf"));
        Assert.Equal(starter.Vocabulary.EndOfText, starter.Vocabulary.StartOfText);
    }

    [Theory]
    [InlineData(13, "Q5_K")]
    [InlineData(20, "IQ4_NL")]
    [InlineData(77, "ggml type 77")]
    public void A_number_type_that_is_not_read_is_refused_by_name(int type, string expected)
    {
        var model = Model();
        using (var writer = new GgufWriter(File.Create(path)))
        {
            writer.WriteDirectory(
                [.. LlamaMetadata.Write(Config, GgufType.F32, "x"), .. GgufVocabulary.Write(model.Vocabulary)],
                [new GgufTensor("token_embd.weight", [32, 5], (GgufType)type, 0)]);
        }

        Assert.Contains("quantization", Assert.Throws<InvalidDataException>(() => GgufFile.Read(path)).Message, StringComparison.Ordinal);
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => GgufFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_with_wild_bytes_is_read_or_refused_but_never_crashes()
    {
        GgufFile.Write(path, Model(), GgufType.F16, "tiny");
        var whole = File.ReadAllBytes(path);
        var random = new Random(3);
        for (var attempt = 0; attempt < 600; attempt++)
        {
            var broken = (byte[])whole.Clone();
            broken[random.Next(2500)] = (byte)random.Next(256);
            broken[random.Next(2500)] = 0xFF;
            File.WriteAllBytes(path, broken);
            var error = Record.Exception(() => GgufFile.Read(path));
            Assert.True(error is null or InvalidDataException, error?.ToString());
        }
    }

    static ModelFile Model() =>
        new(Config, new Vocabulary(["a", "b", "ab", "Ġ", "<|endoftext|>"], ["a b"], 4), WeightInitialization.Create(Config, 1));

    void WriteWith(string key, object value, string[] further)
    {
        var model = Model();
        (string Key, object Value)[] metadata =
            [.. LlamaMetadata.Write(Config, GgufType.F32, "tiny").Concat(GgufVocabulary.Write(model.Vocabulary)).Where(entry => entry.Key != key), (key, value)];
        var tensors = GgufWriter.Lay(
        [
            .. DecoderTensors.Of(Config).Select(tensor => new GgufTensor(TensorNames.Gguf(tensor), [.. TensorNames.GgufDimensions(tensor)], GgufType.F32, 0)),
            .. further.Select(name => new GgufTensor(name, [8], GgufType.F32, 0)),
        ]);
        using var writer = new GgufWriter(File.Create(path));
        writer.WriteDirectory(metadata, tensors);
        foreach (var tensor in tensors)
        {
            writer.WriteData(new byte[tensor.Bytes]);
        }
    }
}
