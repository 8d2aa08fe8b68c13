using System.Collections.Immutable;
using System.Threading.Channels;
using SelfInstruct.LocalModels.Inference;

namespace SelfInstruct.Serving;

/// <summary>Something that became known of a choice.</summary>
/// <param name="End">With the last piece, null before.</param>
sealed record ChoiceEvent(int Index, CompletionPiece Piece, LocalCompletion? End);

/// <summary>The completions of one request, all of them under way together; disposing ends those that are still.</summary>
sealed class CompletionRun : IAsyncDisposable
{
    static readonly CompletionPiece Nothing = new("", 0, []);

    readonly Channel<ChoiceEvent> _events = Channel.CreateUnbounded<ChoiceEvent>(new() { SingleReader = true });
    readonly LocalLanguageModel _model;
    readonly ServingCounts _counts;
    readonly CancellationTokenSource _life;
    readonly Task _running;

    /// <param name="model">Asked.</param>
    /// <param name="requests">A choice each.</param>
    /// <param name="counts">Told of tokens.</param>
    /// <param name="cancellationToken">Ends all of them.</param>
    public CompletionRun(LocalLanguageModel model, ImmutableArray<LocalRequest> requests, ServingCounts counts, CancellationToken cancellationToken)
    {
        (_model, _counts) = (model, counts);
        _life = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _running = CompleteAllAsync(requests);
    }

    /// <summary>In each choice's order; the enumeration fails when one of them does, and ends when all have ended.</summary>
    public IAsyncEnumerable<ChoiceEvent> ReadAsync(CancellationToken cancellationToken) => _events.Reader.ReadAllAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _life.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _life.Dispose();
    }

    /// <summary>However it ends, the reader is told.</summary>
    async Task CompleteAllAsync(ImmutableArray<LocalRequest> requests)
    {
        var all = Task.WhenAll(requests.Select(CompleteAsync));
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _events.Writer.Complete(all.Exception?.InnerException ?? (all.IsCanceled ? new OperationCanceledException(_life.Token) : null));
    }

    async Task CompleteAsync(LocalRequest request, int index)
    {
        try
        {
            var completion = await _model.GenerateAsync(request, new Pieces(this, index), _life.Token).ConfigureAwait(false);
            _events.Writer.TryWrite(new ChoiceEvent(index, Nothing, completion));
        }
        catch
        {
            // Nobody reads what is left of the others.
            await _life.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    sealed class Pieces(CompletionRun run, int index) : IProgress<CompletionPiece>
    {
        public void Report(CompletionPiece value)
        {
            run._counts.Draw(value.Drawn);
            run._events.Writer.TryWrite(new ChoiceEvent(index, value, null));
        }
    }
}
