using SelfInstruct.Models;

namespace SelfInstruct.Runs;

/// <summary>What a run may spend in all. Null: no limit.</summary>
/// <param name="MaxCost">US dollars.</param>
/// <param name="MaxTokens">Of prompts and completions together.</param>
/// <param name="Prices">What the tokens cost.</param>
public sealed record Budget(double? MaxCost, long? MaxTokens, Prices Prices)
{
    /// <summary>Null while it covers so many tokens; else why not.</summary>
    public string? FindObjection(long promptTokens, long completionTokens) =>
        Prices.CostOf(promptTokens, completionTokens) > MaxCost ? $"The budget of {MaxCost:0.00##} US dollars does not cover another call"
        : promptTokens + completionTokens > MaxTokens ? $"The budget of {MaxTokens:N0} tokens does not cover another call"
        : null;

    /// <summary>The option that allows more.</summary>
    public string Remedy(long promptTokens, long completionTokens) =>
        Prices.CostOf(promptTokens, completionTokens) > MaxCost ? "--max-cost" : "--max-tokens";
}

/// <summary>The run stops here on purpose; everything is saved.</summary>
public sealed class BudgetSpentException(string message) : Exception(message);

/// <summary>
/// Lets a call start only while the budget covers it beside all that are in flight; else it waits for those, which may
/// turn out cheaper. A call is expected to use what its stage's calls used on average; before the first of a stage is
/// answered, its prompt, corrected by what prompts were billed so far, and the longest answer it may have. When only
/// that does not fit, one call goes alone and shows what they use. So a run can go over by what its last calls differ
/// from the average.
/// </summary>
/// <param name="budget">For the life of the run.</param>
/// <param name="used">So far, what an earlier process recorded included.</param>
sealed class BudgetGate(Budget budget, UsageLedger used)
{
    readonly Lock _turn = new();
    (long Prompt, long Completion) _inFlight;
    int _calls;
    (long Counted, long Billed) _prompts;
    TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Settle what comes back when the call's usage is in the ledger, and dispose it in any case.</summary>
    /// <param name="stage">Whose calls it is like.</param>
    /// <param name="promptTokens">Counted or estimated.</param>
    /// <param name="maxTokens">Of the answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BudgetSpentException">The call must not be made.</exception>
    public async Task<BudgetReservation> EnterAsync(string stage, int promptTokens, int maxTokens, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            lock (_turn)
            {
                if (TryEnter(promptTokens, used.MeanOf(stage) ?? new TokenUsage(Billed(promptTokens), maxTokens), isMean: used.MeanOf(stage) is not null) is { } reservation)
                {
                    return reservation;
                }

                change = _left.Task;
            }

            await change.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Null where it may fit when others are done.</summary>
    BudgetReservation? TryEnter(int promptTokens, TokenUsage expected, bool isMean)
    {
        var (prompt, completion) = (used.PromptTokens + _inFlight.Prompt + expected.PromptTokens, used.CompletionTokens + _inFlight.Completion + expected.CompletionTokens);
        if (budget.FindObjection(prompt, completion) is not null && _calls > 0)
        {
            return null;
        }

        completion -= isMean ? 0 : expected.CompletionTokens;
        if (budget.FindObjection(prompt, completion) is { } objection)
        {
            throw new BudgetSpentException(
                $"{objection}: {used.PromptTokens + used.CompletionTokens:N0} tokens ({budget.Prices.CostOf(used.PromptTokens, used.CompletionTokens):0.00##} US dollars) are spent. Everything is saved; raise {budget.Remedy(prompt, completion)} to continue.");
        }

        _inFlight = (_inFlight.Prompt + expected.PromptTokens, _inFlight.Completion + expected.CompletionTokens);
        _calls++;
        return new BudgetReservation(usage => Leave(promptTokens, expected, usage));
    }

    int Billed(int promptTokens) => _prompts.Counted == 0 ? promptTokens : (int)((double)promptTokens * _prompts.Billed / _prompts.Counted);

    void Leave(int promptTokens, TokenUsage expected, TokenUsage? usage)
    {
        lock (_turn)
        {
            _prompts = usage is null ? _prompts : (_prompts.Counted + promptTokens, _prompts.Billed + usage.PromptTokens);
            _inFlight = (_inFlight.Prompt - expected.PromptTokens, _inFlight.Completion - expected.CompletionTokens);
            _calls--;
            _left.SetResult();
            _left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}

/// <summary>A call's share of the budget while it is in flight.</summary>
/// <param name="leave">Given what the call used; null where it failed.</param>
sealed class BudgetReservation(Action<TokenUsage?> leave) : IDisposable
{
    Action<TokenUsage?>? _leave = leave;

    public void Settle(TokenUsage usage) => Interlocked.Exchange(ref _leave, null)?.Invoke(usage);

    public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke(null);
}
