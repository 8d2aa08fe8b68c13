using SelfInstruct.Concurrency;
using SelfInstruct.Evaluation.Judging;
using SelfInstruct.Models;
using SelfInstruct.Runs;

namespace SelfInstruct.Curation;

/// <summary>What a judge said of a row.</summary>
/// <param name="Answer">The verdict, or the named reason why there is none.</param>
/// <param name="Reason">In the judge's words; empty where it gave none.</param>
/// <param name="Completion">Key of its answer; empty where it was not asked.</param>
public sealed record JudgedRow(CurationRow Row, JudgeAnswer<RowVerdict> Answer, string Reason, string Completion);

/// <summary>A line of judgements.jsonl; of several by one judge on one row and scale, the last counts.</summary>
/// <param name="Id">Of the row.</param>
/// <param name="Judge">"judge:" and the model's name.</param>
/// <param name="Score">Null where <paramref name="Fault"/> says why there is none.</param>
/// <param name="Completion">Key of the judge's answer in its completions.jsonl.</param>
public sealed record JudgementLine(
    string Id,
    string Judge,
    string Scale,
    int? Score = null,
    bool? ValidTask = null,
    bool? InputAppropriate = null,
    bool? OutputCorrect = null,
    string? Fault = null,
    string? Reason = null,
    string? Completion = null,
    DateTimeOffset? At = null)
{
    public static JudgementLine Of(JudgedRow judged, string judge, RowScale scale, DateTimeOffset at) => new(
        judged.Row.Id, judge, scale.Name, judged.Answer.Verdict?.Score, judged.Answer.Verdict?.ValidTask, judged.Answer.Verdict?.InputAppropriate,
        judged.Answer.Verdict?.OutputCorrect, judged.Answer.Fault, judged.Reason.Length > 0 ? judged.Reason : null, judged.Completion.Length > 0 ? judged.Completion : null, at);
}

/// <summary>A language model looks at rows, as the paper's expert did at 200 (section 3.3, Table 2), and scores them.</summary>
/// <param name="log">Asks the judge.</param>
/// <param name="scale">What it is asked.</param>
/// <param name="maxTokens">Of an answer with its reasons.</param>
/// <param name="prompts">Folder of texts that replace the built-in ones; null: none.</param>
public sealed class RowJudge(CompletionLog log, RowScale scale, int maxTokens = 512, string? prompts = null)
{
    const string Stage = "judge";
    const int WithoutReasons = 16;

    readonly JudgeQuestions _questions = new(log, maxTokens, WithoutReasons);

    /// <summary>As it signs judgements.</summary>
    public string Name => "judge:" + log.Model.Id;

    /// <summary>In the order of the rows.</summary>
    public IAsyncEnumerable<JudgedRow> JudgeAsync(IEnumerable<CurationRow> rows, CancellationToken cancellationToken) =>
        rows.Select(static (row, slot) => (row, slot)).SelectConcurrently(
            log.Model.MaxConcurrency,
            async (item, token) =>
            {
                var answer = await _questions.AskAsync(scale.Ask(item.row, _questions.IsChat, prompts), Stage, item.slot, token).ConfigureAwait(false);
                return new JudgedRow(item.row, _questions.Read(answer, scale.Read), _questions.IsChat ? answer.Text.Trim() : "", answer.Key);
            },
            cancellationToken);

    /// <summary>What the judge will be asked, to know the cost before.</summary>
    public static IEnumerable<(string Prompt, int MaxTokens)> Questions(IEnumerable<CurationRow> rows, RowScale scale, ILanguageModel model, int maxTokens, string? prompts) =>
        rows.Select(row => (scale.Ask(row, model.IsChat, prompts), model.IsChat ? maxTokens : WithoutReasons));
}
