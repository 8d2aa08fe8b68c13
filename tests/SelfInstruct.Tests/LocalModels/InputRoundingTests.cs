using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.Tests.LocalModels;

/// <summary>Values by hand from the definitions of the types; that llama.cpp agrees is LlamaCppReferenceTests' to show.</summary>
public sealed class InputRoundingTests
{
    [Fact]
    public void Halves_keep_eleven_bits_and_upper_halves_eight()
    {
        // 1 + 2⁻¹¹ lies between two halves and goes to the even one, 1; 1 + 3 · 2⁻¹¹ to 1 + 2⁻⁹.
        Assert.Equal([1f, 1.001953125f], Rounded([1.00048828125f, 1.00146484375f], ActivationRounding.F16));

        // With eight bits the step after 1 is 2⁻⁷: half of it goes to 1, three halves to 1 + 2⁻⁶.
        Assert.Equal([1f, 1.015625f, -1f], Rounded([1.00390625f, 1.01171875f, -1.001f], ActivationRounding.BF16));
    }

    [Fact]
    public void Halves_are_those_of_the_type_Half_from_the_smallest_to_infinity()
    {
        var random = new Random(1);
        float[] edges = [0f, -0f, 5.96e-8f, 2.98e-8f, 2.99e-8f, 6.1e-5f, 6.103515625e-5f, 6.1035e-5f, 65_504f, 65_519.99f, 65_520f, -1e9f, 1.5e-45f];
        float[] values = [.. edges, .. Enumerable.Range(0, 20_003).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-30, 20))))];
        Assert.Equal(values.Select(value => (float)(Half)value), Rounded(values, ActivationRounding.F16));
    }

    [Fact]
    public void Bytes_share_the_scale_of_their_block()
    {
        var values = new float[64];
        (values[0], values[1], values[32]) = (127f, 0.6f, 12.7f);
        var rounded = Rounded(values, ActivationRounding.Q8);
        Assert.Equal((127f, 1f), (rounded[0], rounded[1]));

        // The scale 0.1 is kept as a half: 0.0999755859375.
        Assert.Equal(127 * 0.0999755859375f, rounded[32]);
    }

    [Fact]
    public void Bytes_of_long_blocks_count_from_the_largest_whatever_its_sign()
    {
        var values = new float[512];
        (values[0], values[1], values[2]) = (-127f, 126.6f, 0.5f);
        var rounded = Rounded(values, ActivationRounding.Q8K);
        Assert.Equal((-127f, 127f, 0f), (rounded[0], rounded[1], rounded[2]));
        Assert.All(rounded[256..], value => Assert.Equal(0f, value));
    }

    [Theory]
    [InlineData(ActivationRounding.F16)]
    [InlineData(ActivationRounding.BF16)]
    [InlineData(ActivationRounding.Q8)]
    [InlineData(ActivationRounding.Q8K)]
    public void A_matrix_rounds_its_inputs_and_then_multiplies(ActivationRounding rounding)
    {
        var random = new Random(3);
        float[] weights = [.. Enumerable.Range(0, 5 * 256).Select(_ => random.NextSingle() - 0.5f)], a = [.. Enumerable.Range(0, 3 * 256).Select(_ => random.NextSingle() - 0.5f)];
        var (plain, actual, expected) = (new PackedMatrix(weights, 5, 256), new float[15], new float[15]);
        plain.Multiply([.. Enumerable.Range(0, 3).SelectMany(row => Rounded(a[(row * 256)..((row + 1) * 256)], rounding))], expected, 3);
        new RoundedInputMatrix(plain, rounding).Multiply(a, actual, 3);
        Assert.Equal(expected, actual);
    }

    static float[] Rounded(float[] values, ActivationRounding rounding)
    {
        var rounded = new float[values.Length];
        InputRounding.Round(values, rounded, rounding);
        return rounded;
    }
}
