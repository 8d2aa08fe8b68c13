using System.Collections.Immutable;
using System.Globalization;
using SelfInstruct.Reports;

namespace SelfInstruct.Analysis;

/// <summary>The analysis as a report, each figure beside the paper's where it has one.</summary>
public static class AnalysisReport
{
    const string None = "–";
    const int Examples = 5;
    const int ExcerptLength = 400;

    public static Report Of(DatasetAnalysis analysis) => new($"Analysis of {analysis.Data.Name}",
    [
        new ReportParagraph("What is in the data, beside the 52K data set of the Self-Instruct paper (Wang et al., ACL 2023) where it has the figure. Words are what white space parts, unless it says otherwise. docs/analysis.md of the project defines every measure."),
        .. analysis.Data.Notes.Select(static note => new ReportParagraph(note)),
        .. Overview(analysis.Statistics),
        .. Quality(analysis.Statistics),
        .. VerbNounCharts.Blocks(analysis.Statistics),
        .. Similarity(analysis),
        .. Lengths(analysis),
        .. AcceptanceCharts.Blocks(analysis.Statistics),
        .. Labels(analysis.Statistics),
        .. Diversity(analysis.Statistics),
        .. ExampleBlocks(analysis),
    ]);

    static IEnumerable<ReportBlock> Overview(DatasetStatistics s)
    {
        yield return new ReportHeading("Overview");
        yield return new ReportTable(
            "Table 1 of the paper. An instruction is counted once, however many instances it has.",
            [new ReportColumn("statistic", IsNumber: false), new ReportColumn("here"), new ReportColumn("paper")],
            [
                ["instructions", Count(s.Instructions), Count(PaperFigures.Instructions)],
                ["of them classification tasks", s.Classification is { } yes ? Count(yes) : "not said", Count(PaperFigures.Classification)],
                ["of them others", s.NonClassification is { } no ? Count(no) : "not said", Count(PaperFigures.NonClassification)],
                ["instances", Count(s.Instances), Count(PaperFigures.Instances)],
                ["instances with empty input", Count(s.EmptyInput), Count(PaperFigures.EmptyInput)],
                ["instances with empty input, per cent", Share(s.EmptyInput, s.Instances), Share(PaperFigures.EmptyInput, PaperFigures.Instances)],
                ["words of an instruction, mean", Mean(s.MeanInstructionWords), Mean(PaperFigures.MeanInstructionWords)],
                ["words of an input that is not empty, mean", s.InputWords.Count == 0 ? None : Mean(s.MeanInputWords), Mean(PaperFigures.MeanInputWords)],
                ["words of an output, mean", s.OutputWords.Count == 0 ? None : Mean(s.MeanOutputWords), Mean(PaperFigures.MeanOutputWords)],
                ["instructions with verb and noun, per cent", Share(s.VerbNouns.Pairs, s.Instructions), Share(PaperFigures.VerbNounPairs, PaperFigures.Instructions)],
            ]);
    }

    /// <summary>Nothing where nobody has reviewed the data.</summary>
    static IEnumerable<ReportBlock> Quality(DatasetStatistics s)
    {
        if (s.Quality.IsEmpty)
        {
            yield break;
        }

        (string Question, Func<Reviews.QualityShares, int> Yes, int Paper)[] rows =
        [
            ("the instruction describes a valid task", static one => one.ValidTask, PaperFigures.Quality.ValidTask),
            ("the input is appropriate", static one => one.InputAppropriate, PaperFigures.Quality.InputAppropriate),
            ("the output is correct and acceptable", static one => one.OutputCorrect, PaperFigures.Quality.OutputCorrect),
            ("all fields are valid", static one => one.AllValid, PaperFigures.Quality.AllValid),
        ];
        yield return new ReportHeading("Quality");
        yield return new ReportTable(
            "Table 2 of the paper: per cent of the rows that people reviewed. The paper's are the answers of one author on 200 rows.",
            [new ReportColumn("question", IsNumber: false), .. s.Quality.Select(static one => new ReportColumn(one.Rater)), new ReportColumn("paper")],
            [
                ["rows", .. s.Quality.Select(static one => Count(one.N)), "200"],
                .. rows.Select(row => (ImmutableArray<string>)[row.Question, .. s.Quality.Select(one => Share(row.Yes(one), one.N)), Count(row.Paper)]),
            ]);
    }

    static IEnumerable<ReportBlock> Similarity(DatasetAnalysis analysis)
    {
        var s = analysis.Statistics;
        yield return new ReportHeading("Similarity");
        if (s.NearestSeed is { } seed)
        {
            yield return SimilarityFigure("nearest-seed", "ROUGE-L to the nearest seed task", seed,
                $"Paper, Figure 4: most of its instructions lie between {PaperFigures.SeedSimilarity.Low:0.0} and {PaperFigures.SeedSimilarity.High:0.0}, with the peak there; it prints no mean.");
        }

        yield return SimilarityFigure("nearest-instruction", "ROUGE-L to the nearest other instruction", s.NearestInstruction,
            "All pairs were compared, exactly. The paper's rule lets an instruction into the pool up to 0.7. At exactly 1 the words are the same; case and punctuation may differ.");
    }

