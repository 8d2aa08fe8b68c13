namespace SelfInstruct.Models.Batches;

/// <summary>
/// A model asked by OpenAI's Batch API: what is asked until nothing more comes for a moment is one batch, at half the
/// price, answered within a day. A batch outlives the process; one that asks the same again waits for the same batch.
/// </summary>
public sealed class BatchedModel : ILanguageModel, ILearnsQuirks, IDisposable
{
    readonly IBatchable _model;
    readonly IBatchLog _log;
    readonly Func<CompletionRequest, string> _keyOf;
    readonly BatchOptions _options;
    readonly BatchExchange _exchange;
    readonly CancellationTokenSource _life = new();
    readonly CancellationToken _lifeEnded;
    readonly ITimer _quiet;
    readonly Lock _turn = new();
    List<BatchedRequest> _gathered = [];

    /// <param name="model">Disposed with this.</param>
    /// <param name="log">Disposed with this.</param>
    /// <param name="keyOf">The same request has the same key in every process of the run, of at most 64 characters.</param>
    /// <param name="options">Sizes and pauses.</param>
    /// <param name="time">Measures pauses, stamps records.</param>
    /// <param name="notices">Told, in sentences, how batches come along.</param>
    public BatchedModel(
        IBatchable model, IBatchLog log, Func<CompletionRequest, string> keyOf, BatchOptions options, TimeProvider time, IProgress<string>? notices = null)
    {
        (_model, _log, _keyOf, _options) = (model, log, keyOf, options);
        _lifeEnded = _life.Token;
        _exchange = new BatchExchange(model, log, options, time, notices);
        _quiet = time.CreateTimer(_ => HandOver(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Id => _model.Id;

    public int ContextLength => _model.ContextLength;

    public bool IsChat => _model.IsChat;

    public int MaxConcurrency => _options.MaxRequests;

    public Uri Address => _model.Address;

    public IReadOnlyList<string> Quirks => _model.Quirks;

    public void Recall(IEnumerable<string> quirks) => _model.Recall(quirks);

    public int CountTokens(string text) => _model.CountTokens(text);

    public Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        var asked = new BatchedRequest(_keyOf(request), request, _options.Attempts, cancellationToken);
        bool isFull;
        lock (_turn)
        {
            _gathered.Add(asked);
            isFull = _gathered.Count >= _options.MaxRequests;
            _quiet.Change(_options.Quiet, Timeout.InfiniteTimeSpan);
        }

        if (isFull)
        {
            HandOver();
        }

        return asked.Answer.WaitAsync(cancellationToken);
    }

    /// <summary>Batches that were handed in go on at the provider.</summary>
    public void Dispose()
    {
        _quiet.Dispose();
        _life.Cancel();
        (_model as IDisposable)?.Dispose();
        _exchange.Dispose();
        _log.Dispose();
        _life.Dispose();
    }

    void HandOver()
    {
        List<BatchedRequest> gathered;
        lock (_turn)
        {
            gathered = [.. _gathered.Where(static request => request.IsWanted)];
            _gathered = [];
        }

        if (gathered.Count > 0)
        {
            _ = AskAsync(gathered, _lifeEnded);
        }
    }

    /// <summary>However it ends, nobody waits for ever.</summary>
    async Task AskAsync(List<BatchedRequest> requests, CancellationToken cancellationToken)
    {
        var asking = _exchange.AskAsync(requests, cancellationToken);
        await asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        var cause = asking.Exception?.InnerException ?? new OperationCanceledException("The model was closed.");
        requests.ForEach(request => request.Fail(cause));
    }
}
