using System.Text;
using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Kernels;
using SelfInstruct.LocalModels.Training;

namespace SelfInstruct.Tests.LocalModels;

/// <summary>
/// Against PyTorch 1.13's autograd in double precision: tests/references/gradients.py wrote gradients.safetensors. Three
/// sequences are packed into one window; the model has shared keys, biases and an output matrix of its own.
/// </summary>
public sealed class PyTorchGradientTests
{
    const double Tolerance = 1e-4;

    static readonly DecoderConfig Config = new(VocabularySize: 23, ContextLength: 16, Width: 32, Layers: 2, Heads: 4, FeedForward: 32)
    {
        KeyValueHeads = 2,
        HeadSize = 16,
        HasAttentionBias = true,
        IsTied = false,
    };

    static readonly IReadOnlyDictionary<string, NamedTensor> Reference = SafetensorsFile.Read(Repository.In("tests", "references", "gradients.safetensors"));

    static readonly TrainingWindow Window = new(
        [.. Enumerable.Range(0, 16).Select(static i => ((i * 7) + 3) % 23)],
        [.. Enumerable.Range(0, 16).Select(static i => ((i * 5) + 1) % 23)],
        [.. Enumerable.Range(0, 16).Select(static i => (i % 4) switch { 1 => 0f, 2 => 0.25f, _ => 1f })],
        [9, 1, 6]);

    [Fact]
    public void Every_weight_has_the_same_gradient()
    {
        var trainable = new TrainableWeights(Weights());
        var (loss, gradient) = Compute(trainable);
        Assert.Equal(Reference["loss"].Values[0], loss, 1e-5);
        var tensors = HuggingFaceTensors.From(trainable.Layout.Scatter(gradient.Span));
        Assert.Equal(27, tensors.Count);
        Assert.All(tensors, static tensor => AssertClose(Reference[tensor.Name], tensor));
    }

    [Fact]
    public void Every_factor_of_an_adapter_has_the_same_gradient()
    {
        var adapter = new LoraAdapter(Config, new LoraOptions { Rank = 3, Alpha = 6 }, seed: 1);
        Fill(adapter);
        var (loss, gradient) = Compute(new TrainableWeights(Weights(), adapter));
        Assert.Equal(Reference["adapter_loss"].Values[0], loss, 1e-5);
        gradient.Span.CopyTo(adapter.Values.Span);
        var tensors = Export(adapter);
        Assert.Equal(28, tensors.Count);
        Assert.All(tensors.Values, static tensor => AssertClose(Reference[tensor.Name], tensor));
    }

    [Fact]
    public void The_exported_adapter_on_the_exported_model_is_the_merged_model()
    {
        var adapter = new LoraAdapter(Config, new LoraOptions { Rank = 3, Alpha = 6 }, seed: 1);
        Fill(adapter);
        var (factors, merged) = (Export(adapter), HuggingFaceTensors.From(new TrainableWeights(Weights(), adapter).ToDecoder()));
        foreach (var (before, after) in HuggingFaceTensors.From(Weights()).Zip(merged))
        {
            var name = "base_model.model." + before.Name.Replace(".weight", "", StringComparison.Ordinal);
            var expected = factors.TryGetValue(name + ".lora_A.weight", out var a) ? Add(before, a, factors[name + ".lora_B.weight"]) : before.Values;
            Assert.All(expected.Zip(after.Values), static pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }
    }

    static (double Loss, FloatBuffer Gradient) Compute(TrainableWeights trainable)
    {
        var gradient = new FloatBuffer(trainable.Trained.Length);
        var loss = new DecoderPass(trainable, 16).AddGradient(Window, 1f / (float)Window.Counted, gradient);
        return (loss / Window.Counted, gradient);
    }

    static DecoderWeights Weights()
    {
        var shapes = HuggingFaceTensors.From(new DecoderWeights(Config));
        return HuggingFaceTensors.ToWeights(Config, shapes.ToDictionary(static tensor => tensor.Name, static tensor => tensor with { Values = Values(tensor) }));
    }

    static float[] Values(NamedTensor tensor)
    {
        var isNorm = tensor.Name.EndsWith("norm.weight", StringComparison.Ordinal);
        var scale = tensor.Name switch
        {
            "model.embed_tokens.weight" => 1,
            _ when isNorm || tensor.Name.Contains("lora", StringComparison.Ordinal) || tensor.Name.EndsWith("bias", StringComparison.Ordinal) => 0.3,
            _ => 0.35,
        };
        return [.. Enumerable.Range(0, tensor.Values.Length).Select(i => Value(tensor.Name, i, scale, isNorm ? 1 : 0))];
    }

    /// <summary>The formula of the script.</summary>
    static float Value(string name, int i, double scale, double middle)
    {
        var salt = Encoding.UTF8.GetBytes(name).Aggregate(0u, static (sum, value) => unchecked((sum * 31) + value));
        unchecked
        {
            var x = ((uint)i * 2654435761u) + (salt * 40503u);
            x = (x ^ (x >> 15)) * 2246822519u;
            x = (x ^ (x >> 13)) * 3266489917u;
            return (float)(middle + (scale * ((x / 2147483648.0) - 1)));
        }
    }

    /// <summary>Exporting the numbers 0, 1, 2 … tells which place of which tensor each of them has.</summary>
    static void Fill(LoraAdapter adapter)
    {
        for (var i = 0; i < adapter.Count; i++)
        {
            adapter.Values.Span[i] = i;
        }

        foreach (var tensor in Export(adapter).Values)
        {
            foreach (var (place, value) in tensor.Values.Zip(Values(tensor)))
            {
                adapter.Values.Span[(int)place] = value;
            }
        }
    }

    static IReadOnlyDictionary<string, NamedTensor> Export(LoraAdapter adapter)
    {
        using var folder = new TemporaryFolder();
        AdapterFolder.Write(folder.FolderPath, adapter, "base");
        return SafetensorsFile.Read(folder.In("adapter_model.safetensors"));
    }

    /// <summary>W + 2 · B · A.</summary>
    static float[] Add(NamedTensor weights, NamedTensor a, NamedTensor b)
    {
        var (rank, inputs) = (a.Shape[0], a.Shape[1]);
        return [.. weights.Values.Select((value, i) => value + (2 * Enumerable.Range(0, rank).Sum(r => b.Values[(i / inputs * rank) + r] * a.Values[(r * inputs) + (i % inputs)])))];
    }

    static void AssertClose(NamedTensor expected, NamedTensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        var size = Math.Sqrt(expected.Values.Sum(static value => (double)value * value));
        var difference = Math.Sqrt(expected.Values.Zip(actual.Values, static (a, b) => ((double)a - b) * ((double)a - b)).Sum());
        Assert.True(difference <= Tolerance * size, $"{actual.Name}: differs by {difference / size:G3} of its size");
    }
}
