using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using SelfInstruct.Models;
using SelfInstruct.Tasks;

namespace SelfInstruct.Runs;

/// <summary>
/// Asks a model, and never twice for the same: every answer is durable before anyone sees it, and a request that was
/// answered before, or is being answered, is not sent again. A failed call is never an answer.
/// </summary>
public sealed class CompletionLog : IAsyncDisposable
{
    /// <summary>The field that an answer is found by.</summary>
    public const string KeyField = "key";

    readonly IRunLog _log;
    readonly TimeProvider _time;
    readonly BudgetGate? _budget;
    readonly ConcurrentDictionary<string, Lazy<Task<RecordedCompletion>>> _asking = new(StringComparer.Ordinal);
    int _droppedDemonstrations;

    CompletionLog(IRunLog log, ILanguageModel model, TimeProvider time, Budget? budget)
    {
        (_log, Model, _time) = (log, model, time);
        _budget = budget is { MaxCost: null, MaxTokens: null } or null ? null : new BudgetGate(budget, Usage);
    }

    /// <summary>The model behind the log.</summary>
    public ILanguageModel Model { get; }

    /// <summary>Of every answer, over the life of the run.</summary>
    public UsageLedger Usage { get; } = new();

    /// <summary>Answers in all, over the life of the run.</summary>
    public int Calls => (int)_log.Count;

    public long PromptTokens => Usage.PromptTokens;

    public long CompletionTokens => Usage.CompletionTokens;

    /// <summary>Over all prompts, for want of context.</summary>
    public int DroppedDemonstrations => Volatile.Read(ref _droppedDemonstrations);

    /// <param name="log">Of completions, found by <see cref="KeyField"/>; disposed with this.</param>
    /// <param name="model">Answers what is not in the log.</param>
    /// <param name="time">Stamps answers.</param>
    /// <param name="budget">For the whole run, what is recorded included; null: none.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidDataException">An entry that is no completion; says which.</exception>
    public static async Task<CompletionLog> OpenAsync(
        IRunLog log, ILanguageModel model, TimeProvider time, Budget? budget, CancellationToken cancellationToken)
    {
        var completions = new CompletionLog(log, model, time, budget);
        try
        {
            await completions.CountAsync(cancellationToken).ConfigureAwait(false);
            return completions;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or OperationCanceledException)
        {
            await log.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    async Task CountAsync(CancellationToken cancellationToken)
    {
        var (reader, number) = (new RecordedUsageReader(), 0);
        await foreach (var json in _log.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            number++;
            if (reader.TryRead(json.Span, out var stage, out var usage, out var dropped))
            {
                Count(stage, usage, dropped);
            }
            else
            {
                var recorded = JsonLines.Parse(_log.Place, number, json.Span, RunJson.Format.RecordedUsage);
                Count(recorded.Stage, recorded.Usage, recorded.DroppedDemonstrations);
            }
        }
    }

    /// <summary>From the log, or else from the model by way of the log.</summary>
    /// <exception cref="BudgetSpentException">It would have to be asked for, and the budget does not cover that.</exception>
    /// <exception cref="ModelException">The model could not be had to answer.</exception>
    public async Task<RecordedCompletion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        var key = KeyOf(Model.Id, request);
        while (true)
        {
            var asking = _asking.GetOrAdd(key, _ => new Lazy<Task<RecordedCompletion>>(() => FindOrAskAsync(key, request, cancellationToken)));
            try
            {
                return await asking.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Who asked first was cancelled, and the call with him.
            }
        }
    }

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    /// <summary>Of a request to a model: a hash of everything that can change the answer. The seed tells samples of one prompt apart.</summary>
    public static string KeyOf(string model, CompletionRequest request)
    {
        var parts = new CompletionKeyParts(model, request.Prompt, request.Sampling, request.IsMessage);
        var hash = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(parts, RunJson.Format.CompletionKeyParts));
        return Convert.ToHexStringLower(hash.AsSpan(0, 16));
    }

    // Looked up in here, not before: between a look-up and the asking another caller's answer may have come.
    async Task<RecordedCompletion> FindOrAskAsync(string key, CompletionRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await _log.FindAsync(key, RunJson.Format.RecordedCompletion, cancellationToken).ConfigureAwait(false)
                ?? await AskAsync(key, request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Also when nobody waits any more: a failure must not be handed to who asks later.
            _asking.TryRemove(key, out _);
        }
    }

    async Task<RecordedCompletion> AskAsync(string key, CompletionRequest request, CancellationToken cancellationToken)
    {
        var origin = request.Origin;
        using var reserved = _budget is null ? null : await _budget.EnterAsync(origin.Stage, Model.CountTokens(request.Prompt), request.Sampling.MaxTokens, cancellationToken).ConfigureAwait(false);
        var completion = await RunTelemetry.MeasureAsync(Model, request, _time, cancellationToken).ConfigureAwait(false);
        var recorded = new RecordedCompletion(
            key, request.Prompt, request.Sampling, completion.Text, completion.FinishReason, completion.Usage, Model.Id,
            origin.Stage, origin.Round, origin.Slot, origin.DroppedDemonstrations, _time.GetUtcNow());

        recorded = await RecordAsync(recorded).ConfigureAwait(false);
        Count(origin.Stage, completion.Usage, origin.DroppedDemonstrations);
        reserved?.Settle(completion.Usage);
        return recorded;
    }

    /// <summary>Paid for: from here on cancellation must not lose it. Everyone goes on with the answer that stands.</summary>
    async Task<RecordedCompletion> RecordAsync(RecordedCompletion answer)
    {
        try
        {
            await _log.AppendAsync(answer, RunJson.Format.RecordedCompletion, answer.Key, CancellationToken.None).ConfigureAwait(false);
            return answer;
        }
        catch (KeyTakenException e)
        {
            return await _log.FindAsync(e.Key, RunJson.Format.RecordedCompletion, CancellationToken.None).ConfigureAwait(false) ?? answer;
        }
    }

    void Count(string stage, TokenUsage usage, int droppedDemonstrations)
    {
        Usage.Add(stage, usage);
        Interlocked.Add(ref _droppedDemonstrations, droppedDemonstrations);
    }
}
