using System.Collections.Immutable;
using System.Globalization;
using SelfInstruct.Analysis.VerbNouns;
using SelfInstruct.Reports;

namespace SelfInstruct.Analysis;

/// <summary>Verbs and nouns (paper, section 3.2 and Figure 3).</summary>
static class VerbNounCharts
{
    public static IEnumerable<ReportBlock> Blocks(DatasetStatistics s)
    {
        var v = s.VerbNouns;
        yield return new ReportHeading("What is asked for");
        if (v.Pairs == 0)
        {
            yield return new ReportParagraph("No instruction has a verb and a noun that the English extraction can see.");
            yield break;
        }

        yield return new ReportFigure("verbs-and-nouns", new Sunburst(
            "Verbs and their objects",
            $"The {v.Top.Length} most frequent verbs inside, and outside up to four nouns that are their most frequent direct objects.",
            [.. v.Top.Select(static verb => new SunburstSector(verb.Verb, verb.Count, [.. verb.Nouns.Select(static noun => (noun.Word, noun.Count))]))]),
            Caption(s));
        yield return new ReportFold("The same as a table",
        [
            new ReportTable(
                "Instructions with the verb and a noun, and of those with each of its most frequent nouns.",
                [new ReportColumn("verb", IsNumber: false), new ReportColumn("instructions"), new ReportColumn("nouns", IsNumber: false)],
                [.. v.Top.Select(static verb => (ImmutableArray<string>)[verb.Verb, AnalysisReport.Count(verb.Count), string.Join(", ", verb.Nouns.Select(static noun => $"{noun.Word} {AnalysisReport.Count(noun.Count)}"))])]),
        ]);
    }

    static string Caption(DatasetStatistics s)
    {
        var v = s.VerbNouns;
        return string.Create(CultureInfo.InvariantCulture,
            $"A verb and its noun were found in {v.Pairs:N0} of {s.Instructions:N0} instructions ({AnalysisReport.Share(v.Pairs, s.Instructions)} %; paper {PaperFigures.VerbNounPairs:N0} of {PaperFigures.Instructions:N0}, {AnalysisReport.Share(PaperFigures.VerbNounPairs, PaperFigures.Instructions)} %), {v.DistinctPairs:N0} different pairs. A verb is drawn as wide as its four nouns together; all that is drawn is {100 * v.TopShare:0.0} % of all instructions (paper {100 * PaperFigures.TopVerbShare:0} %). ")
            + string.Create(CultureInfo.InvariantCulture,
            $"By rules, not a parser: of {VerbNounAccuracy.Sentences} labelled instructions that no rule was written for, the verb is right in {Percent(VerbNounAccuracy.SameVerb):0.0} %, the noun in {Percent(VerbNounAccuracy.SameNoun):0.0} %, both in {Percent(VerbNounAccuracy.SamePair):0.0} %.");
    }

    static double Percent(int right) => 100.0 * right / VerbNounAccuracy.Sentences;
}
