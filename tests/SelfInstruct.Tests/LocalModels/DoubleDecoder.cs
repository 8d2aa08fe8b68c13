using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.Tests.LocalModels;

/// <summary>The slow obvious twin: the same decoder, one number at a time, in double precision.</summary>
internal static class DoubleDecoder
{
    /// <summary>[T][V].</summary>
    public static double[][] Logits(DecoderWeights weights, int[] tokens)
    {
        var config = weights.Config;
        double[][] stream = [.. tokens.Select(token => Row(weights.Embedding, token, config.Width))];
        foreach (var layer in weights.Layers)
        {
            double[][] attention = Attention(config, layer, [.. stream.Select(x => Norm(x, layer.AttentionNorm, config.NormEpsilon))]);
            stream = [.. stream.Zip(attention, (x, y) => Add(x, Multiply(layer.AttentionOutput, y)))];
            stream = [.. stream.Select(x => Add(x, FeedForward(layer, Norm(x, layer.FeedForwardNorm, config.NormEpsilon))))];
        }

        return [.. stream.Select(x => Multiply(weights.Output, Norm(x, weights.FinalNorm, config.NormEpsilon)))];
    }

    /// <summary>Mean over the targets that are not negative.</summary>
    public static double Loss(DecoderWeights weights, int[] tokens, int[] targets) =>
        Logits(weights, tokens).Zip(targets).Where(row => row.Second >= 0).Average(row =>
            Math.Log(row.First.Sum(Math.Exp)) - row.First[row.Second]);

    static double[][] Attention(DecoderConfig config, DecoderLayer layer, double[][] normed)
    {
        double[][] queries = [.. normed.Select((x, position) => Rotate(config, Biased(Multiply(layer.Query, x), layer.QueryBias), position))];
        double[][] keys = [.. normed.Select((x, position) => Rotate(config, Biased(Multiply(layer.Key, x), layer.KeyBias), position))];
        double[][] values = [.. normed.Select(x => Biased(Multiply(layer.Value, x), layer.ValueBias))];
        return [.. queries.Select((query, position) => Mix(config, query, keys[..(position + 1)], values))];
    }

    static double[] Mix(DecoderConfig config, double[] query, double[][] keys, double[][] values)
    {
        var mixed = new double[config.QueryWidth];
        for (var i = 0; i < mixed.Length; i++)
        {
            var (head, place) = Math.DivRem(i, config.HeadSize);
            var (own, shared) = (head * config.HeadSize, head * config.KeyValueHeads / config.Heads * config.HeadSize);
            double[] weights = [.. keys.Select(key => Math.Exp(
                Enumerable.Range(0, config.HeadSize).Sum(j => query[own + j] * key[shared + j]) / Math.Sqrt(config.HeadSize)))];
            mixed[i] = weights.Select((weight, position) => weight * values[position][shared + place]).Sum() / weights.Sum();
        }

        return mixed;
    }

    static double[] Rotate(DecoderConfig config, double[] x, int position)
    {
        var turned = new double[x.Length];
        for (var i = 0; i < x.Length; i += 2)
        {
            var slowed = config.RopeScaling.Divisors is [] ? 1 : config.RopeScaling.Divisors[i % config.HeadSize / 2];
            var angle = position * Math.Pow(config.RopeBase, -(double)(i % config.HeadSize) / config.HeadSize) / slowed;
            turned[i] = (x[i] * Math.Cos(angle)) - (x[i + 1] * Math.Sin(angle));
            turned[i + 1] = (x[i] * Math.Sin(angle)) + (x[i + 1] * Math.Cos(angle));
        }

        return turned;
    }

    static double[] FeedForward(DecoderLayer layer, double[] x)
    {
        double[] hidden = [.. Multiply(layer.Gate, x).Zip(Multiply(layer.Up, x), (gate, up) => gate / (1 + Math.Exp(-gate)) * up)];
        return Multiply(layer.Down, hidden);
    }

    static double[] Norm(double[] x, float[] gain, double epsilon)
    {
        var scale = 1 / Math.Sqrt(x.Average(value => value * value) + epsilon);
        return [.. x.Zip(gain, (value, factor) => value * scale * factor)];
    }

    static double[] Multiply(float[] matrix, double[] x)
    {
        var result = new double[matrix.Length / x.Length];
        for (var i = 0; i < matrix.Length; i++)
        {
            result[i / x.Length] += matrix[i] * x[i % x.Length];
        }

        return result;
    }

    static double[] Biased(double[] x, float[] bias) => bias is [] ? x : [.. x.Zip(bias, (value, b) => value + b)];

    static double[] Add(double[] x, double[] y) => [.. x.Zip(y, (a, b) => a + b)];

    static double[] Row(float[] matrix, int row, int width) =>
        [.. matrix.AsSpan(row * width, width).ToArray().Select(value => (double)value)];
}
