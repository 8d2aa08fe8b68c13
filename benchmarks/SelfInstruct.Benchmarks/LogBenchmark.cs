using System.Diagnostics;
using SelfInstruct.Models;
using SelfInstruct.Runs;

namespace SelfInstruct.Benchmarks;

/// <summary>The run log: durable appends by writers at once, and the reading of a long run's completions when it is resumed.</summary>
internal static class LogBenchmark
{
    const int Tries = 5;
    const int Resumed = 500_000;

    static readonly Sampling Sampling = new(0.7, 0.5, 0, 2, 1024, ["\n\n", "\n16", "16.", "16 ."], 1);

    public static async Task RunAsync(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("selfinstruct-log-").FullName;
        try
        {
            output.WriteLine("| durable appends, a line at a time, 16 writers | lines/s, median of " + Tries + " | CPU us/line |");
            output.WriteLine("|---|---|---|");
            foreach (var bytes in new[] { 266, 1_200, 5_000 })
            {
                await MeasureAppendsAsync(folder, bytes, 16, output);
            }

            await MeasureAppendsAsync(folder, 1_200, 256, output);
            await MeasureAppendsAsync(folder, 1_200, 1, output);
            output.WriteLine();
            output.WriteLine($"| resume of {Resumed:N0} completions | file | seconds, median of {Tries} | CPU seconds | peak memory |");
            output.WriteLine("|---|---|---|---|---|");
            foreach (var prompt in new[] { 300, 1_000, 4_000 })
            {
                await MeasureResumeAsync(folder, prompt, output);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task MeasureAppendsAsync(string folder, int bytes, int writers, TextWriter output)
    {
        var line = new byte[bytes];
        Array.Fill(line, (byte)'x');
        var count = writers == 1 ? 2_000 : 40_000;
        List<(double Rate, double Cpu)> tries = [];
        for (var i = 0; i < Tries; i++)
        {
            var path = Path.Combine(folder, $"append{i}");
            await using (var log = JsonLinesLog.Open(path))
            {
                var (watch, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
                await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
                {
                    for (var n = 0; n < count / writers; n++)
                    {
                        await log.AppendAsync([new LogEntry(null, line)], CancellationToken.None);
                    }
                })));
                tries.Add((count / watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / count));
            }

            File.Delete(path);
        }

        var (rate, used) = tries.OrderBy(static one => one.Rate).ElementAt(Tries / 2);
        output.WriteLine($"| {writers} writer(s), {bytes:N0} bytes | {rate:N0} | {used:N1} |");
    }

    static async Task MeasureResumeAsync(string folder, int promptLength, TextWriter output)
    {
        var path = Path.Combine(folder, "completions.jsonl");
        await using (var log = JsonLinesLog.Open(path))
        {
            var prompt = string.Concat(Enumerable.Repeat("Come up with a series of tasks:\n", (promptLength / 32) + 1))[..promptLength];
            foreach (var chunk in Enumerable.Range(0, Resumed).Chunk(1_000))
            {
                await log.AppendAsync(chunk.Select(n => Record(n, prompt)), RunJson.Format.RecordedCompletion, CancellationToken.None);
            }
        }

        List<(double Seconds, double Cpu)> tries = [];
        for (var i = 0; i < Tries; i++)
        {
            GC.Collect();
            var (watch, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            await using var completions = await CompletionLog.OpenAsync(
                JsonLinesLog.Open(path, CompletionLog.KeyField), new ScriptedModel(static _ => ""), TimeProvider.System, null, CancellationToken.None);
            tries.Add((watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds));
            if (completions.Calls != Resumed)
            {
                throw new InvalidOperationException($"{completions.Calls} completions were read.");
            }
        }

        var (seconds, used) = tries.Order().ElementAt(Tries / 2);
        output.WriteLine($"| prompts of {promptLength:N0} characters | {new FileInfo(path).Length >> 20:N0} MiB | {seconds:0.00} | {used:0.00} | {Process.GetCurrentProcess().PeakWorkingSet64 >> 20:N0} MiB |");
        File.Delete(path);
    }

    static RecordedCompletion Record(int n, string prompt) => new(
        $"{n:x32}", prompt, Sampling with { Seed = n }, string.Concat(Enumerable.Range(9, 8).Select(i => $"{i}. Write a short note to a neighbour about a parcel.\n")), "stop",
        new TokenUsage(700, 110), "openai-completions:m", "instructions", n / 5, n % 5, 0, new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
}
