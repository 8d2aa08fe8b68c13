using System.Collections.Immutable;
using System.Globalization;
using SelfInstruct.Evaluation.Agreement;
using SelfInstruct.Reports;

namespace SelfInstruct.Miniature.Experiment;

/// <summary>The experiment as a page: the table beside the paper's Table 3, the curve beside its Figure 7, the data beside its Table 2.</summary>
public sealed class ExperimentReport
{
    readonly ExperimentOptions _options;
    readonly ExperimentResult _result;

    public ExperimentReport(ExperimentResult result, ExperimentOptions options) => (_result, _options, Rows) = (result, options, RowScores.Of(result));

    public ImmutableArray<RowScores> Rows { get; }

    /// <summary>The row of the largest data.</summary>
    public RowScores Largest => Row($"{ExperimentRow.SelfInstruct}-{_options.Sizes[^1]}");

    /// <summary>The better of the seeds' two rows, so that neither too few nor too many steps flatter the generated data.</summary>
    public RowScores BestSeeds =>
        Row(ExperimentRow.SeedsFew).Other.IsRight.Mean > Row(ExperimentRow.Seeds).Other.IsRight.Mean ? Row(ExperimentRow.SeedsFew) : Row(ExperimentRow.Seeds);

    /// <summary>What was claimed, and whether it held.</summary>
    public ImmutableArray<(string Claim, bool Held)> Claims =>
    [
        ("Tuned on its own data, the model beats the one tuned on the seeds, on families that the seeds do not cover: ROUGE-L, exact match and strict accuracy, intervals apart.", Largest.Other.IsClearlyAbove(BestSeeds.Other)),
        ("Tuned on the seeds, it beats the base model, on the same.", BestSeeds.Other.IsClearlyAbove(Row(ExperimentRow.Vanilla).Other)),
        .. Largest.Strict is { } largest && BestSeeds.Strict is { } seeds
            ? [("Tuned on its own data, it beats the one tuned on the seeds, on families met nowhere before: strict accuracy, intervals apart.", largest.IsRight.IsClearlyAbove(seeds.IsRight))]
            : Array.Empty<(string, bool)>(),
    ];

    public Report ToReport() => new(
        "The paper in miniature",
        [
            new ReportParagraph(
                $"A model of some millions of weights, pretrained on a small world in which every answer can be checked, writes {_options.Instructions} instructions and their instances from 175 seed tasks of {FamilySets.Seeds.Length} families, and is tuned on them; other rows are tuned on what that is compared with, for the same {_options.Steps} steps. All are asked zero-shot about the seeds' families, about {FamilySets.Evaluation.Length} others that only the pretraining text had shown, as demonstrations, and about {FamilySets.Strict.Length} met nowhere before. {_options.Seeds.Length} seeds; intervals hold 95 % of bootstrap resamples of the questions within each family."),
            new ReportHeading("What held"),
            .. Claims.Select(static claim => new ReportParagraph($"{(claim.Held ? "Held" : "Did not hold")}: {claim.Claim}")),
            new ReportParagraph(Differences()),
            new ReportHeading("Families that the seeds do not cover (beside the paper's Table 3)"),
            MainTable(),
            MainChart(),
            new ReportHeading("All families"),
            SetTable(),
            new ReportHeading("How much data (beside the paper's Figure 7)"),
            SizeChart(),
            new ReportParagraph("The paper's ratings A of GPT-3 on 252 tasks: 31.0 % from the 175 seeds, 36.9 % at 800 examples, 43.7 % at 7,500, 44.4 % at all, 54.4 % with outputs written anew by InstructGPT-003. On SuperNI, it says, the gain levels off at some hundreds of instructions."),
            new ReportHeading("The data (beside the paper's Table 2)"),
            DataTable(),
            .. Samples(),
        ]);

    /// <summary>Families drawn anew: whether other families of this kind would show the same.</summary>
    string Differences()
    {
        var (own, seeds) = (Largest.Other, BestSeeds.Other);
        return $"{Largest.Name} minus {BestSeeds.Name}, on families that the seeds do not cover, with intervals over families drawn anew: strict {Show(own.IsRight.Minus(seeds.IsRight))}, ROUGE-L {Show(own.RougeL.Minus(seeds.RougeL))}, exact match {Show(own.ExactMatch.Minus(seeds.ExactMatch))}.";
    }

    static string Show((double Mean, ConfidenceInterval Interval) value) => $"{Number(value.Mean, "+0.0;-0.0")} [{Number(value.Interval.Low)}, {Number(value.Interval.High)}]";

    bool HasStrict => Largest.Strict is not null;

    RowScores Row(string name) => Rows.Single(row => row.Name == name);

    static string? PaperOf(string name) => name switch
    {
        ExperimentRow.Vanilla => "6.8",
        ExperimentRow.Gold => "49.5",
        ExperimentRow.GoldAndSelf => "51.6",
        _ => null,
    };

