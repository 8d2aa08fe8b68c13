using System.Collections.Immutable;

namespace SelfInstruct.Models.Batches;

/// <summary>A request on its way through batches until it has an answer.</summary>
/// <param name="key">Tells it from all others of the run.</param>
/// <param name="request">As asked.</param>
/// <param name="attempts">Batches that may bring no answer for it.</param>
/// <param name="cancellationToken">Nobody waits for it any more.</param>
sealed class BatchedRequest(string key, CompletionRequest request, int attempts, CancellationToken cancellationToken)
{
    readonly TaskCompletionSource<Completion> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Key { get; } = key;

    public CompletionRequest Request { get; } = request;

    public Task<Completion> Answer => _answer.Task;

    public bool IsWanted => !cancellationToken.IsCancellationRequested;

    /// <summary>Batches that brought no answer.</summary>
    public int Failures { get; private set; }

    /// <summary>Of the server, when the request was last written; a batch of an earlier process may have known fewer or more.</summary>
    public ImmutableArray<Quirk> Known { get; set; } = [];

    public void Complete(Completion completion) => _answer.TrySetResult(completion);

    public void Fail(Exception cause) => _answer.TrySetException(cause);

    /// <summary>A fault that may pass: the request goes into a next batch, or fails when it was in enough of them.</summary>
    public void Postpone(Uri address, string fault)
    {
        Failures++;
        if (Failures >= attempts)
        {
            Fail(new ModelException($"{address}: a request had no answer in {Failures} batches ({fault}). Run the same command again later, or without --batch; what was answered before is saved."));
        }
    }
}
