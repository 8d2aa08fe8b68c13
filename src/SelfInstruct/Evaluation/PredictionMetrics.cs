using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace SelfInstruct.Evaluation;

/// <param name="Text">What the model answered; empty where it did not.</param>
/// <param name="References">Correct answers, at least one; the best counts, for each measure on its own.</param>
public sealed record Prediction(string Text, ImmutableArray<string> References)
{
    /// <summary>Null: belongs to none.</summary>
    public string? Category { get; init; }

    /// <inheritdoc cref="Category"/>
    public string? Task { get; init; }
}

/// <param name="RougeL">F in [0, 1], with stemmer.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PredictionScore(bool ExactMatch, double RougeL);

/// <param name="N">Predictions.</param>
/// <param name="RougeL">Mean F in [0, 100], four decimals.</param>
/// <param name="ExactMatch">Per cent, four decimals.</param>
public sealed record GroupMetrics(string Name, int N, double RougeL, double ExactMatch);

/// <summary>
/// The SuperNI metric (Wang et al., EMNLP 2022; Natural Instructions, evaluation.py): every prediction weighs the
/// same, in the whole and in each category and task.
/// </summary>
/// <param name="Categories">In order of first sight; empty where no prediction names one.</param>
/// <param name="Tasks">As the categories.</param>
public sealed record PredictionMetrics(GroupMetrics All, ImmutableArray<GroupMetrics> Categories, ImmutableArray<GroupMetrics> Tasks)
{
    /// <param name="scorer">With stemmer, for the metric as published.</param>
    public static PredictionScore Score(Prediction prediction, RougeLScorer scorer) => new(
        Evaluation.ExactMatch.IsMatch(prediction.Text, prediction.References),
        scorer.ScoreBest(prediction.Text, prediction.References).FMeasure);

    /// <exception cref="ArgumentException">No predictions, or one without references.</exception>
    /// <param name="name">Of the whole, for example the model's.</param>
    /// <param name="predictions">Read once, in order.</param>
    public static PredictionMetrics Measure(string name, IEnumerable<Prediction> predictions)
    {
        var scorer = new RougeLScorer(stemmer: true);
        var all = new GroupSum(name);
        var (categories, tasks) = (new OrderedDictionary<string, GroupSum>(), new OrderedDictionary<string, GroupSum>());
        foreach (var prediction in predictions)
        {
            var score = Score(prediction, scorer);
            all.Add(score);
            Find(categories, prediction.Category)?.Add(score);
            Find(tasks, prediction.Task)?.Add(score);
        }

        return new(all.Mean(), [.. categories.Values.Select(static sum => sum.Mean())], [.. tasks.Values.Select(static sum => sum.Mean())]);
    }

    static GroupSum? Find(OrderedDictionary<string, GroupSum> sums, string? name)
    {
        if (name is null)
        {
            return null;
        }

        sums.TryAdd(name, new GroupSum(name));
        return sums[name];
    }

    sealed class GroupSum(string name)
    {
        int _n;
        int _matches;
        double _rougeL;

        public void Add(PredictionScore score)
        {
            _n++;
            _matches += score.ExactMatch ? 1 : 0;
            _rougeL += score.RougeL;
        }

        public GroupMetrics Mean() => _n > 0
            ? new(name, _n, FourDecimals.Round(100 * _rougeL / _n), FourDecimals.Round(100.0 * _matches / _n))
            : throw new ArgumentException($"{name}: there are no predictions to measure; give at least one.");
    }
}
