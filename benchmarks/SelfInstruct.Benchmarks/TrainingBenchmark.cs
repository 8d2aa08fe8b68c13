using System.Diagnostics;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.Benchmarks;

/// <summary>Matrix products and whole training steps, as a share of what one core can do.</summary>
internal static class TrainingBenchmark
{
    public static void Run(TextWriter output)
    {
        var peak = ArithmeticPeak.Measure();
        output.WriteLine($"fp32 peak, one thread, registers only: {peak:F1} GFLOP/s ({VectorWidths.Widest})");
        output.WriteLine();
        WriteProducts(output, peak);
    }

    private static void WriteProducts(TextWriter output, double peak)
    {
        output.WriteLine("| product | rows | columns | depth | GFLOP/s | share of peak |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var (rows, columns, depth) in new[] { (512, 576, 192), (512, 1024, 192), (512, 192, 512), (512, 2048, 192), (512, 192, 2048) })
        {
            Write("a·W, packed", MeasurePacked(rows, columns, depth));
            Write("a·b", MeasureProduct(rows, columns, depth, left: false, right: false));
            Write("a·bᵀ", MeasureProduct(rows, columns, depth, left: false, right: true));
            Write("aᵀ·b", MeasureProduct(rows, columns, depth, left: true, right: false));

            void Write(string name, double rate) =>
                output.WriteLine($"| {name} | {rows} | {columns} | {depth} | {rate:F1} | {rate / peak:P0} |");
        }
    }

    private static double MeasurePacked(int rows, int columns, int depth)
    {
        var weights = new PackedMatrix(columns, depth);
        var (a, c) = (new float[rows * depth], new float[rows * columns]);
        return Rate(2.0 * rows * columns * depth, () => weights.Multiply(a, c, rows));
    }

    private static unsafe double MeasureProduct(int rows, int columns, int depth, bool left, bool right)
    {
        var product = new MatrixProduct();
        FloatBuffer a = new((long)rows * depth), b = new((long)depth * columns), c = new((long)rows * columns);
        return Rate(2.0 * rows * columns * depth, () =>
        {
            var aView = left ? new MatrixView(a.Pointer, depth, rows).Transposed : new MatrixView(a.Pointer, rows, depth);
            var bView = right ? new MatrixView(b.Pointer, columns, depth).Transposed : new MatrixView(b.Pointer, depth, columns);
            product.Multiply(aView, bView, new MatrixView(c.Pointer, rows, columns), accumulate: true);
        });
    }

    /// <summary>Best of several batches, in 10⁹ operations per second.</summary>
    private static double Rate(double operations, Action action)
    {
        action();
        var repeats = Math.Max(1, (int)(2e9 / operations));
        var best = 0.0;
        for (var batch = 0; batch < 5; batch++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < repeats; i++)
            {
                action();
            }

            best = Math.Max(best, operations * repeats / Stopwatch.GetElapsedTime(started).TotalSeconds / 1e9);
        }

        return best;
    }
}
