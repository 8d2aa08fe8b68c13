using SelfInstruct.Concurrency;
using SelfInstruct.Runs;

namespace SelfInstruct.Evaluation.Judging;

/// <param name="Completion">Key of the judge's answer.</param>
public sealed record JudgedResponse(ModelResponse Response, JudgeAnswer<Grade> Answer, string Completion);

/// <summary>Two responses of one question, compared in both orders.</summary>
/// <param name="Forward">With <paramref name="First"/> shown first.</param>
/// <param name="Backward">With it shown second; Preference.First still means <paramref name="First"/>.</param>
public sealed record JudgedPair(ModelResponse First, ModelResponse Second, JudgeAnswer<Preference> Forward, JudgeAnswer<Preference> Backward)
{
    /// <summary>Both orders can be read.</summary>
    public bool IsRead => Forward.Verdict is not null && Backward.Verdict is not null;

    /// <summary>The verdict depends on the order.</summary>
    public bool Flips => IsRead && Forward.Verdict != Backward.Verdict;

    /// <summary>Null where it flips or cannot be read.</summary>
    public Preference? Verdict => IsRead && !Flips ? Forward.Verdict : null;
}

/// <summary>A language model as judge. It is asked greedily, and its answers are recorded like all others.</summary>
/// <param name="log">Asks the judge.</param>
/// <param name="maxTokens">Of an answer with its reasons.</param>
public sealed class Judge(CompletionLog log, int maxTokens = 512)
{
    readonly JudgeQuestions _questions = new(log, maxTokens);

    /// <summary>As it signs ratings.</summary>
    public string Rater => "judge:" + log.Model.Id;

    bool IsChat => log.Model.IsChat;

    /// <summary>In the order of the responses.</summary>
    public IAsyncEnumerable<JudgedResponse> RateAsync(IEnumerable<ModelResponse> responses, CancellationToken cancellationToken) =>
        responses.Select(static (response, slot) => (response, slot)).SelectConcurrently(
            log.Model.MaxConcurrency,
            async (item, token) =>
            {
                var answer = await _questions.AskAsync(JudgePrompt.ForRating(item.response, IsChat), "rating", item.slot, token).ConfigureAwait(false);
                return new JudgedResponse(item.response, _questions.Read(answer, JudgePrompt.ReadRating), answer.Key);
            },
            cancellationToken);

    /// <summary>In the order of the pairs.</summary>
    public IAsyncEnumerable<JudgedPair> CompareAsync(IEnumerable<(ModelResponse First, ModelResponse Second)> pairs, CancellationToken cancellationToken) =>
        pairs.Select(static (pair, slot) => (pair.First, pair.Second, Slot: slot * 2)).SelectConcurrently(
            Math.Max(1, log.Model.MaxConcurrency / 2),
            async (pair, token) =>
            {
                var forward = CompareAsync(pair.First, pair.Second, pair.Slot, token);
                var backward = CompareAsync(pair.Second, pair.First, pair.Slot + 1, token);
                return new JudgedPair(pair.First, pair.Second, await forward.ConfigureAwait(false), Swapped(await backward.ConfigureAwait(false)));
            },
            cancellationToken);

    async Task<JudgeAnswer<Preference>> CompareAsync(ModelResponse first, ModelResponse second, int slot, CancellationToken cancellationToken)
    {
        var answer = await _questions.AskAsync(JudgePrompt.ForComparison(first, second, IsChat), "comparison", slot, cancellationToken).ConfigureAwait(false);
        return _questions.Read(answer, JudgePrompt.ReadPreference);
    }

    static JudgeAnswer<Preference> Swapped(JudgeAnswer<Preference> answer) => answer with
    {
        Verdict = answer.Verdict switch { Preference.First => Preference.Second, Preference.Second => Preference.First, var other => other },
    };
}
