using System.Diagnostics;
using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;
using SelfInstruct.LocalModels.Training;

namespace SelfInstruct.Benchmarks;

/// <summary>Matrix products and whole training steps, as a share of what one core can do.</summary>
internal static class TrainingBenchmark
{
    /// <summary>
    /// Rows, columns, depth. Of D192 F512: attention and feed-forward, a chunk of the head, one head's attention.
    /// Of D384 F1024 and D512 F1376: attention, feed-forward and their weight gradients, a chunk of the head and its gradient.
    /// </summary>
    static readonly (int Rows, int Columns, int Depth)[] Shapes =
    [
        (512, 576, 192), (512, 192, 512), (96, 2048, 192), (96, 192, 2048), (512, 512, 64), (512, 64, 512),
        (256, 1152, 384), (256, 384, 1152), (256, 2048, 384), (256, 384, 1024), (1024, 384, 256), (192, 8192, 384), (8192, 384, 192),
        (512, 2752, 512), (512, 512, 1376), (1376, 512, 512), (192, 8192, 512), (8192, 512, 192),
    ];

    public static void Run(TextWriter output)
    {
        var peak = ArithmeticPeak.Measure();
        output.WriteLine($"fp32 peak, one thread, registers only: {peak:F1} GFLOP/s ({VectorWidths.Widest})");
        output.WriteLine();
        WriteProducts(output, peak);
        output.WriteLine();
        WriteTraining(output, peak);
    }

    /// <summary>The starter's shape, and models of about 10 and 30 million weights beside the embedding.</summary>
    static readonly (DecoderConfig Config, int Windows, int Steps)[] Models =
    [
        (new(VocabularySize: 2048, ContextLength: 512, Width: 192, Layers: 5, Heads: 3, FeedForward: 512), 16, 5),
        (new(VocabularySize: 8192, ContextLength: 256, Width: 384, Layers: 6, Heads: 6, FeedForward: 1024), 16, 12),
        (new(VocabularySize: 8192, ContextLength: 512, Width: 384, Layers: 6, Heads: 6, FeedForward: 1024), 8, 12),
        (new(VocabularySize: 8192, ContextLength: 256, Width: 512, Layers: 10, Heads: 8, FeedForward: 1376), 8, 6),
        (new(VocabularySize: 8192, ContextLength: 512, Width: 512, Layers: 10, Heads: 8, FeedForward: 1376), 4, 8),
    ];

    public static void RunModels(TextWriter output)
    {
        var peak = ArithmeticPeak.Measure();
        output.WriteLine($"fp32 peak, one thread, registers only: {peak:F1} GFLOP/s ({VectorWidths.Widest})");
        output.WriteLine();
        WriteTraining(output, peak);
    }

    static readonly int[] MemorySteps = [50, 200, 500, 1000, 2000, 4000, 8000];

    /// <summary>Thousands of steps of a tiny model, full and LoRA: what the process holds, and what the collector does.</summary>
    public static void RunMemory(TextWriter output)
    {
        var config = new DecoderConfig(VocabularySize: 256, ContextLength: 64, Width: 64, Layers: 2, Heads: 2, FeedForward: 128);
        output.WriteLine("| method | step | resident MB | managed MB after collection |");
        output.WriteLine("|---|---|---|---|");
        foreach (var lora in new[] { null, new LoraOptions() })
        {
            var options = new TrainingOptions { Steps = MemorySteps[^1], WindowLength = 64, BatchWindows = 4, Threads = 2, HeldOutWindows = 0 };
            var trainer = new Trainer(WeightInitialization.Create(config, 1), options, TimeProvider.System, lora);
            trainer.Run(RandomText(config, 20_000), new TrainingText([], []), checkpointPath: null, new StepClock(step => WriteMemory(output, lora is null ? "full" : "lora", step)), CancellationToken.None);
        }
    }

    static void WriteMemory(TextWriter output, string method, TrainingProgress step)
    {
        if (MemorySteps.Contains(step.Step))
        {
            var managed = GC.GetTotalMemory(forceFullCollection: true);
            output.WriteLine($"| {method} | {step.Step} | {Environment.WorkingSet / 1e6:F1} | {managed / 1e6:F2} |");
        }
    }

    static void WriteTraining(TextWriter output, double peak)
    {
        output.WriteLine("| model | threads | tokens/s | tokens per CPU second | GFLOP per CPU second | share of peak |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var (config, windows, steps) in Models)
        {
            foreach (var threads in new[] { 1, 2 })
            {
                var (wall, processor) = MeasureTraining(config, windows, steps, threads);
                var rate = processor * OperationsPerToken(config) / 1e9;
                output.WriteLine(
                    $"| D{config.Width} L{config.Layers} H{config.Heads} F{config.FeedForward} V{config.VocabularySize} T{config.ContextLength} | {threads} | {wall:F0} | {processor:F0} | {rate:F1} | {rate / peak:P0} |");
            }
        }
    }

    static TrainingText RandomText(DecoderConfig config, int length)
    {
        var random = new Random(1);
        return new TrainingText([.. Enumerable.Range(0, length).Select(_ => random.Next(config.VocabularySize))], [.. Enumerable.Repeat(true, length)]);
    }

    /// <summary>Of the matrix products, forward and backward; causal attention counts at half the window.</summary>
    static double OperationsPerToken(DecoderConfig config)
    {
        var matrices = (config.Layers * ((4.0 * config.Width * config.Width) + (3.0 * config.Width * config.FeedForward))) + ((double)config.VocabularySize * config.Width);
        var attention = config.Layers * 2.0 * config.Width * (config.ContextLength / 2.0);
        return 3 * 2 * (matrices + attention);
    }

    static (double PerSecond, double PerProcessorSecond) MeasureTraining(DecoderConfig config, int windows, int count, int threads)
    {
        var options = new TrainingOptions
        {
            Steps = count,
            WarmupSteps = 1,
            WindowLength = config.ContextLength,
            BatchWindows = windows,
            GradientLanes = 2,
            Threads = threads,
            HeldOutWindows = 0,
        };
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
        trainer.Run(RandomText(config, 100_000), new TrainingText([], []), checkpointPath: null, progress, CancellationToken.None);
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
        RowBuffer a = new(rows, depth), c = new(rows, columns);
        return Rate(2.0 * rows * columns * depth, () => weights.Multiply(a.View(rows), c.View(rows)));
    }

    static double MeasureProduct(int rows, int columns, int depth, bool left, bool right)
    {
        var product = new MatrixProduct();
        RowBuffer a = left ? new(depth, rows) : new(rows, depth), b = right ? new(columns, depth) : new(depth, columns), c = new(rows, columns);
        return Rate(2.0 * rows * columns * depth, () =>
        {
            var aView = left ? a.View(depth).Transposed : a.View(rows);
            var bView = right ? b.View(columns).Transposed : b.View(depth);
            product.Multiply(aView, bView, c.View(rows), accumulate: true);
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
