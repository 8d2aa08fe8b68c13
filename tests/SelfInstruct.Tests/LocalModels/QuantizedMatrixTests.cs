using System.Runtime.Intrinsics.X86;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.Tests.LocalModels;

public sealed class QuantizedMatrixTests
{
    [Theory]
    [InlineData(8, 32, 1)]
    [InlineData(13, 64, 4)]
    [InlineData(40, 160, 7)]
    [InlineData(33, 96, 32)]
    public void Every_path_gives_the_bits_of_the_formula(int outputs, int inputs, int rows)
    {
        var (blocks, a) = (Blocks(outputs * inputs, 1), Floats(rows * inputs, 2));
        var expected = Expected(blocks, a, outputs, inputs, rows);
        Assert.All(Products, product => Assert.Equal(expected, Product(blocks, a, outputs, inputs, rows, product)));
    }

    /// <summary>All that this machine can run.</summary>
    static IEnumerable<IByteProduct> Products =>
    [
        new PortableByteProduct(),
        .. Avx2.IsSupported && Fma.IsSupported ? [new Avx2ByteProduct()] : Array.Empty<IByteProduct>(),
        .. AvxVnni.IsSupported ? [new VnniByteProduct()] : Array.Empty<IByteProduct>(),
    ];

    [Fact]
    public void A_row_has_the_same_bits_alone_and_among_others()
    {
        var (blocks, a) = (Blocks(24 * 64, 3), Floats(9 * 64, 4));
        foreach (var product in Products)
        {
            var together = Product(blocks, a, 24, 64, 9, product);
            Assert.All(Enumerable.Range(0, 9), row =>
                Assert.Equal(together.AsSpan(row * 24, 24).ToArray(), Product(blocks, a[(row * 64)..((row + 1) * 64)], 24, 64, 1, product)));
        }
    }

    [Fact]
    public void A_product_is_added_to_what_is_there()
    {
        var (blocks, a) = (Blocks(8 * 32, 3), Floats(32, 4));
        var matrix = new QuantizedMatrix(8, 32);
        matrix.PackRows(0, blocks);
        var sum = Enumerable.Repeat(5f, 8).ToArray();
        matrix.Multiply(a, sum, 1, accumulate: true);
        Assert.Equal(Product(blocks, a, 8, 32, 1, IByteProduct.Fastest).Select(value => 5f + value), sum);
    }

    [Fact]
    public void A_row_comes_back_as_the_file_has_it()
    {
        var blocks = Blocks(11 * 64, 5);
        var (values, row) = (new float[11 * 64], new float[64]);
        GgufNumbers.Decode(GgufType.Q8, blocks, values);
        foreach (var product in Products)
        {
            var matrix = new QuantizedMatrix(11, 64, product);
            matrix.PackRows(0, blocks);
            matrix.CopyRow(10, row);
            Assert.Equal(values[640..], row);
        }
    }

    [Fact]
    public void Inputs_are_rounded_as_ggml_does()
    {
        // By hand: the largest is 127, so the scale is 1; 0.5 and 2.5 round to even.
        var (values, numbers) = (new float[32], new short[32]);
        (values[0], values[1], values[2], values[3], values[31]) = (-127f, 0.5f, 2.5f, 3.5f, 64.2f);
        Assert.Equal(1f, QuantizedMatrix.Quantize(values, numbers));
        Assert.Equal([(short)-127, (short)0, (short)2, (short)4], numbers[..4]);
        Assert.Equal(64, numbers[31]);
        Assert.Equal(0f, QuantizedMatrix.Quantize(new float[32], numbers));
        Assert.All(numbers, number => Assert.Equal(0, number));
    }

    static float[] Product(byte[] blocks, float[] a, int outputs, int inputs, int rows, IByteProduct product)
    {
        var matrix = new QuantizedMatrix(outputs, inputs, product);
        matrix.PackRows(0, blocks);
        var c = new float[rows * outputs];
        matrix.Multiply(a, c, rows);
        return c;
    }

    /// <summary>Σ over blocks of (Σ integers) · (scale · scale), one number at a time.</summary>
    static float[] Expected(byte[] blocks, float[] a, int outputs, int inputs, int rows)
    {
        var expected = new float[rows * outputs];
        for (var i = 0; i < expected.Length; i++)
        {
            var (row, output) = Math.DivRem(i, outputs);
            for (var block = 0; block < inputs / 32; block++)
            {
                var numbers = new short[32];
                var scale = QuantizedMatrix.Quantize(a.AsSpan((row * inputs) + (block * 32), 32), numbers);
                var stored = blocks.AsSpan(((output * inputs / 32) + block) * 34, 34);
                var dot = 0;
                for (var k = 0; k < 32; k++)
                {
                    dot += (sbyte)stored[2 + k] * numbers[k];
                }

                expected[i] = MathF.FusedMultiplyAdd(dot, (float)BitConverter.ToHalf(stored) * scale, expected[i]);
            }
        }

        return expected;
    }

    /// <summary>Bytes of every value, −128 too, which no encoder writes.</summary>
    static byte[] Blocks(int numbers, int seed)
    {
        var bytes = new byte[numbers / 32 * 34];
        new Random(seed).NextBytes(bytes);
        for (var block = 0; block < bytes.Length; block += 34)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(block), (Half)(0.01 + (0.001 * (block % 7))));
            bytes[block + 5] = 0x80;
        }

        return bytes;
    }

    static float[] Floats(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 4) - 2))];
    }
}
