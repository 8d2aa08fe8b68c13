using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Training;

/// <summary>Weights to start pretraining from, as in GPT-2 (Radford et al., 2019).</summary>
public static class WeightInitialization
{
    const double Deviation = 0.02;

    /// <summary>Normal with deviation 0.02; matrices that write to the residual stream are smaller by √(2L); norms are one.</summary>
    public static DecoderWeights Create(DecoderConfig config, int seed)
    {
        var random = new Random(seed);
        var weights = new DecoderWeights(config);
        var residual = Deviation / Math.Sqrt(2.0 * config.Layers);
        Fill(weights.Embedding, Deviation);
        if (!config.IsTied)
        {
            Fill(weights.Output, Deviation);
        }

        foreach (var layer in weights.Layers)
        {
            Array.Fill(layer.AttentionNorm, 1f);
            Array.Fill(layer.FeedForwardNorm, 1f);
            foreach (var matrix in (float[][])[layer.Query, layer.Key, layer.Value, layer.Gate, layer.Up])
            {
                Fill(matrix, Deviation);
            }

            Fill(layer.AttentionOutput, residual);
            Fill(layer.Down, residual);
        }

        Array.Fill(weights.FinalNorm, 1f);
        return weights;

        void Fill(float[] tensor, double deviation)
        {
            foreach (ref var value in tensor.AsSpan())
            {
                value = (float)(deviation * Normal(random));
            }
        }
    }

    /// <summary>Box and Muller.</summary>
    static double Normal(Random random)
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
        return radius * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
