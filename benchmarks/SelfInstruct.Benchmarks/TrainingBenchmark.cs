using System.Diagnostics;
using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;
using SelfInstruct.LocalModels.Training;

namespace SelfInstruct.Benchmarks;

/// <summary>Matrix products and whole training steps, as a share of what one core can do.</summary>
internal static class TrainingBenchmark
{
    /// <summary>Rows, columns, depth: attention and feed-forward of D192 F512, its weight gradients, a chunk of its head, one head's attention.</summary>
    static readonly (int Rows, int Columns, int Depth)[] Shapes =
        [(512, 576, 192), (512, 192, 512), (1024, 192, 512), (96, 2048, 192), (2048, 192, 96), (96, 192, 2048), (512, 512, 64), (512, 64, 512)];

    public static void Run(TextWriter output)
    {
        var peak = ArithmeticPeak.Measure();
        output.WriteLine($"fp32 peak, one thread, registers only: {peak:F1} GFLOP/s ({VectorWidths.Widest})");
        output.WriteLine();
        WriteProducts(output, peak);
        output.WriteLine();
        WriteTraining(output, peak);
    }

    static void WriteTraining(TextWriter output, double peak)
    {
        output.WriteLine("| model | threads | tokens/s | tokens per CPU second | GFLOP per CPU second | share of peak |");
        output.WriteLine("|---|---|---|---|---|---|");
        var config = new DecoderConfig(VocabularySize: 2048, ContextLength: 512, Width: 192, Layers: 5, Heads: 3, FeedForward: 512);
        foreach (var threads in new[] { 1, 2 })
        {
            var (wall, processor) = MeasureTraining(config, threads);
            var rate = processor * OperationsPerToken(config) / 1e9;
            output.WriteLine(
                $"| D{config.Width} L{config.Layers} H{config.Heads} F{config.FeedForward} V{config.VocabularySize} T{config.ContextLength} | {threads} | {wall:F0} | {processor:F0} | {rate:F1} | {rate / peak:P0} |");
        }
    }

    /// <summary>Of the matrix products, forward and backward; causal attention counts at half the window.</summary>
    static double OperationsPerToken(DecoderConfig config)
    {
        var matrices = (config.Layers * ((4.0 * config.Width * config.Width) + (3.0 * config.Width * config.FeedForward))) + ((double)config.VocabularySize * config.Width);
        var attention = config.Layers * 2.0 * config.Width * (config.ContextLength / 2.0);
        return 3 * 2 * (matrices + attention);
    }

    static (double PerSecond, double PerProcessorSecond) MeasureTraining(DecoderConfig config, int threads)
    {
        var random = new Random(1);
        int[] tokens = [.. Enumerable.Range(0, 100_000).Select(_ => random.Next(config.VocabularySize))];
        var learn = new bool[tokens.Length];
        Array.Fill(learn, true);
        var options = new TrainingOptions { Steps = 5, WarmupSteps = 1, BatchWindows = 16, Threads = threads, HeldOutWindows = 0 };
        var trainer = new Trainer(WeightInitialization.Create(config, 1), options, TimeProvider.System);
        var (steps, wall, processor) = (new List<TrainingProgress>(), 0L, TimeSpan.Zero);
        // The first step compiles and touches memory for the first time; the clock starts after it.
        var progress = new StepClock(step =>
        {
            steps.Add(step);
            if (steps.Count == 1)
            {
                (wall, processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            }
        });
        trainer.Run(new TrainingText(tokens, learn), new TrainingText([], []), checkpointPath: null, progress, CancellationToken.None);
        double counted = steps[^1].Tokens - steps[0].Tokens;
        return (counted / Stopwatch.GetElapsedTime(wall).TotalSeconds, counted / (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }

    sealed class StepClock(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    static void WriteProducts(TextWriter output, double peak)
    {
        output.WriteLine("| product | rows | columns | depth | GFLOP/s | share of peak |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var (rows, columns, depth) in Shapes)
        {
            Write("a·W, packed", MeasurePacked(rows, columns, depth));
            Write("a·b", MeasureProduct(rows, columns, depth, left: false, right: false));
            Write("a·bᵀ", MeasureProduct(rows, columns, depth, left: false, right: true));
            Write("aᵀ·b", MeasureProduct(rows, columns, depth, left: true, right: false));

            void Write(string name, double rate) =>
                output.WriteLine($"| {name} | {rows} | {columns} | {depth} | {rate:F1} | {rate / peak:P0} |");
        }
    }

    static double MeasurePacked(int rows, int columns, int depth)
    {
        var weights = new PackedMatrix(columns, depth);
        var (a, c) = (new float[rows * depth], new float[rows * columns]);
        return Rate(2.0 * rows * columns * depth, () => weights.Multiply(a, c, rows));
    }

    static unsafe double MeasureProduct(int rows, int columns, int depth, bool left, bool right)
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
    static double Rate(double operations, Action action)
    {
        // The first batches run while the compiler still improves the code; the best of all tells.
        var repeats = Math.Max(1, (int)(4e9 / operations));
        var best = 0.0;
        for (var batch = 0; batch < 12; batch++)
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