    static ReportFigure SimilarityFigure(string name, string title, SimilarityStatistics similarity, string comment)
    {
        var summary = string.Create(CultureInfo.InvariantCulture, $"Mean {similarity.Mean:0.00}, median {similarity.Median:0.00}, against {similarity.Against}; {similarity.Equal:N0} at exactly 1.");
        ImmutableArray<double> edges = [.. Enumerable.Range(0, similarity.Bins.Length + 1).Select(i => (double)i / similarity.Bins.Length)];
        return new ReportFigure(name, new Histogram(title, summary, edges, similarity.Bins, "ROUGE-L"), $"{summary} {comment}");
    }

    static IEnumerable<ReportBlock> Lengths(DatasetAnalysis analysis)
    {
        var (data, s) = (analysis.Data, analysis.Statistics);
        yield return new ReportHeading("Lengths");
        yield return LengthFigure("instruction-words", "Words of an instruction", [.. data.Instructions.Select(static instruction => instruction.Text)], s.InstructionWords, PaperFigures.MeanInstructionWords);
        if (s.InputWords.Count > 0)
        {
            yield return LengthFigure("input-words", "Words of an input that is not empty", [.. data.Instances.Select(static instance => instance.Input).Where(static input => !string.IsNullOrWhiteSpace(input))], s.InputWords, PaperFigures.MeanInputWords);
        }

        if (s.OutputWords.Count > 0)
        {
            yield return LengthFigure("output-words", "Words of an output", [.. data.Instances.Select(static instance => instance.Output)], s.OutputWords, PaperFigures.MeanOutputWords);
        }
    }

    /// <summary>A few very long texts would press all others into one bar: the last hundredth is counted, not drawn.</summary>
    static ReportFigure LengthFigure(string name, string title, ImmutableArray<string> texts, LengthStatistics lengths, double paper)
    {
        var words = texts.Select(Python.PythonText.CountWords).Order().ToList();
        var most = words[(int)Math.Min(words.Count - 1, words.Count * 0.99)];
        var step = Math.Max(1, (int)Math.Ceiling((most + 1) / 40.0));
        var counts = new int[(most / step) + 1];
        var beyond = 0;
        foreach (var length in words)
        {
            if (length / step < counts.Length)
            {
                counts[length / step]++;
            }
            else
            {
                beyond++;
            }
        }

        var summary = string.Create(CultureInfo.InvariantCulture, $"Mean {lengths.Mean:0.0} (paper {paper:0.0}), median {lengths.Median:N0}, longest {lengths.Longest:N0}{(beyond > 0 ? $"; {beyond:N0} of {(counts.Length * step):N0} words or more are not drawn" : "")}.");
        ImmutableArray<double> edges = [.. Enumerable.Range(0, counts.Length + 1).Select(i => (double)i * step)];
        return new ReportFigure(name, new Histogram(title, summary, edges, [.. counts], "words"), $"{summary} The paper's lengths are in its Figure 5.");
    }

    static IEnumerable<ReportBlock> Labels(DatasetStatistics s)
    {
        yield return new ReportHeading("Labels of classification tasks");
        if (s.Labels is not { } labels)
        {
            yield return new ReportParagraph(s.Classification is null
                ? "The data does not say which instructions are classification tasks (field is_classification)."
                : "No classification task has an instance.");
            yield break;
        }

        var balance = labels.MeanBalance is { } mean ? string.Create(CultureInfo.InvariantCulture, $"; in the others, labels are balanced to {mean:0.00} (mean entropy by the highest possible; 1: each label as often)") : "";
        yield return new ReportFigure(
            "labels",
            new BarChart("Most frequent labels", $"{labels.Top.Length} labels and how many instances have them.", [.. labels.Top.Select(static label => label.Word.Length == 0 ? "(empty)" : label.Word.ReplaceLineEndings(" "))], [new BarSeries("instances", [.. labels.Top.Select(static label => new Bar(label.Count))])], "instances"),
            $"{Count(labels.Instances)} instances of {Count(labels.Tasks)} classification tasks have {Count(labels.Distinct)} different labels, upper and lower case being one. Of {Count(labels.TasksWithSeveral)} tasks with several instances, {Count(labels.OneLabelOnly)} have one label only{balance}. The paper names unbalanced labels among its limits (section 8).");
    }

