using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.Tests.LocalModels;

/// <summary>The decoder as the papers write it, in double: RMSNorm, RoPE, causal attention, SwiGLU. Everything is recomputed.</summary>
static class InferenceTwin
{
    /// <returns>Logits [V] after the last token.</returns>
    public static double[] Logits(DecoderWeights weights, IReadOnlyList<int> tokens)
    {
        var config = weights.Config;
        var x = tokens.Select(t => weights.Embedding.Skip(t * config.Width).Take(config.Width).Select(v => (double)v).ToArray()).ToArray();
        foreach (var layer in weights.Layers)
        {
            var attended = Attention(config, layer, [.. x.Select(row => Norm(config, row, layer.AttentionNorm))]);
            x = [.. x.Zip(attended, Add)];
            x = [.. x.Select(row => Add(row, FeedForward(layer, Norm(config, row, layer.FeedForwardNorm))))];
        }

        return Product(weights.Output, Norm(config, x[^1], weights.FinalNorm));
    }

    static double[][] Attention(DecoderConfig config, DecoderLayer layer, double[][] x)
    {
        var queries = x.Select((row, position) => Rotate(config, Biased(Product(layer.Query, row), layer.QueryBias), position)).ToArray();
        var keys = x.Select((row, position) => Rotate(config, Biased(Product(layer.Key, row), layer.KeyBias), position)).ToArray();
        var values = x.Select(row => Biased(Product(layer.Value, row), layer.ValueBias)).ToArray();
        return [.. queries.Select((query, position) => Product(layer.AttentionOutput, Mix(config, query, keys[..(position + 1)], values)))];
    }

    static double[] Mix(DecoderConfig config, double[] query, double[][] keys, double[][] values)
    {
        var mixed = new double[config.QueryWidth];
        for (var head = 0; head < config.Heads; head++)
        {
            var (own, shared) = (head * config.HeadSize, head * config.KeyValueHeads / config.Heads * config.HeadSize);
            var dimensions = Enumerable.Range(0, config.HeadSize).ToArray();
            var powers = keys.Select(key => Math.Exp(dimensions.Sum(d => query[own + d] * key[shared + d]) / Math.Sqrt(config.HeadSize))).ToArray();
            foreach (var d in dimensions)
            {
                mixed[own + d] = powers.Select((power, t) => power / powers.Sum() * values[t][shared + d]).Sum();
            }
        }

        return mixed;
    }

    static double[] Rotate(DecoderConfig config, double[] x, int position)
    {
        var rotated = new double[x.Length];
        for (var i = 0; i < x.Length; i += 2)
        {
            var slowed = config.RopeScaling.Divisors is [] ? 1 : config.RopeScaling.Divisors[i % config.HeadSize / 2];
            var angle = position * Math.Pow(config.RopeBase, -(double)(i % config.HeadSize) / config.HeadSize) / slowed;
            rotated[i] = (x[i] * Math.Cos(angle)) - (x[i + 1] * Math.Sin(angle));
            rotated[i + 1] = (x[i] * Math.Sin(angle)) + (x[i + 1] * Math.Cos(angle));
        }

        return rotated;
    }

    static double[] FeedForward(DecoderLayer layer, double[] x)
    {
        var gate = Product(layer.Gate, x);
        var up = Product(layer.Up, x);
        return Product(layer.Down, [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)]);
    }

    static double[] Norm(DecoderConfig config, double[] x, float[] gain)
    {
        var scale = 1 / Math.Sqrt(x.Average(v => v * v) + config.NormEpsilon);
        return [.. x.Zip(gain, (v, g) => v * scale * g)];
    }

    static double[] Product(float[] matrix, double[] x) =>
        [.. Enumerable.Range(0, matrix.Length / x.Length).Select(row => x.Select((v, i) => matrix[(row * x.Length) + i] * v).Sum())];

    static double[] Biased(double[] x, float[] bias) => bias is [] ? x : [.. x.Zip(bias, (v, b) => v + b)];

    static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
