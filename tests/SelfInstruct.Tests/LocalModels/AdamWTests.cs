using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;
using SelfInstruct.LocalModels.Training;

namespace SelfInstruct.Tests.LocalModels;

public sealed class AdamWTests
{
    static readonly DecoderConfig Config = new(VocabularySize: 10, ContextLength: 8, Width: 32, Layers: 1, Heads: 1, FeedForward: 32);

    [Fact]
    public void Steps_are_those_of_the_textbook_in_double_precision()
    {
        var layout = new ParameterLayout(Config);
        var options = new TrainingOptions { WeightDecay = 0.3, MaxGradientNorm = 2, Threads = 2 };
        var (optimizer, weights, random) = (new AdamW(layout.Ranges, options), new FloatBuffer(layout.Count), new Random(1));
        layout.Gather(WeightInitialization.Create(Config, 1), weights.Span);
        double[] expected = [.. weights.Span.ToArray().Select(weight => (double)weight)];
        var (mean, variance) = (new double[expected.Length], new double[expected.Length]);
        for (var step = 0; step < 3; step++)
        {
            FloatBuffer[] lanes = [Noise(layout.Count, random), Noise(layout.Count, random)];
            double[] gradient = [.. Enumerable.Range(0, layout.Count).Select(i => (double)lanes[0].Span[i] + lanes[1].Span[i])];
            var norm = Math.Sqrt(gradient.Sum(value => value * value));
            Assert.True(norm > 2, "the clip must be tested");
            Assert.Equal(norm, optimizer.Step(weights, lanes, step, learningRate: 0.01), 1e-3);
            foreach (var range in layout.Ranges)
            {
                for (var i = range.Start; i < range.Start + range.Length; i++)
                {
                    var g = gradient[i] * 2 / norm;
                    mean[i] = (0.9 * mean[i]) + (0.1 * g);
                    variance[i] = (0.95 * variance[i]) + (0.05 * g * g);
                    var (m, v) = (mean[i] / (1 - Math.Pow(0.9, step + 1)), variance[i] / (1 - Math.Pow(0.95, step + 1)));
                    expected[i] -= 0.01 * ((m / (Math.Sqrt(v) + 1e-8)) + (range.Decays ? 0.3 * expected[i] : 0));
                }
            }
        }

        Assert.All(expected.Zip(weights.Span.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Ranges_cover_every_weight_once_and_gains_do_not_decay()
    {
        var layout = new ParameterLayout(Config);
        Assert.Equal(Config.Parameters, layout.Count);
        var next = 0;
        foreach (var range in layout.Ranges)
        {
            Assert.Equal(next, range.Start);
            next += range.Length;
        }

        Assert.Equal(layout.Count, next);
        Assert.Equal(3 * Config.Width, layout.Ranges.Where(range => !range.Decays).Sum(range => range.Length));
    }

    static FloatBuffer Noise(int length, Random random)
    {
        var buffer = new FloatBuffer(length);
        foreach (ref var value in buffer.Span)
        {
            value = random.NextSingle() - 0.5f;
        }

        return buffer;
    }
}
