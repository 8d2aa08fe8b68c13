using System.Collections.Immutable;
using SelfInstruct.Models;
using SelfInstruct.Runs;

namespace SelfInstruct.Evaluation.Judging;

/// <summary>Puts questions to a judge: greedily, never cut, recorded like all answers; a question that does not fit is not asked.</summary>
/// <param name="log">Asks the judge.</param>
/// <param name="maxTokens">Of an answer with its reasons; a model that continues text answers at once.</param>
/// <param name="tokensWithoutReasons">Of an answer of such a model.</param>
public sealed class JudgeQuestions(CompletionLog log, int maxTokens, int tokensWithoutReasons = 4)
{
    const string TooLong = "prompt_too_long";

    static readonly ImmutableArray<string> LineEnd = ["\n"];

    /// <summary>The judge answers messages, and gives reasons.</summary>
    public bool IsChat => log.Model.IsChat;

    /// <summary>How every question is sampled.</summary>
    public Sampling Sampling => new(Temperature: 0, TopP: 1, FrequencyPenalty: 0, PresencePenalty: 0, IsChat ? maxTokens : tokensWithoutReasons, IsChat ? [] : LineEnd, Seed: 0);

    public Task<RecordedCompletion> AskAsync(string prompt, string stage, int slot, CancellationToken cancellationToken)
    {
        var length = log.Model.CountTokens(prompt);
        return length + Sampling.MaxTokens <= log.Model.ContextLength
            ? log.CompleteAsync(new CompletionRequest(prompt, Sampling) { IsMessage = IsChat, Origin = new RequestOrigin(stage, 0, slot, 0) }, cancellationToken)
            : Task.FromResult(new RecordedCompletion("", "", Sampling, "", TooLong, new TokenUsage(0, 0), log.Model.Id, stage, 0, slot, 0, default));
    }

    /// <summary>The verdict, or why there is none.</summary>
    public JudgeAnswer<T> Read<T>(RecordedCompletion answer, Func<string, bool, JudgeAnswer<T>> read)
        where T : struct => answer.FinishReason switch
        {
            TooLong => new(null, TooLong),
            Completion.ContentFilter => new(null, Completion.ContentFilter),
            "length" when IsChat => new(null, "cut_off"),
            _ => read(answer.Text, IsChat),
        };
}
