using System.Text;
using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Training;

namespace SelfInstruct.Tests.LocalModels;

public sealed class SafetensorsFileTests : IDisposable
{
    readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Theory]
    [InlineData(SafetensorsType.F32, 0)]
    [InlineData(SafetensorsType.F16, 1e-3)]
    [InlineData(SafetensorsType.BF16, 4e-3)]
    public void Tensors_come_back_as_they_were_written(SafetensorsType type, double relative)
    {
        NamedTensor[] tensors = [new("first", [2, 3], [1f, -2.5f, 0.1f, 3e-3f, 7f, 0f]), new("second", [1], [42f])];
        SafetensorsFile.Write(path, tensors, type);
        var read = SafetensorsFile.Read(path);
        foreach (var tensor in tensors)
        {
            Assert.Equal(tensor.Shape, read[tensor.Name].Shape);
            Assert.All(tensor.Values.Zip(read[tensor.Name].Values), pair => Assert.Equal(pair.First, pair.Second, relative * Math.Abs(pair.First)));
        }
    }

    [Fact]
    public void Half_an_F32_rounds_to_the_nearest_even()
    {
        // 1 + 2^-8 lies between 1 and 1 + 2^-7, and 1 + 3·2^-8 between that and 1 + 2^-6.
        var bytes = SafetensorsNumbers.Encode(SafetensorsType.BF16, [1f + (1f / 256), 1f + (3f / 256), float.NaN]);
        Assert.Equal([0x80, 0x3F, 0x82, 0x3F], bytes[..4]);
        var back = new float[3];
        SafetensorsNumbers.Decode(SafetensorsType.BF16, bytes, back);
        Assert.True(float.IsNaN(back[2]));
    }

    [Fact]
    public void A_file_of_the_format_description_is_read()
    {
        Assemble("""{"__metadata__":{"format":"pt"},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", [0, 0, 128, 63, 0, 0, 0, 64]);
        Assert.Equal([1f, 2f], SafetensorsFile.Read(path)["x"].Values);
    }

    [Theory]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,16]}}""")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,8]}}""")]
    [InlineData("""{"x":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""")]
    [InlineData("""{"x":{"dtype":"2","shape":[4],"data_offsets":[0,8]}}""")]
    [InlineData("""{"x":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}""")]
    [InlineData("""{"x":7}""")]
    [InlineData("[]")]
    [InlineData("{")]
    public void A_broken_directory_is_refused(string directory)
    {
        Assemble(directory, new byte[8]);
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_longer_than_the_file_is_refused()
    {
        File.WriteAllBytes(path, [255, 255, 255, 255, 255, 255, 255, 127, 0]);
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(path));
        File.WriteAllBytes(path, [1]);
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(path));
    }

    [Fact]
    public void Weights_survive_the_names_and_the_row_order_of_Hugging_Face()
    {
        var config = new DecoderConfig(VocabularySize: 7, ContextLength: 8, Width: 32, Layers: 2, Heads: 2, FeedForward: 64);
        var weights = WeightInitialization.Create(config, 1);
        SafetensorsFile.Write(path, HuggingFaceTensors.From(weights), SafetensorsType.F32);
        var read = SafetensorsFile.Read(path);
        var back = HuggingFaceTensors.ToWeights(config, read);
        Assert.All(DecoderTensors.Of(config), tensor => Assert.Equal(weights[tensor], back[tensor]));

        // Head 1, pair 3: rows 16 + 6 and 16 + 7 here lie at 16 + 3 and 16 + 8 + 3 there.
        var key = read["model.layers.1.self_attn.k_proj.weight"].Values;
        Assert.Equal(weights.Layers[1].Key.AsSpan(22 * 32, 32), key.AsSpan(19 * 32, 32));
        Assert.Equal(weights.Layers[1].Key.AsSpan(23 * 32, 32), key.AsSpan(27 * 32, 32));
    }

    [Fact]
    public void A_missing_or_misshapen_tensor_is_named()
    {
        var config = new DecoderConfig(VocabularySize: 7, ContextLength: 8, Width: 32, Layers: 1, Heads: 2, FeedForward: 64);
        var tensors = HuggingFaceTensors.From(new DecoderWeights(config)).ToDictionary(tensor => tensor.Name);
        tensors["model.norm.weight"] = tensors["model.norm.weight"] with { Shape = [32, 1] };
        Assert.Contains("model.norm.weight", Assert.Throws<InvalidDataException>(() => HuggingFaceTensors.ToWeights(config, tensors)).Message, StringComparison.Ordinal);
        tensors.Remove("model.norm.weight");
        Assert.Contains("missing", Assert.Throws<InvalidDataException>(() => HuggingFaceTensors.ToWeights(config, tensors)).Message, StringComparison.Ordinal);
    }

    void Assemble(string directory, byte[] data)
    {
        var json = Encoding.UTF8.GetBytes(directory);
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((ulong)json.Length), .. json, .. data]);
    }
}
