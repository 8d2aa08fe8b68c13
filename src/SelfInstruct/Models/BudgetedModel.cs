namespace SelfInstruct.Models;

/// <summary>Makes no further call once the money is spent. Calls already in flight may take it a little over.</summary>
/// <param name="inner">The model that is paid.</param>
/// <param name="budget">What may be spent.</param>
/// <param name="spent">US dollars already spent by an earlier part of the run.</param>
public sealed class BudgetedModel(ILanguageModel inner, Budget budget, double spent) : ILanguageModel
{
    readonly Lock _purse = new();
    double _spent = spent;

    public string Id => inner.Id;

    public int ContextLength => inner.ContextLength;

    public bool IsChat => inner.IsChat;

    public int MaxConcurrency => inner.MaxConcurrency;

    public int CountTokens(string text) => inner.CountTokens(text);

    /// <exception cref="BudgetSpentException">The limit is reached; the call was not made.</exception>
    public async Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        lock (_purse)
        {
            if (_spent >= budget.Limit)
            {
                throw new BudgetSpentException($"The budget of {budget.Limit:0.00##} US dollars is spent ({_spent:0.00##}). Everything is saved; raise --max-cost to continue.");
            }
        }

        var completion = await inner.CompleteAsync(request, cancellationToken).ConfigureAwait(false);
        lock (_purse)
        {
            _spent += budget.Prices.CostOf(completion.Usage.PromptTokens, completion.Usage.CompletionTokens);
        }

        return completion;
    }
}

/// <summary>The run stops here on purpose; everything is saved.</summary>
public sealed class BudgetSpentException(string message) : Exception(message);
