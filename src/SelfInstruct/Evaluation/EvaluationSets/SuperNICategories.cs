using System.Collections.Frozen;
using System.Collections.Immutable;

namespace SelfInstruct.Evaluation.EvaluationSets;

/// <summary>
/// The twelve categories of SuperNI's 119 English test tasks, in the order and with the measure in which Tk-Instruct's
/// evaluation prints them (github.com/yizhongw/Tk-Instruct, compute_metrics.py).
/// </summary>
public static class SuperNICategories
{
    static readonly ImmutableArray<(string Name, bool ByExactMatch)> Published =
    [
        ("textual_entailment", true), ("cause_effect_classification", true), ("coreference_resolution", true),
        ("dialogue_act_recognition", true), ("answerability_classification", true), ("word_analogy", true),
        ("overlap_extraction", false), ("keyword_tagging", false), ("question_rewriting", false),
        ("title_generation", false), ("data_to_text", false), ("grammar_error_correction", false),
    ];

    static readonly FrozenDictionary<string, int> Places = Published.Select(static (category, i) => (category.Name, i)).ToFrozenDictionary(static pair => pair.Name, static pair => pair.i);

    /// <summary>True: what counts is exact match, as in classification; else ROUGE-L, also for categories that are not among the twelve.</summary>
    public static bool ByExactMatch(string category) => Places.TryGetValue(category, out var place) && Published[place].ByExactMatch;

    /// <summary>The published order; what is not among the twelve comes after them, as it stood.</summary>
    public static ImmutableArray<GroupMetrics> InOrder(ImmutableArray<GroupMetrics> categories) =>
        [.. categories.OrderBy(static category => Places.GetValueOrDefault(category.Name, Published.Length))];
}
