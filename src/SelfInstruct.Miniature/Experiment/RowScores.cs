using System.Collections.Immutable;
using SelfInstruct.Evaluation.Agreement;

namespace SelfInstruct.Miniature.Experiment;

/// <summary>A measure in per cent, over all seeds.</summary>
/// <param name="Mean">Of the families' means, so that none counts more than another.</param>
/// <param name="Interval">95 % of bootstrap resamples of the questions within each family: how far the figure for these families is known.</param>
/// <param name="ByFamily">Means, in the order of the names.</param>
public sealed record Measured(double Mean, ConfidenceInterval Interval, ImmutableArray<double> ByFamily)
{
    const int Resamples = 1000;

    /// <param name="answers">Of one set, of all seeds.</param>
    /// <param name="value">In [0, 1].</param>
    public static Measured Of(IEnumerable<RowAnswer> answers, Func<RowAnswer, double> value)
    {
        var families = answers.GroupBy(static answer => answer.Family).OrderBy(static family => family.Key, StringComparer.Ordinal)
            .Select(family => family.Select(answer => 100 * value(answer)).ToArray()).ToArray();
        ImmutableArray<double> means = [.. families.Select(static family => family.Average())];
        var random = new Random(1);
        var drawn = Enumerable.Range(0, Resamples).Select(_ => families.Average(family => MeanOfDraw(family, random))).Order().ToArray();
        return new(means.Average(), new(Bootstrap.Quantile(drawn, 0.025), Bootstrap.Quantile(drawn, 0.975)), means);
    }

    static double MeanOfDraw(double[] values, Random random)
    {
        var sum = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            sum += values[random.Next(values.Length)];
        }

        return sum / values.Length;
    }

    /// <summary>The difference of two rows' means, and 95 % of resamples of the families: what other families of this kind would show.</summary>
    public (double Mean, ConfidenceInterval Interval) Minus(Measured other)
    {
        var differences = ByFamily.Zip(other.ByFamily, static (ours, theirs) => ours - theirs).ToList();
        return (differences.Average(), Bootstrap.OfMean(differences, new Random(1)));
    }

    /// <summary>Its whole interval lies above the other's.</summary>
    public bool IsClearlyAbove(Measured other) => Interval.Low > other.Interval.High;
}

/// <param name="IsRight">Strictly: the whole answer, and the model ended it.</param>
public sealed record SetScores(Measured RougeL, Measured ExactMatch, Measured IsRight, Measured FirstLineRight)
{
    public static SetScores Of(IReadOnlyCollection<RowAnswer> answers) => new(
        Measured.Of(answers, static answer => answer.RougeL),
        Measured.Of(answers, static answer => answer.ExactMatch ? 1 : 0),
        Measured.Of(answers, static answer => answer.IsRight ? 1 : 0),
        Measured.Of(answers, static answer => answer.FirstLineRight ? 1 : 0));

    /// <summary>By ROUGE-L, exact match and strict accuracy, each with intervals that do not touch.</summary>
    public bool IsClearlyAbove(SetScores other) =>
        RougeL.IsClearlyAbove(other.RougeL) && ExactMatch.IsClearlyAbove(other.ExactMatch) && IsRight.IsClearlyAbove(other.IsRight);
}

/// <summary>A row of the table, over all seeds.</summary>
/// <param name="Examples">Mean of the seeds.</param>
/// <param name="Strict">Null: there are no such families.</param>
/// <param name="BySeed">Strict accuracy on other families, seed by seed.</param>
public sealed record RowScores(string Name, string Says, double Examples, int Steps, SetScores Seed, SetScores Other, SetScores? Strict, ImmutableArray<double> BySeed)
{
    public static ImmutableArray<RowScores> Of(ExperimentResult result) => [.. result.Rows.GroupBy(static row => row.Row.Name).Select(static rows => Of([.. rows]))];

    static RowScores Of(ImmutableArray<RowResult> seeds)
    {
        var first = seeds[0].Row;
        return new(
            first.Name, first.Says, seeds.Average(static row => row.Row.Examples), first.Steps,
            In(seeds, Question.Seed)!, In(seeds, Question.Other)!, In(seeds, Question.Strict),
            [.. seeds.Select(static row => 100 * row.Answers.Where(static answer => answer.Set == Question.Other).Average(static answer => answer.IsRight ? 1.0 : 0))]);
    }

    static SetScores? In(ImmutableArray<RowResult> seeds, string set)
    {
        ImmutableArray<RowAnswer> answers = [.. seeds.SelectMany(row => row.Answers.Where(answer => answer.Set == set))];
        return answers.IsEmpty ? null : SetScores.Of(answers);
    }
}
