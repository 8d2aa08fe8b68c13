using SelfInstruct.Concurrency;
using SelfInstruct.Runs;

namespace SelfInstruct.Curation;

/// <summary>A row with a new output; or with its old one, where the new one cannot be used.</summary>
/// <param name="Answer">Of the new model.</param>
public sealed record RelabelledRow(CurationRow Row, RowAnswer Answer)
{
    public string Output => Answer.Fault is null ? Answer.Text : Row.Example.Output;

    public bool IsChanged => Output != Row.Example.Output;
}

/// <summary>Writes outputs anew by another model: the paper's step from 44.4 to 54.4 % of A ratings (section 4.5, Figure 7).</summary>
/// <param name="log">Asks the model.</param>
/// <param name="maxTokens">Of an output.</param>
public sealed class Relabelling(CompletionLog log, int maxTokens)
{
    readonly RowAnswers _answers = new(log, maxTokens, "relabel");

    /// <summary>In the order of the rows.</summary>
    public IAsyncEnumerable<RelabelledRow> RelabelAsync(IEnumerable<CurationRow> rows, CancellationToken cancellationToken) =>
        rows.Select(static (row, slot) => (row, slot)).SelectConcurrently(
            log.Model.MaxConcurrency,
            async (item, token) => new RelabelledRow(item.row, await _answers.AskAsync(item.row.Example, 0, item.slot, token).ConfigureAwait(false)),
            cancellationToken);
}
