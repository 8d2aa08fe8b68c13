using System.Globalization;
using System.Text.Json;
using SelfInstruct.Evaluation;
using SelfInstruct.Evaluation.Agreement;

namespace SelfInstruct.Benchmarks;

/// <summary>Scoring: ROUGE-L of pairs of 30 words, files of predictions, bootstrap and significance. One thread, CPU time.</summary>
internal static class EvaluationBenchmark
{
    private const int Pairs = 1_000_000;
    private const int WordsOfAText = 30;
    private const int Tries = 5;

    /// <param name="files">Of predictions, with response and target; none: only what needs no files.</param>
    public static void Run(string[] files, TextWriter output)
    {
        var texts = MakeTexts(new Random(1));
        output.WriteLine($"{Pairs:N0} pairs of {WordsOfAText} words drawn from the seed tasks; one thread, CPU time, best (median) of {Tries}");
        output.WriteLine();
        output.WriteLine("| work | CPU seconds | a second |");
        output.WriteLine("|---|---|---|");
        Row(output, "ROUGE-L without stemmer", Pairs, () => ScoreAll(texts, stemmer: false));
        Row(output, "ROUGE-L with stemmer", Pairs, () => ScoreAll(texts, stemmer: true));
        if (files.Length > 0)
        {
            var predictions = files.Select(Read).ToList();
            Row(output, $"SuperNI metric of {files.Length} files, {predictions.Sum(static file => file.Count):N0} predictions, each file with a new scorer", predictions.Sum(static file => file.Count), () => predictions.Sum(static file => PredictionMetrics.Measure("m", file).All.RougeL));
        }

        double[] values = [.. Enumerable.Range(0, 11_900).Select(static i => i % 101.0)];
        Row(output, "bootstrap interval of 11,900 scores, 1,000 resamples", 1, () => Bootstrap.OfMean(values, new Random(1)).Low);
        Row(output, "approximate randomization of 11,900 differences, 10,000 shuffles", 1, () => PairedTest.Randomization([.. values.Select(static value => value - 50)], new Random(1)));
    }

    private static double ScoreAll(string[] texts, bool stemmer)
    {
        var scorer = new RougeLScorer(stemmer);
        var sum = 0.0;
        for (var i = 0; i < Pairs; i++)
        {
            sum += scorer.Score(texts[i], texts[i + 1]).FMeasure;
        }

        return sum;
    }

    /// <summary>Words as often as the seed tasks have them, with their capitals and punctuation.</summary>
    private static string[] MakeTexts(Random random)
    {
        var words = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", "seed_tasks.jsonl"))
            .SelectMany(static line => JsonDocument.Parse(line).RootElement.GetProperty("instruction").GetString()!.Split(' '))
            .Where(static word => new RougeLScorer(stemmer: false).Split(word).Count == 1)
            .ToArray();
        return [.. Enumerable.Range(0, Pairs + 1).Select(_ => string.Join(' ', Enumerable.Range(0, WordsOfAText).Select(_ => words[random.Next(words.Length)])))];
    }

    private static List<Prediction> Read(string path) =>
        [.. File.ReadLines(path).Select(static line => JsonDocument.Parse(line).RootElement).Select(static row => new Prediction(row.GetProperty("response").GetString()!, [row.GetProperty("target").GetString()!]))];

    private static void Row(TextWriter output, string name, int count, Func<double> work)
    {
        List<double> seconds = [];
        for (var i = 0; i < Tries; i++)
        {
            var before = Environment.CpuUsage.TotalTime;
            _ = work();
            seconds.Add((Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }

        seconds.Sort();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {seconds[0]:0.000} ({seconds[Tries / 2]:0.000}) | {count / seconds[0]:#,0} |"));
    }
}
