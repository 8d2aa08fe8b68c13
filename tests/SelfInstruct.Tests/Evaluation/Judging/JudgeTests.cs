using SelfInstruct.Evaluation;
using SelfInstruct.Evaluation.Judging;
using SelfInstruct.Models;

namespace SelfInstruct.Tests.Evaluation.Judging;

public sealed class JudgeTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 30_000)]
    public async Task Each_response_is_graded_or_counted_as_unread()
    {
        ModelResponse[] responses = [Response("1", "m", "good"), Response("2", "m", "bad"), Response("3", "m", "odd")];
        var model = Chat(static prompt => prompt.Contains("<response>\ngood", StringComparison.Ordinal) ? "Yes.\nRating: A" : prompt.Contains("<response>\nbad", StringComparison.Ordinal) ? "No.\nRating: D" : "Rating: maybe B");
        var judged = await CollectAsync(model, judge => judge.RateAsync(responses, TestContext.Current.CancellationToken));
        Assert.Equal([Grade.A, Grade.D, null], judged.Select(static item => item.Answer.Verdict));
        Assert.Equal([null, null, "no_verdict_line"], judged.Select(static item => item.Answer.Fault));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_prompt_that_does_not_fit_is_counted_and_not_cut()
    {
        var model = new ScriptedModel(static _ => throw new InvalidOperationException("must not be asked")) { IsChat = true, ContextLength = 100 };
        var judged = await CollectAsync(model, judge => judge.RateAsync([Response("1", "m", "a")], TestContext.Current.CancellationToken));
        Assert.Equal("prompt_too_long", Assert.Single(judged).Answer.Fault);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_judge_that_sees_the_better_one_decides_the_same_in_both_orders()
    {
        var model = Chat(static prompt => prompt.Contains("<response_1>\ngood", StringComparison.Ordinal) ? "Better: 1" : "Better: 2");
        var pair = Assert.Single(await CollectAsync(model, judge => judge.CompareAsync([(Response("1", "a", "bad"), Response("1", "b", "good"))], TestContext.Current.CancellationToken)));
        Assert.Equal(Preference.Second, pair.Verdict);
        Assert.False(pair.Flips);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_judge_that_prefers_a_place_flips()
    {
        var judged = await CollectAsync(Chat(static _ => "Better: 1"), judge => judge.CompareAsync([(Response("1", "a", "x"), Response("1", "b", "yy"))], TestContext.Current.CancellationToken));
        Assert.True(judged[0].Flips);
        Assert.Null(judged[0].Verdict);
        var summary = PairwiseSummary.Of("a", "b", judged);
        Assert.Equal((1.0, 1.0, null, 1), (summary.PositionBias, summary.FirstPositionShare, summary.LongerWins, summary.Flips));
    }

    [Fact]
    public void A_summary_counts_every_pair_once()
    {
        JudgedPair[] pairs =
        [
            Pair(Preference.First, Preference.First, "long text", "a"), Pair(Preference.First, Preference.First, "a", "long text"), Pair(Preference.First, Preference.First, "long text", "a"),
            Pair(Preference.Second, Preference.Second, "a", "b"), Pair(Preference.Tie, Preference.Tie, "a", "b"), Pair(Preference.First, Preference.Tie, "a", "b"), Pair(Preference.First, null, "a", "b"),
        ];
        var summary = PairwiseSummary.Of("x", "y", pairs);
        Assert.Equal((7, 3, 1, 1, 1, 1), (summary.Pairs, summary.Wins, summary.Losses, summary.Ties, summary.Flips, summary.Unread));
        Assert.Equal(7, summary.Wins + summary.Losses + summary.Ties + summary.Flips + summary.Unread);
        Assert.Equal(1.0 / 6, summary.PositionBias!.Value, 12);
        Assert.Equal(2.0 / 3, summary.LongerWins!.Value, 12);

        // Forward 5 of 6 for the first shown; backward only where the second was preferred: 1 of 4.
        Assert.Equal(6.0 / 10, summary.FirstPositionShare!.Value, 12);
    }

    [Fact]
    public void The_last_rating_of_a_rater_counts_and_agreement_is_over_common_responses()
    {
        var table = new RatingTable([Line("1", "x", "A"), Line("1", "x", "B"), Line("2", "x", "C"), Line("3", "x", "D"), Line("1", "y", "B"), Line("2", "y", "D"), Line("9", "y", "A")]);
        Assert.Equal([0, 1, 1, 1], table.Count("x", "m"));
        var agreement = Assert.Single(table.Agreements());
        Assert.Equal(RaterAgreement.Of("x", "y", [(Grade.B, Grade.B), (Grade.C, Grade.D)]), agreement);
        Assert.Equal((2, 1.0, 1.0), (agreement.N, agreement.BinaryKappa!.Value, agreement.Spearman!.Value));
    }

    [Fact]
    public void Length_bias_is_positive_where_long_responses_are_rated_better()
    {
        var table = new RatingTable([Line("1", "x", "D"), Line("2", "x", "B"), Line("3", "x", "A")]);
        Assert.Equal(1, table.LengthBias("x", [Response("1", "m", "a"), Response("2", "m", "aa"), Response("3", "m", "aaa")])!.Value, 12);
    }

    [Fact]
    public void A_rating_that_is_none_of_the_four_is_an_error() => Assert.Throws<InvalidDataException>(static () => new RatingTable([Line("1", "x", "E")]));

    public void Dispose() => _folder.Dispose();

    static ScriptedModel Chat(Func<string, string> answer) => new(request => answer(request.Prompt)) { IsChat = true, MaxConcurrency = 4 };

    static ModelResponse Response(string id, string model, string text) => new(id, model, "Do it.", "", text, ["good"]);

    static RatingLine Line(string id, string rater, string rating) => new(id, "m", rater, rating);

    static JudgedPair Pair(Preference? forward, Preference? backward, string first, string second) =>
        new(Response("1", "x", first), Response("1", "y", second), new(forward, forward is null ? "empty" : null), new(backward, backward is null ? "empty" : null));

    async Task<List<T>> CollectAsync<T>(ILanguageModel model, Func<Judge, IAsyncEnumerable<T>> ask)
    {
        await using var log = await new EvaluationFolder(_folder.In("e")).OpenCompletionsAsync(model, TimeProvider.System, null, CancellationToken.None);
        List<T> all = [];
        await foreach (var item in ask(new Judge(log)))
        {
            all.Add(item);
        }

        return all;
    }
}
