using System.Collections.Immutable;
using System.Globalization;
using SelfInstruct.Reports;
using SelfInstruct.Runs;

namespace SelfInstruct.Analysis;

/// <summary>What the rules left out, by rule and over the rounds.</summary>
static class AcceptanceCharts
{
    const string Instructions = "instructions";
    const string Contaminated = "contaminated";
    const int FewRounds = 6;
    const int MostPoints = 50;

    public static IEnumerable<ReportBlock> Blocks(DatasetStatistics s)
    {
        if (s.Acceptance is not { } acceptance)
        {
            yield break;
        }

        yield return new ReportHeading("Acceptance");
        if (acceptance.Decontamination is { } decontamination)
        {
            yield return Describe(decontamination, acceptance.Rejected.Values.Sum(static rules => rules.GetValueOrDefault(Contaminated)));
        }

        if (acceptance.Rejected.IsEmpty)
        {
            yield return new ReportParagraph("The folder has no rejected.jsonl: what was left out is not known.");
            yield break;
        }

        foreach (var (stage, rules) in acceptance.Rejected.OrderBy(static stage => stage.Key == Instructions ? 0 : 1))
        {
            yield return Funnel(stage, rules, stage == Instructions ? s.Instructions : null);
        }

        yield return acceptance.Rounds.Length > 1 ? Rounds(acceptance.Rounds) : new ReportParagraph("There are not two rounds to compare.");
    }

    static ReportParagraph Describe(DecontaminationState state, int leftOut)
    {
        var sets = string.Join(", ", state.Sets.Select(static set => $"{set.Name} ({AnalysisReport.Count(set.Texts)} texts)"));
        return new ReportParagraph(string.Create(
            CultureInfo.InvariantCulture,
            $"Held against evaluation sets: {(sets.Length > 0 ? sets : "none")}. Method: {state.Method}; {state.Words} words in a row, ROUGE-L above {state.Threshold:0.0##}. Left out as {Contaminated}: {leftOut:N0}. Seed tasks were not looked at, and a paraphrase or a translation is not found."));
    }

    static ReportFigure Funnel(string stage, ImmutableSortedDictionary<string, int> rules, int? accepted)
    {
        var all = rules.Values.Sum() + (accepted ?? 0);
        var ordered = rules.OrderByDescending(static rule => rule.Value).ThenBy(static rule => rule.Key, StringComparer.Ordinal).ToList();
        ImmutableArray<(string Name, int Count)> rows = [.. accepted is { } a ? [("accepted", a)] : Array.Empty<(string, int)>(), .. ordered.Select(static rule => (rule.Key, rule.Value))];
        var title = stage == Instructions ? "Candidates for instructions" : $"Left out in the stage {stage}";
        return new ReportFigure(
            $"rules-{stage}",
            new BarChart(title, "Rules and how many they left out.", [.. rows.Select(static row => row.Name)], [new BarSeries("left out", [.. rows.Select(static row => new Bar(row.Count))])], stage == Instructions ? "candidates" : "left out"),
            accepted is { } number
                ? $"Of {AnalysisReport.Count(all)} instructions that the model proposed, {AnalysisReport.Count(number)} were accepted ({AnalysisReport.Share(number, all)} %); the first rule that applies is named. The paper does not report what its rules left out."
                : $"{AnalysisReport.Count(all)} in all; the first rule that applies is named.");
    }

    static ReportFigure Rounds(ImmutableArray<RoundAcceptance> rounds)
    {
        if (rounds.Length < FewRounds)
        {
            return new ReportFigure(
                "acceptance",
                new StackedBarChart("Acceptance over the rounds", "For each round, its candidates: accepted, not novel, and left out by other rules.", ["accepted", "not novel", "other rules"],
                    [.. rounds.Select(static round => new StackedRow($"round {round.Round}", [round.Accepted, round.NotNovel, round.Rejected - round.NotNovel]))], AreGrades: false),
                $"{rounds.Length} rounds.");
        }

        var grouped = Grouped(rounds);
        return new ReportFigure(
            "acceptance",
            new LineChart("Acceptance over the rounds", "Share of a round's candidates that were accepted, and share that was not novel.",
                [Series("accepted", grouped, static round => round.Accepted), Series("not novel", grouped, static round => round.NotNovel)], "round", "per cent of candidates")
            { FromZero = true },
            string.Create(CultureInfo.InvariantCulture, $"{rounds.Length:N0} rounds{(grouped.Length < rounds.Length ? $", several to a point ({grouped.Length} points)" : "")}."));
    }

    static LineSeries Series(string name, ImmutableArray<RoundAcceptance> rounds, Func<RoundAcceptance, int> part) =>
        new(name, [.. rounds.Where(static round => round.Accepted + round.Rejected > 0).Select(round => new ChartPoint(round.Round, 100.0 * part(round) / (round.Accepted + round.Rejected)))]);

    /// <summary>At most so many points that a line is seen, not a hedge.</summary>
    static ImmutableArray<RoundAcceptance> Grouped(ImmutableArray<RoundAcceptance> rounds) =>
    [
        .. rounds.Chunk((rounds.Length + MostPoints - 1) / MostPoints).Select(static some => new RoundAcceptance(
            some[some.Length / 2].Round, some.Sum(static round => round.Accepted), some.Sum(static round => round.Rejected), some.Sum(static round => round.NotNovel))),
    ];
}
