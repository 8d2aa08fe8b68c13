using System.Globalization;
using System.Text.Json;
using SelfInstruct.Datasets;
using SelfInstruct.Quality;

namespace SelfInstruct.Benchmarks;

/// <summary>The quality rules over a file of instructions, inputs and outputs: each alone, and all. One thread, CPU time; reading is not counted.</summary>
internal static class LintBenchmark
{
    private const int Tries = 5;

    public static void Run(string file, TextWriter output)
    {
        var rows = Read(file);
        output.WriteLine($"{rows.Length:N0} rows, one thread, CPU time, best (median) of {Tries}");
        output.WriteLine();
        output.WriteLine("| rule | faults | CPU seconds | rows a second |");
        output.WriteLine("|---|---|---|---|");
        foreach (var rule in QualityRules.All.Where(static rule => rule.Name != "unsafe"))
        {
            Row(output, rule.Name, rows, row => rule.Find(row, QualityContext.None) is null ? 0 : 1);
        }

        var words = new QualityContext("en", new WordList(Enumerable.Range(0, 1000).Select(static n => $"unsafe{n:000}")));
        Row(output, "unsafe, a list of 1,000 words", rows, row => words.Unsafe!.Find(row) is null ? 0 : 1);
        Row(output, "wrong_language, --language en", rows, row => QualityRules.Named(["wrong_language"])[0].Find(row, words) is null ? 0 : 1);
        Row(output, "all without a list", rows, static row => QualityRules.Check(row, QualityRules.All, QualityContext.None).IsEmpty ? 0 : 1);
        Row(output, "all with list and language", rows, row => QualityRules.Check(row, QualityRules.All, words).IsEmpty ? 0 : 1);
    }

    private static TrainingExample[] Read(string file) =>
    [
        .. JsonDocument.Parse(File.ReadAllBytes(file)).RootElement.EnumerateArray()
            .Select(static row => new TrainingExample(Text(row, "instruction"), Text(row, "input"), Text(row, "output"))),
    ];

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;

    private static void Row(TextWriter output, string name, TrainingExample[] rows, Func<TrainingExample, int> find)
    {
        List<double> seconds = [];
        var faults = 0;
        for (var i = 0; i < Tries; i++)
        {
            var before = Environment.CpuUsage.TotalTime;
            faults = rows.Sum(find);
            seconds.Add((Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }

        seconds.Sort();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {faults:N0} | {seconds[0]:0.000} ({seconds[Tries / 2]:0.000}) | {rows.Length / seconds[0]:#,0} |"));
    }
}
