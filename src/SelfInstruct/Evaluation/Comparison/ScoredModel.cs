using System.Collections.Immutable;
using SelfInstruct.Evaluation.Agreement;
using SelfInstruct.Evaluation.EvaluationSets;

namespace SelfInstruct.Evaluation.Comparison;

/// <summary>A model's responses to an evaluation set, each with its scores.</summary>
/// <param name="Scores">One for each response.</param>
public sealed record ScoredModel(string Name, ImmutableArray<ModelResponse> Responses, ImmutableArray<PredictionScore> Scores)
{
    /// <exception cref="InvalidDataException">No responses, one without references, or one question twice.</exception>
    public static ScoredModel Of(string name, IEnumerable<ModelResponse> responses)
    {
        var scorer = new RougeLScorer(stemmer: true);
        ImmutableArray<ModelResponse> all = [.. responses];
        HashSet<string> ids = [];
        foreach (var response in all)
        {
            if (response.References.IsEmpty)
            {
                throw new InvalidDataException($"{name}: {response.Id} has no reference to be scored against. Add one (target or references), or leave the line out.");
            }

            if (!ids.Add(response.Id))
            {
                throw new InvalidDataException($"{name}: question {response.Id} is answered twice. Keep one of the lines.");
            }
        }

        return all.IsEmpty
            ? throw new InvalidDataException($"{name}: holds no predictions. Give a file with one a line.")
            : new ScoredModel(name, all, [.. all.Select(response => PredictionMetrics.Score(response.ToPrediction(), scorer))]);
    }

    /// <summary>x 100.</summary>
    public ImmutableArray<double> RougeL => [.. Scores.Select(static score => 100 * score.RougeL)];

    /// <summary>100 or 0.</summary>
    public ImmutableArray<double> ExactMatch => [.. Scores.Select(static score => score.ExactMatch ? 100.0 : 0)];

    /// <summary>By question, the measure that counts in the category.</summary>
    public Dictionary<string, double> ById(bool byExactMatch) => Responses.Zip(byExactMatch ? ExactMatch : RougeL).ToDictionary(static pair => pair.First.Id, static pair => pair.Second);

    /// <summary>In order of first sight.</summary>
    public ImmutableArray<string> Categories => [.. Responses.Select(static response => response.Category).OfType<string>().Distinct()];

    /// <summary>Null where the model has no response of the category. Exact match where SuperNI's evaluation takes it, else ROUGE-L.</summary>
    public (double Mean, ConfidenceInterval Interval, int N)? InCategory(string category, Random random, int resamples)
    {
        var all = SuperNICategories.ByExactMatch(category) ? ExactMatch : RougeL;
        ImmutableArray<double> values = [.. all.Where((_, i) => Responses[i].Category == category)];
        return values.IsEmpty ? null : (values.Average(), Bootstrap.OfMean(values, random, resamples), values.Length);
    }
}

/// <summary>Two models on the questions that both answered.</summary>
/// <param name="N">Questions in common.</param>
/// <param name="Difference">Mean ROUGE-L of the first less that of the second, x 100.</param>
/// <param name="P">Two-sided, approximate randomization.</param>
/// <param name="IsSignificant">After Holm's correction over all pairs, at 0.05.</param>
public sealed record ModelDifference(int First, int Second, int N, double Difference, double P, bool IsSignificant)
{
    const double Level = 0.05;

    /// <summary>Of every two models with a question in common.</summary>
    /// <param name="random">Draws signs.</param>
    /// <param name="shuffles">Of each test.</param>
    public static ImmutableArray<ModelDifference> Of(ImmutableArray<ScoredModel> models, Random random, int shuffles)
    {
        List<ModelDifference> differences = [];
        ImmutableArray<Dictionary<string, double>> scores = [.. models.Select(static model => model.ById(byExactMatch: false))];
        for (var i = 0; i < models.Length; i++)
        {
            for (var j = i + 1; j < models.Length; j++)
            {
                var common = models[i].Responses.Select(static response => response.Id).Where(scores[j].ContainsKey).Select(id => scores[i][id] - scores[j][id]).ToList();
                if (common.Count > 0)
                {
                    differences.Add(new ModelDifference(i, j, common.Count, common.Average(), PairedTest.Randomization(common, random, shuffles), IsSignificant: false));
                }
            }
        }

        return Corrected(differences);
    }

    /// <summary>Holm (1979): the smallest p against level / m, the next against level / (m - 1), until one fails.</summary>
    static ImmutableArray<ModelDifference> Corrected(List<ModelDifference> differences)
    {
        var order = Enumerable.Range(0, differences.Count).OrderBy(i => differences[i].P).ToList();
        for (var rank = 0; rank < order.Count && differences[order[rank]].P <= Level / (order.Count - rank); rank++)
        {
            differences[order[rank]] = differences[order[rank]] with { IsSignificant = true };
        }

        return [.. differences];
    }
}