    static IEnumerable<ReportBlock> Diversity(DatasetStatistics s)
    {
        var d = s.Diversity;
        yield return new ReportHeading("Diversity");
        (string Name, Func<Analysis.Diversity.RunDiversity, string> Value)[] rows =
        [
            ("texts", static one => Count(one.Texts)),
            .. Enumerable.Range(0, 4).Select(static n => ($"distinct-{n + 1}", (Func<Analysis.Diversity.RunDiversity, string>)(one => Ratio(one.Distinct[n])))),
            ("self-BLEU-4", static one => one.SelfBleu is { } bleu ? Ratio(bleu) : None),
        ];
        ImmutableArray<Analysis.Diversity.RunDiversity?> columns = [d.Instructions, d.InstructionSample, d.Outputs, d.OutputSample];
        yield return new ReportTable(
            $"Distinct-n: different runs of n words by all (high is diverse). Self-BLEU: BLEU of each text against all others (low is diverse). Both change with the number of texts; the samples, drawn with seed {d.Seed}, can be compared between data sets. The paper has none of these.",
            [new ReportColumn("measure", IsNumber: false), new ReportColumn("all instructions"), new ReportColumn("sample"), new ReportColumn("all outputs"), new ReportColumn("sample")],
            [
                .. rows.Select(row => (ImmutableArray<string>)[row.Name, .. columns.Select(column => column is null ? None : row.Value(column))]),
                ["Vendi score", "", Vendi(d.InstructionVendi), "", d.OutputVendi is { } vendi ? Vendi(vendi) : None],
            ]);
        yield return new ReportParagraph($"The Vendi score is the effective number of texts: 1 if all are alike, {Count(d.InstructionSample.Texts)} for the instructions drawn if none has a word or a pair of words in common with another.");
    }

    static IEnumerable<ReportBlock> ExampleBlocks(DatasetAnalysis analysis)
    {
        yield return new ReportHeading("Examples");
        yield return new ReportParagraph("Texts as they stand in the data, long ones cut off.");
        var instructions = analysis.Data.Instructions;
        if (!analysis.NearestSeeds.IsEmpty)
        {
            var bySeed = Enumerable.Range(0, instructions.Length).OrderByDescending(i => analysis.NearestSeeds[i].Score).ThenBy(static i => i).ToList();
            yield return Pairs("Nearest to a seed task", bySeed.Take(Examples), i => (analysis.NearestSeeds[i], "seed task", analysis.Options.SeedTasks));
            yield return Pairs("Farthest from every seed task", bySeed.AsEnumerable().Reverse().Take(Examples), i => (analysis.NearestSeeds[i], "its nearest seed task", analysis.Options.SeedTasks));
        }

        ImmutableArray<string> texts = [.. instructions.Select(static instruction => instruction.Text)];
        var byOther = Enumerable.Range(0, instructions.Length).Where(i => analysis.NearestInstructions[i] is var nearest && (nearest.Score < 1 || nearest.Index > i)).OrderByDescending(i => analysis.NearestInstructions[i].Score).ThenBy(static i => i).ToList();
        yield return Pairs("Nearest to another instruction", byOther.Where(i => analysis.NearestInstructions[i].Index > i || analysis.NearestInstructions[Math.Max(0, analysis.NearestInstructions[i].Index)].Index != i).Take(Examples), i => (analysis.NearestInstructions[i], "its nearest", texts));
        yield return Pairs("Farthest from every other instruction", byOther.AsEnumerable().Reverse().Take(Examples), i => (analysis.NearestInstructions[i], "its nearest", texts));

        ReportFold Pairs(string summary, IEnumerable<int> chosen, Func<int, (Novelty.Neighbour Neighbour, string Label, ImmutableArray<string> Texts)> other) => new(
            summary,
            [
                .. chosen.Select(i =>
                {
                    var (neighbour, label, others) = other(i);
                    return neighbour.Index < 0 ? (ReportBlock)new ReportExcerpt("instruction that shares no word with any", Excerpt(instructions[i].Text)) : new ReportSideBySide(
                    [
                        new ReportExcerpt("instruction", Excerpt(instructions[i].Text)),
                        new ReportExcerpt(string.Create(CultureInfo.InvariantCulture, $"{label}, ROUGE-L {neighbour.Score:0.00}"), Excerpt(others[neighbour.Index])),
                    ]);
                }),
            ]);
    }

    static string Excerpt(string text) => MarkupText.Shorten(text, ExcerptLength);

    internal static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    internal static string Share(int part, int whole) => whole == 0 ? None : (100.0 * part / whole).ToString("0.0", CultureInfo.InvariantCulture);

    static string Mean(double mean) => mean.ToString("0.0", CultureInfo.InvariantCulture);

    static string Ratio(double ratio) => ratio.ToString("0.000", CultureInfo.InvariantCulture);

    static string Vendi(double score) => score.ToString("0.0", CultureInfo.InvariantCulture);
}