    ReportTable MainTable() => new(
        $"ROUGE-L F × 100 with stems, exact match with one reference, and the share of answers that the world takes as a whole (strict) and by their first line, in per cent. Means of families. Paper: ROUGE-L of GPT-3 on SuperNI; its gold is SuperNI's own training data.",
        [new("model", IsNumber: false), new("tuned on", IsNumber: false), new("examples"), new("steps"), new("ROUGE-L"), new("exact match"), new("strict"), new("by seed"), new("first line"), new("paper")],
        [.. Rows.Select(row => (ImmutableArray<string>)
        [
            row.Name, row.Says, Number(row.Examples, "#,0"), Number(row.Steps, "0"),
            Show(row.Other.RougeL), Show(row.Other.ExactMatch), Show(row.Other.IsRight), string.Join(", ", row.BySeed.Select(static share => Number(share, "0"))), Show(row.Other.FirstLineRight),
            row == Largest ? "39.9" : PaperOf(row.Name) ?? "–",
        ])]);

    ReportFigure MainChart() => new(
        "rows",
        new BarChart(
            "Strictly right answers",
            string.Join("; ", Rows.Select(static row => $"{row.Name}: seed families {Number(row.Seed.IsRight.Mean)}, other families {Number(row.Other.IsRight.Mean)}, families met nowhere before {(row.Strict is { } strict ? Number(strict.IsRight.Mean) : "none")}")),
            [.. Rows.Select(static row => row.Name)],
            [
                new("seed families", [.. Rows.Select(static row => ToBar(row.Seed.IsRight))]),
                new("other families", [.. Rows.Select(static row => ToBar(row.Other.IsRight))]),
                .. HasStrict ? [new BarSeries("met nowhere before", [.. Rows.Select(static row => ToBar(row.Strict!.IsRight))])] : Array.Empty<BarSeries>(),
            ],
            "answers the world takes, per cent"),
        "Bars are means over families, whiskers the 95 % intervals.");

    ReportTable SetTable() => new(
        "Strict accuracy, and in brackets that of the first line, by set of families.",
        [new("model", IsNumber: false), new("seed families"), new("other families"), new("met nowhere before")],
        [.. Rows.Select(static row => (ImmutableArray<string>)[row.Name, .. new[] { row.Seed, row.Other, row.Strict }.Select(static set => set is null ? "–" : $"{Number(set.IsRight.Mean)} ({Number(set.FirstLineRight.Mean)})")])]);

    ReportFigure SizeChart()
    {
        var rows = _options.Sizes.Select(size => Row($"{ExperimentRow.SelfInstruct}-{size}")).Prepend(Row(ExperimentRow.Seeds)).ToList();
        return new(
            "sizes",
            new LineChart(
                "Strictly right answers by size of the data",
                string.Join("; ", rows.Select(static row => $"{Number(row.Examples, "0")} examples: {Number(row.Other.IsRight.Mean)}")),
                [
                    new("other families", [.. rows.Select(static row => ToPoint(row, row.Other.IsRight))]),
                    .. HasStrict ? [new LineSeries("met nowhere before", [.. rows.Select(static row => ToPoint(row, row.Strict!.IsRight))])] : Array.Empty<LineSeries>(),
                ],
                "examples, seed tasks among them",
                "per cent")
            { LogarithmicX = true, FromZero = true },
            "The first point is the seeds alone; every point was trained for the same number of steps.");
    }

    ReportTable DataTable() => new(
        "Of the generated rows; an instruction that the world does not say word for word counts as no valid task.",
        [new("seed"), new("candidates"), new("accepted"), new("rows"), new("valid task"), new("and input fits"), new("and output right (all)"), new("families"), new("beyond the seeds'"), new("equal to a question, left out")],
        [
            .. _result.Data.Select(static data => (ImmutableArray<string>)
            [
                Number(data.Seed, "0"), Number(data.Candidates, "#,0"), Number(data.Instructions, "#,0"), Number(data.Rows, "#,0"), Percent(data.TaskValid, data.Rows), Percent(data.InputFits, data.Rows),
                Percent(data.OutputRight, data.Rows), Number(data.Families, "0"), Number(data.OtherFamilies, "0"), Number(data.Asked, "0"),
            ]),
            ["paper", "–", "–", "200", "92.0", "79.0 (of all)", "54.0 (output alone 58.0)", "–", "–", "–"],
        ]);

    IEnumerable<ReportBlock> Samples()
    {
        const int Shown = 12;
        yield return new ReportHeading("Answers");
        var answers = _result.Rows.First(row => row.Row.Name == Largest.Name).Answers.Where(static answer => answer.Set == Question.Other).ToList();
        var step = Math.Max(1, answers.Count / Shown);
        yield return new ReportTable(
            $"Every {step}th question about other families, answered by {Largest.Name}.",
            [new("instruction", IsNumber: false), new("input", IsNumber: false), new("answer", IsNumber: false), new("right", IsNumber: false)],
            [.. answers.Where((_, i) => i % step == 0).Select(static answer => (ImmutableArray<string>)[answer.Instruction, answer.Input, answer.Response.Trim(), answer.IsRight ? "yes" : $"no: {answer.Target}"])]);
    }

    static Bar? ToBar(Measured value) => new(value.Mean, value.Interval.Low, value.Interval.High);

    static ChartPoint ToPoint(RowScores row, Measured value) => new(row.Examples, value.Mean, value.Interval.Low, value.Interval.High);

    static string Show(Measured value) => $"{Number(value.Mean)} [{Number(value.Interval.Low)}, {Number(value.Interval.High)}]";

    static string Percent(int part, int whole) => whole == 0 ? "–" : Number(100.0 * part / whole);

    static string Number(double value, string format = "0.0") => value.ToString(format, CultureInfo.InvariantCulture);
}
