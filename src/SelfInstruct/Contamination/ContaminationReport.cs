using System.Collections.Immutable;

namespace SelfInstruct.Contamination;

/// <summary>A row of training data.</summary>
/// <param name="Place">file(line), as reports name it.</param>
public sealed record TrainingRow(string Place, string Instruction, string Input, string Output);

/// <summary>A row that overlaps; a line of the list.</summary>
/// <param name="Field">Of the training row.</param>
/// <param name="EvaluationField">Of the evaluation item.</param>
public sealed record ContaminatedRow(string Row, string Field, string Rule, string Set, string Id, string EvaluationField, string Shared, double? Score = null);

/// <param name="Rows">Of training data.</param>
/// <param name="Contaminated">Rows with a hit of any rule.</param>
/// <param name="ByRule">Rows with a hit of each rule; a row may have several.</param>
/// <param name="BySet">Evaluation items that a row overlaps with, as far as they were named, of each set.</param>
/// <param name="MeanNearest">Mean over the rows of ROUGE-L to the nearest evaluation instruction, in [0, 1]; null where there are too many to compare with.</param>
public sealed record ContaminationSummary(int Rows, int Contaminated, ImmutableSortedDictionary<string, int> ByRule, ImmutableSortedDictionary<string, int> BySet, double? MeanNearest);

/// <summary>Looks through training data for what evaluation sets know.</summary>
public static class ContaminationReport
{
    /// <summary>Beyond so many evaluation instructions the mean of the nearest is left out: it compares every row with every one.</summary>
    public const int MostForMean = 5000;

    /// <summary>Every hit: at most one sequence or equal text for each field and one near instruction for each row.</summary>
    public static IEnumerable<ContaminatedRow> Find(TrainingRow row, ContaminationIndex index)
    {
        foreach (var (field, text) in (IEnumerable<(string, string)>)[("instruction", row.Instruction), ("input", row.Input), ("output", row.Output)])
        {
            if ((index.FindSequence(text) ?? (field == "output" ? null : index.FindEqual(text, field))) is { } hit)
            {
                yield return ToRow(row, field, hit);
            }
        }

        if (index.FindInstruction(row.Instruction) is { } near)
        {
            yield return ToRow(row, "instruction", near);
        }
    }

    /// <param name="rows">Read once.</param>
    /// <param name="index">Of the evaluation sets.</param>
    /// <param name="found">Given each hit, in order.</param>
    public static ContaminationSummary Measure(IEnumerable<TrainingRow> rows, ContaminationIndex index, Action<ContaminatedRow> found)
    {
        var (count, contaminated, nearest) = (0, 0, 0.0);
        var byRule = new Dictionary<string, int>();
        var items = new Dictionary<string, HashSet<string>>();
        var withMean = index.Instructions is > 0 and <= MostForMean;
        foreach (var row in rows)
        {
            count++;
            nearest += withMean ? index.Nearest(row.Instruction) : 0;
            var hits = Find(row, index).ToList();
            contaminated += hits.Count > 0 ? 1 : 0;
            hits.ForEach(found);
            foreach (var rule in hits.Select(static hit => hit.Rule).Distinct())
            {
                byRule[rule] = byRule.GetValueOrDefault(rule) + 1;
            }

            foreach (var hit in hits)
            {
                items.TryAdd(hit.Set, []);
                items[hit.Set].Add(hit.Id);
            }
        }

        return new ContaminationSummary(
            count, contaminated, byRule.ToImmutableSortedDictionary(StringComparer.Ordinal),
            items.ToImmutableSortedDictionary(static pair => pair.Key, static pair => pair.Value.Count, StringComparer.Ordinal),
            withMean && count > 0 ? nearest / count : null);
    }

    static ContaminatedRow ToRow(TrainingRow row, string field, ContaminationHit hit) =>
        new(row.Place, field, hit.Rule, hit.Evaluation.Set, hit.Evaluation.Id, hit.Evaluation.Field, hit.Shared, hit.Score);
}
