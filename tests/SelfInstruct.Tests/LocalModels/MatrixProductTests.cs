using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.Tests.LocalModels;

public sealed unsafe class MatrixProductTests
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 1, 33, 7 }, { 5, 32, 16 }, { 6, 64, 3 }, { 7, 31, 40 }, { 13, 70, 65 }, { 200, 40, 30 }, { 9, 20, 600 }, { 26, 64, 33 },

        // More rows than are packed at a time: b is kept packed for all of them.
        { 260, 34, 512 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_width_gives_the_bits_of_one_ascending_chain_of_fused_multiply_adds(int rows, int columns, int depth)
    {
        foreach (var width in Enum.GetValues<VectorWidth>())
        {
            foreach (var (left, right, accumulate) in new[] { (false, false, false), (false, true, true), (true, false, true), (true, true, false) })
            {
                var (actual, expected) = Compare(width, rows, columns, depth, left, right, accumulate, ProductShape.Full);
                Assert.Equal(expected, actual);
            }
        }
    }

    [Theory]
    [InlineData(50, false)]
    [InlineData(97, true)]
    [InlineData(530, false)]
    public void Skipping_the_zero_triangle_changes_nothing(int size, bool accumulate)
    {
        foreach (var width in Enum.GetValues<VectorWidth>())
        {
            var lower = Compare(width, size, 40, size, false, false, accumulate, ProductShape.LowerLeft);
            Assert.Equal(lower.Expected, lower.Actual);
            var upper = Compare(width, size, 40, size, true, false, accumulate, ProductShape.UpperLeft);
            Assert.Equal(upper.Expected, upper.Actual);
        }
    }

    [Fact]
    public void A_lower_result_is_right_on_and_below_the_diagonal()
    {
        const int Size = 75;
        foreach (var width in Enum.GetValues<VectorWidth>())
        {
            var (actual, expected) = Compare(width, Size, Size, 16, false, true, false, ProductShape.LowerResult);
            for (var row = 0; row < Size; row++)
            {
                Assert.Equal(expected.AsSpan(row * Size, row + 1).ToArray(), actual.AsSpan(row * Size, row + 1).ToArray());
            }
        }
    }

    [Fact]
    public void A_row_of_a_packed_product_does_not_depend_on_the_other_rows()
    {
        const int Rows = 64, Inputs = 40, Outputs = 75;
        var (a, weights) = (Numbers(Rows * Inputs, 1), Numbers(Outputs * Inputs, 2));
        var alone = new float[Rows * Outputs];
        var scalar = new PackedMatrix(weights, Outputs, Inputs, VectorWidth.Bits128);
        for (var row = 0; row < Rows; row++)
        {
            scalar.Multiply(a.AsSpan(row * Inputs, Inputs), alone.AsSpan(row * Outputs, Outputs), 1);
        }

        foreach (var width in Enum.GetValues<VectorWidth>())
        {
            var packed = new PackedMatrix(weights, Outputs, Inputs, width);
            foreach (var rows in new[] { 1, 2, 3, 5, 6, 11, 12, 23, 64 })
            {
                var c = new float[rows * Outputs];
                packed.Multiply(a.AsSpan(0, rows * Inputs), c, rows);
                Assert.Equal(alone.AsSpan(0, rows * Outputs).ToArray(), c);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    public void A_row_comes_back_out_of_the_panels(int outputs)
    {
        var weights = Numbers(outputs * 5, 1);
        foreach (var width in Enum.GetValues<VectorWidth>())
        {
            var row = new float[5];
            new PackedMatrix(weights, outputs, 5, width).CopyRow(outputs - 1, row);
            Assert.Equal(weights[^5..], row);
        }
    }

    [Fact]
    public void A_matrix_of_another_shape_is_refused()
    {
        var packed = new PackedMatrix(new float[6], 2, 3);
        Assert.Throws<ArgumentException>(() => packed.Multiply(new float[5], new float[2], 1));
        Assert.Throws<ArgumentException>(() => packed.Multiply(new float[3], new float[3], 1));
        Assert.Throws<ArgumentException>(() => packed.Pack(new float[7]));
    }

    static (float[] Actual, float[] Expected) Compare(
        VectorWidth width, int rows, int columns, int depth, bool leftTransposed, bool rightTransposed, bool accumulate, ProductShape shape)
    {
        FloatBuffer a = Filled(rows * depth, 1), b = Filled(depth * columns, 2), c = Filled(rows * columns, 3);
        var left = leftTransposed ? new MatrixView(a.Pointer, depth, rows).Transposed : new MatrixView(a.Pointer, rows, depth);
        var right = rightTransposed ? new MatrixView(b.Pointer, columns, depth).Transposed : new MatrixView(b.Pointer, depth, columns);
        ClearTriangle(left, shape);
        var expected = accumulate ? c.Span.ToArray() : new float[rows * columns];
        for (var i = 0; i < rows * columns; i++)
        {
            for (var k = 0; k < depth; k++)
            {
                expected[i] = MathF.FusedMultiplyAdd(At(left, i / columns, k), At(right, k, i % columns), expected[i]);
            }
        }

        new MatrixProduct(width).Multiply(left, right, new MatrixView(c.Pointer, rows, columns), accumulate, shape);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        return (c.Span.ToArray(), expected);
    }

    static void ClearTriangle(MatrixView left, ProductShape shape)
    {
        for (var i = 0; i < left.Rows; i++)
        {
            for (var k = 0; k < left.Columns; k++)
            {
                if ((shape == ProductShape.LowerLeft && k > i) || (shape == ProductShape.UpperLeft && k < i))
                {
                    left.Pointer[(i * left.RowStride) + (k * left.ColumnStride)] = 0;
                }
            }
        }
    }

    static float At(MatrixView matrix, int row, int column) =>
        matrix.Pointer[(row * matrix.RowStride) + (column * matrix.ColumnStride)];

    static FloatBuffer Filled(int length, int seed)
    {
        var buffer = new FloatBuffer(length);
        Numbers(length, seed).CopyTo(buffer.Span);
        return buffer;
    }

    static float[] Numbers(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)((2 * random.NextDouble()) - 1))];
    }
}
