using System.Globalization;
using System.Text.Json;
using SelfInstruct.Novelty;

namespace SelfInstruct.Benchmarks;

/// <summary>The novelty rule on a JSON array of instructions, in order, one thread, CPU time; the plain scan beside it.</summary>
internal static class NoveltyBenchmark
{
    private const int Tries = 5;
    private const int ScannedTexts = 4000;
    private const int Probes = 1000;

    /// <param name="path">alpaca_data.json or the like.</param>
    public static void Run(string path, TextWriter output)
    {
        var texts = Read(path);
        output.WriteLine($"{texts.Count:N0} instructions, one thread, CPU time, best (median) of {Tries}; registers of {new NoveltyOptions().VectorBits} bits");
        output.WriteLine();
        output.WriteLine("| work | CPU seconds | µs per candidate | accepted |");
        output.WriteLine("|---|---|---|---|");
        Row(output, "decisions", texts.Count, Tries, () => Decide(texts).Count);
        Row(output, "decisions with neighbours and records, 256 at a time", texts.Count, Tries, () => Record(texts).Count(static verdict => verdict.Record is not null));
        foreach (var bits in new[] { 256, 128, 64 }.Where(static bits => bits < new NoveltyOptions().VectorBits))
        {
            Row(output, $"the same in registers of {bits} bits", texts.Count, 1, () => Record(texts, bits).Count(static verdict => verdict.Record is not null));
        }

        var few = texts[..Math.Min(ScannedTexts, texts.Count)];
        Row(output, $"the first {few.Count:N0}: decisions", few.Count, Tries, () => Decide(few).Count);
        Row(output, $"the first {few.Count:N0}: decisions and records", few.Count, Tries, () => Record(few).Count(static verdict => verdict.Record is not null));
        Row(output, $"the first {few.Count:N0}: plain scan, the same", few.Count, 1, () => Scan(few, static (_, _, _) => { }));
        output.WriteLine();
        WriteMemory(output, Decide(texts));
    }

    /// <summary>Every decision, neighbour, top ten and mean against the plain scan: minutes.</summary>
    public static void Verify(string path, TextWriter output)
    {
        var texts = Read(path);
        var verdicts = Record(texts);
        var (records, furthest) = (0, 0.0);
        var before = Environment.CpuUsage.TotalTime;
        Scan(texts, (i, above, record) =>
        {
            var verdict = verdicts[i];
            if (above != verdict.Above || (record is null) != (verdict.Record is null) || record?.MostSimilar.SequenceEqual(verdict.Record!.MostSimilar) == false)
            {
                throw new InvalidOperationException($"Instruction {i} is judged differently: {texts[i]}");
            }

            records += record is null ? 0 : 1;
            furthest = record is null ? furthest : Math.Max(furthest, Math.Abs(record.Mean - verdict.Record!.Mean));
        });
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{texts.Count:N0} decisions and neighbours and {records:N0} top tens are equal to the plain scan's; means differ by at most {furthest:e1}. The scan took {(Environment.CpuUsage.TotalTime - before).TotalSeconds:0} CPU s."));
    }

    /// <summary>Cost of a decision as the pool grows, on recombined instructions.</summary>
    /// <param name="candidates">A million for a pool of about 600,000.</param>
    public static void Scale(string path, int candidates, TextWriter output)
    {
        var texts = Read(path);
        Decide(texts); // Compiled once, for the first point to be of the same kind as the last.
        var index = new NoveltyIndex(new NoveltyOptions { KeepTexts = false });
        var stream = new RecombinedInstructions(texts.Select(static text => WordSplitter.Released.Split(text).ToArray())).Take(candidates + Probes);
        var points = new Queue<int>([10_000, 30_000, 100_000, 300_000, 600_000, 1_000_000, 3_000_000, int.MaxValue]);
        var (asked, spent) = (0, TimeSpan.Zero);
        List<(double Pool, double Cost)> costs = [];
        output.WriteLine("| pool | µs per decision | B per instruction: index | words of the texts | vocabulary | CPU s so far |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var chunk in stream.Chunk(Probes))
        {
            if (index.Count >= points.Peek() || asked + chunk.Length > candidates)
            {
                points.Dequeue();
                var cost = Enumerable.Range(0, 3).Min(_ => Cpu(() => Array.ForEach(chunk, text => index.IsNovel(text)))) / chunk.Length * 1e6;
                costs.Add((index.Count, cost));
                var (words, entries, vocabulary) = index.Bytes;
                output.WriteLine($"| {index.Count:N0} | {cost:0.00} | {entries / (double)index.Count:0} | {words / (double)index.Count:0} | {vocabulary / (double)index.Count:0} | {spent.TotalSeconds:0.0} |");
            }

            asked += chunk.Length;
            spent += TimeSpan.FromSeconds(Cpu(() => Array.ForEach(chunk, text => index.TryAdd(text))));
        }

        var (first, last) = (costs[0], costs[^1]);
        output.WriteLine();
        output.WriteLine($"Slope in log-log from {first.Pool:N0} to {last.Pool:N0}: {Math.Log(last.Cost / first.Cost) / Math.Log(last.Pool / first.Pool):0.00}. {asked:N0} candidates in {spent.TotalSeconds:0.0} CPU s; peak memory of the process {PeakBytes() / 1e9:0.00} GB.");
    }

    private static NoveltyIndex Decide(IReadOnlyList<string> texts)
    {
        var index = new NoveltyIndex();
        foreach (var text in texts)
        {
            index.TryAdd(text);
        }

        return index;
    }

    private static List<NoveltyVerdict> Record(IReadOnlyList<string> texts) => Record(texts, new NoveltyOptions().VectorBits);

    private static List<NoveltyVerdict> Record(IReadOnlyList<string> texts, int vectorBits)
    {
        var index = new NoveltyIndex(new NoveltyOptions { VectorBits = vectorBits });
        return [.. texts.Chunk(256).SelectMany(chunk => index.AddNovel(chunk))];
    }

    private static int Scan(IReadOnlyList<string> texts, Action<int, Similarity?, NoveltyRecord?> judged)
    {
        var scan = new PlainScan();
        for (var i = 0; i < texts.Count; i++)
        {
            var (above, record) = scan.Judge(texts[i]);
            judged(i, above, record);
        }

        return scan.Count;
    }

    private static void Row(TextWriter output, string work, int candidates, int tries, Func<int> run)
    {
        var accepted = 0;
        var seconds = Enumerable.Range(0, tries).Select(_ => Cpu(() => accepted = run())).Order().ToList();
        output.WriteLine($"| {work} | {seconds[0]:0.000} ({seconds[tries / 2]:0.000}) | {seconds[0] / candidates * 1e6:0.00} | {accepted:N0} |");
    }

    private static void WriteMemory(TextWriter output, NoveltyIndex index)
    {
        var (words, entries, vocabulary) = index.Bytes;
        double count = index.Count;
        output.WriteLine($"Memory per instruction: index {entries / count:0} B, words of the texts {words / count:0} B, vocabulary {vocabulary / count:0} B.");
    }

    private static double Cpu(Action work)
    {
        var before = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }

    private static long PeakBytes()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static List<string> Read(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        return [.. json.RootElement.EnumerateArray().Select(static row => row.GetProperty("instruction").GetString()!)];
    }
}
