using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.Tests.LocalModels;

public sealed class VectorMathTests
{
    public static TheoryData<int> Lengths => [1, 15, 16, 17, 64, 100];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Softmax_and_its_logarithm_are_those_of_double_precision(int length)
    {
        var values = Numbers(length, 1);
        double[] powers = [.. values.Select(value => Math.Exp(0.7f * (double)value))];
        var logSum = VectorMath.Softmax(values, 0.7f);
        Assert.Equal(Math.Log(powers.Sum()), logSum, 1e-5);
        AssertClose(powers.Select(power => power / powers.Sum()), values);
    }

    [Fact]
    public void Softmax_of_large_values_does_not_overflow()
    {
        float[] values = [1000f, 1000f, -1000f];
        Assert.Equal(1000 + Math.Log(2), VectorMath.Softmax(values), 1e-3);
        Assert.Equal([0.5f, 0.5f, 0f], values);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Root_mean_square_norm_is_that_of_double_precision(int length)
    {
        var (x, gain, result) = (Numbers(length, 1), Numbers(length, 2), new float[length]);
        var scale = 1 / Math.Sqrt(x.Average(value => (double)value * value) + 1e-5);
        Assert.Equal(scale, VectorMath.RmsNorm(x, gain, 1e-5f, result), 1e-5);
        AssertClose(x.Zip(gain, (value, factor) => value * scale * factor), result);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Elementwise_operations_reach_the_last_element(int length)
    {
        var (a, b, result) = (Numbers(length, 1), Numbers(length, 2), new float[length]);
        VectorMath.GatedSilu(a, b, result);
        AssertClose(a.Zip(b, (gate, up) => gate / (1 + Math.Exp(-gate)) * up), result);
        Assert.Equal(a.Zip(b, (x, y) => (double)x * y).Sum(), VectorMath.Dot(a, b), 1e-4);
        Assert.Equal(a.Max(), VectorMath.Max(a));
        var sum = (float[])b.Clone();
        VectorMath.Add(a, sum);
        AssertClose(a.Zip(b, (x, y) => (double)x + y), sum);
        VectorMath.AddScaled(-2f, a, sum);
        AssertClose(a.Zip(b, (x, y) => (double)y - x), sum);
        VectorMath.Scale(sum, 3f);
        AssertClose(a.Zip(b, (x, y) => 3 * ((double)y - x)), sum);
    }

    [Fact]
    public void The_sum_of_lanes_adds_halves_first()
    {
        // 1e8 + 1 = 1e8 in floats: the result tells the order, which must be the same on every machine.
        var lanes = new float[16];
        (lanes[0], lanes[8], lanes[1], lanes[9]) = (1e8f, -1e8f, 1f, 1f);
        Assert.Equal(2f, VectorMath.Sum(VectorMath.Load(lanes, 0)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(64)]
    public void Rotation_turns_neighbouring_pairs_and_turning_back_undoes_it(int headSize)
    {
        var rotary = new RotaryEmbedding(positions: 9, headSize, rotaryBase: 500f);
        var (heads, turned) = (Numbers(3 * headSize, 4), Numbers(3 * headSize, 4));
        rotary.Rotate(turned, 8);
        for (var i = 0; i < heads.Length; i += 2)
        {
            var angle = 8 * Math.Pow(500, -(double)(i % headSize) / headSize);
            Assert.Equal((heads[i] * Math.Cos(angle)) - (heads[i + 1] * Math.Sin(angle)), turned[i], 1e-5);
            Assert.Equal((heads[i] * Math.Sin(angle)) + (heads[i + 1] * Math.Cos(angle)), turned[i + 1], 1e-5);
        }

        rotary.RotateBack(turned, 8);
        AssertClose(heads.Select(value => (double)value), turned);
    }

    static void AssertClose(IEnumerable<double> expected, float[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));

    static float[] Numbers(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)((4 * random.NextDouble()) - 2))];
    }
}
