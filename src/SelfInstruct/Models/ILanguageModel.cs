namespace SelfInstruct.Models;

/// <summary>
/// A prompt in, a completion out. Implementations are safe to call concurrently; where order matters to them
/// (a replay), they take requests in the order in which the calls were made.
/// </summary>
public interface ILanguageModel
{
    /// <summary>Stable name, written to run.json and into every completion's key; never an endpoint or a secret.</summary>
    string Id { get; }

    /// <summary>Tokens that prompt and completion may have together.</summary>
    int ContextLength { get; }

    /// <summary>True for a model that answers messages; false for one that continues text.</summary>
    bool IsChat { get; }

    /// <summary>How many calls are worth having in flight at once, at least 1.</summary>
    int MaxConcurrency { get; }

    /// <summary>Tokens of <paramref name="text"/>: exact for a local model, an upper estimate for a remote one.</summary>
    int CountTokens(string text);

    /// <exception cref="ModelException">The call failed for good: after retries, or for a reason retries cannot mend.</exception>
    Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken);
}
