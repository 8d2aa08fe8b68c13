using System.Collections.Immutable;
using SelfInstruct.Evaluation.Agreement;

namespace SelfInstruct.Evaluation.Judging;

/// <summary>How far two raters agree; null where a coefficient is not defined.</summary>
/// <param name="N">Responses that both rated.</param>
/// <param name="Kappa">Four grades.</param>
/// <param name="BinaryKappa">A and B against C and D.</param>
/// <param name="LinearKappa">Weighted by the distance of the grades.</param>
/// <param name="QuadraticKappa">Weighted by its square.</param>
/// <param name="Spearman">Of the grades.</param>
public sealed record RaterAgreement(string First, string Second, int N, double? Kappa, double? BinaryKappa, double? LinearKappa, double? QuadraticKappa, double? Spearman)
{
    const int Grades = 4;

    /// <param name="ratings">Of each response, by both.</param>
    public static RaterAgreement Of(string first, string second, IReadOnlyList<(Grade First, Grade Second)> ratings)
    {
        var numbers = ratings.Select(static pair => ((int)pair.First, (int)pair.Second)).ToList();
        return new RaterAgreement(
            first,
            second,
            ratings.Count,
            CohenKappa.Of(numbers, Grades),
            CohenKappa.Of(numbers.Select(static pair => (pair.Item1 / 2, pair.Item2 / 2)), categories: 2),
            CohenKappa.Of(numbers, Grades, KappaWeights.Linear),
            CohenKappa.Of(numbers, Grades, KappaWeights.Quadratic),
            Correlation.Spearman([.. numbers.Select(static pair => (double)pair.Item1)], [.. numbers.Select(static pair => (double)pair.Item2)]));
    }
}

/// <summary>Ratings by who, of what, the last of each.</summary>
public sealed class RatingTable
{
    readonly OrderedDictionary<(string Rater, string Model, string Id), Grade> _grades = [];

    /// <exception cref="InvalidDataException">A rating that is none of the four.</exception>
    public RatingTable(IEnumerable<RatingLine> ratings)
    {
        foreach (var line in ratings)
        {
            _grades[(line.Rater, line.Model, line.Id)] = line.Grade
                ?? throw new InvalidDataException($"ratings: {line.Rater} rates {line.Id} of {line.Model} \"{line.Rating}\". Write A, B, C or D.");
        }
    }

    /// <summary>In order of first sight.</summary>
    public ImmutableArray<string> Raters => [.. _grades.Keys.Select(static key => key.Rater).Distinct()];

    public Grade? Find(string rater, string model, string id) => _grades.TryGetValue((rater, model, id), out var grade) ? grade : null;

    /// <summary>A, B, C, D.</summary>
    public ImmutableArray<int> Count(string rater, string model) =>
        [.. Enum.GetValues<Grade>().Select(grade => _grades.Count(pair => pair.Key.Rater == rater && pair.Key.Model == model && pair.Value == grade))];

    /// <summary>Of every two raters who rated a response in common.</summary>
    public IEnumerable<RaterAgreement> Agreements()
    {
        var raters = Raters.Where(static rater => !IsAdjudicated(rater)).ToList();
        for (var i = 0; i < raters.Count; i++)
        {
            for (var j = i + 1; j < raters.Count; j++)
            {
                var common = _grades.Where(pair => pair.Key.Rater == raters[i])
                    .Select(pair => (pair.Value, Find(raters[j], pair.Key.Model, pair.Key.Id)))
                    .Where(static pair => pair.Item2 is not null)
                    .Select(static pair => (pair.Value, pair.Item2!.Value))
                    .ToList();
                if (common.Count > 0)
                {
                    yield return RaterAgreement.Of(raters[i], raters[j], common);
                }
            }
        }
    }

    /// <summary>Krippendorff's alpha of all raters, ordinal; null where it is not defined.</summary>
    public double? Alpha() => KrippendorffAlpha.Of(
        _grades.Where(static pair => !IsAdjudicated(pair.Key.Rater)).GroupBy(static pair => (pair.Key.Model, pair.Key.Id)).Select(static unit => (IReadOnlyList<int>)[.. unit.Select(static pair => (int)pair.Value)]), MeasurementLevel.Ordinal);

    /// <summary>Who settles a disagreement has seen the others' ratings, and agrees with one of them by design.</summary>
    static bool IsAdjudicated(string rater) => rater.StartsWith(Reviews.Annotation.Adjudicated, StringComparison.Ordinal);

    /// <summary>Spearman's rho of length in characters and grade, positive where longer responses are rated better; null where it is not defined.</summary>
    public double? LengthBias(string rater, IEnumerable<ModelResponse> responses)
    {
        var rated = responses.Select(response => (response.Text.Length, Grade: Find(rater, response.Model, response.Id))).Where(static pair => pair.Grade is not null).ToList();
        return Correlation.Spearman([.. rated.Select(static pair => (double)pair.Length)], [.. rated.Select(static pair => -(double)pair.Grade!.Value)]);
    }
}

/// <summary>What pairwise judgements come to.</summary>
/// <param name="Pairs">Compared.</param>
/// <param name="Wins">Of the first model, in both orders.</param>
/// <param name="Losses">Of the first model, in both orders.</param>
/// <param name="Ties">In both orders.</param>
/// <param name="Flips">The verdict depended on the order.</param>
/// <param name="Unread">An answer could not be read.</param>
/// <param name="PositionBias">Flips per pair that could be read, in [0, 1]; null without any.</param>
/// <param name="FirstPositionShare">How often, of all verdicts that were no tie, the response shown first was preferred; 0.5 without bias.</param>
/// <param name="LongerWins">How often the longer response won, of pairs of unequal length that had a winner.</param>
public sealed record PairwiseSummary(
    string First, string Second, int Pairs, int Wins, int Losses, int Ties, int Flips, int Unread, double? PositionBias, double? FirstPositionShare, double? LongerWins)
{
    /// <param name="pairs">Of the same two models.</param>
    public static PairwiseSummary Of(string first, string second, IReadOnlyCollection<JudgedPair> pairs)
    {
        var read = pairs.Count(static pair => pair.IsRead);
        var flips = pairs.Count(static pair => pair.Flips);

        // Shown first means the first response forward, and the second backward.
        ImmutableArray<bool> shownFirst =
        [
            .. pairs.Select(static pair => pair.Forward.Verdict).Where(static verdict => verdict is Preference.First or Preference.Second).Select(static verdict => verdict == Preference.First),
            .. pairs.Select(static pair => pair.Backward.Verdict).Where(static verdict => verdict is Preference.First or Preference.Second).Select(static verdict => verdict == Preference.Second),
        ];
        ImmutableArray<bool> longer =
        [
            .. pairs.Where(static pair => pair.Verdict is Preference.First or Preference.Second && pair.First.Text.Length != pair.Second.Text.Length)
                .Select(static pair => pair.Verdict == Preference.First == pair.First.Text.Length > pair.Second.Text.Length),
        ];
        return new PairwiseSummary(
            first, second, pairs.Count, Verdicts(Preference.First), Verdicts(Preference.Second), Verdicts(Preference.Tie), flips, pairs.Count - read,
            read == 0 ? null : (double)flips / read, Share(shownFirst), Share(longer));

        int Verdicts(Preference verdict) => pairs.Count(pair => pair.Verdict == verdict);
    }

    static double? Share(ImmutableArray<bool> cases) => cases.IsEmpty ? null : cases.Average(static hit => hit ? 1.0 : 0);
}
