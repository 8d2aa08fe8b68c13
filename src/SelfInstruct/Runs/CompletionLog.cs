using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using SelfInstruct.Models;

namespace SelfInstruct.Runs;

/// <summary>A line of completions.jsonl: what was asked, what came back, and where it belongs.</summary>
public sealed record RecordedCompletion(
    string Key,
    string Prompt,
    Sampling Sampling,
    string Text,
    string FinishReason,
    TokenUsage Usage,
    string Model,
    string Stage,
    int Round,
    int Slot,
    int DroppedDemonstrations,
    DateTimeOffset At);

/// <summary>Everything that can change an answer.</summary>
public sealed record CompletionKeyParts(
    string Model,
    string Prompt,
    Sampling Sampling,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsMessage = false);

/// <summary>
/// Asks a model, and never twice for the same: every answer is on the disk before anyone sees it, and a request
/// that was answered before is answered from there. A failed call is never an answer.
/// </summary>
public sealed class CompletionLog : IAsyncDisposable
{
    readonly ILanguageModel _model;
    readonly TimeProvider _time;
    readonly JsonLinesLog<RecordedCompletion> _log;
    readonly ConcurrentDictionary<string, RecordedCompletion> _known = [];
    long _promptTokens;
    long _completionTokens;
    int _calls;
    int _droppedDemonstrations;

    /// <param name="path">completions.jsonl; its answers are never asked for again.</param>
    /// <param name="model">Answers the rest.</param>
    /// <param name="time">Stamps answers.</param>
    /// <param name="budget">For the whole run, what is recorded included; null: none.</param>
    public CompletionLog(string path, ILanguageModel model, TimeProvider time, Budget? budget = null)
    {
        _time = time;
        _log = new JsonLinesLog<RecordedCompletion>(path, RunJson.Format.RecordedCompletion, Remember);
        _model = budget is null ? model : new BudgetedModel(model, budget, budget.Prices.CostOf(PromptTokens, CompletionTokens));
    }

    /// <summary>Answers in all, over the life of the run.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public long PromptTokens => Interlocked.Read(ref _promptTokens);

    public long CompletionTokens => Interlocked.Read(ref _completionTokens);

    /// <summary>Over all prompts, for want of context.</summary>
    public int DroppedDemonstrations => Volatile.Read(ref _droppedDemonstrations);

    /// <summary>The model behind the log.</summary>
    public ILanguageModel Model => _model;

    public async Task<RecordedCompletion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        var key = KeyOf(request);
        if (_known.TryGetValue(key, out var known))
        {
            return known;
        }

        var completion = await _model.CompleteAsync(request, cancellationToken).ConfigureAwait(false);
        var origin = request.Origin;
        var recorded = new RecordedCompletion(
            key, request.Prompt, request.Sampling, completion.Text, completion.FinishReason, completion.Usage, _model.Id,
            origin.Stage, origin.Round, origin.Slot, origin.DroppedDemonstrations, _time.GetUtcNow());

        // Paid for: from here on cancellation must not lose it.
        await _log.AppendAsync(recorded, CancellationToken.None).ConfigureAwait(false);
        Remember(recorded);
        return recorded;
    }

    /// <summary>Lines of a completions file whose torn tail is cut.</summary>
    public static int CountRecorded(string path) => File.Exists(path) ? File.ReadLines(path).Count() : 0;

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    string KeyOf(CompletionRequest request)
    {
        var parts = new CompletionKeyParts(_model.Id, request.Prompt, request.Sampling, request.IsMessage);
        var hash = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(parts, RunJson.Format.CompletionKeyParts));
        return Convert.ToHexStringLower(hash.AsSpan(0, 16));
    }

    void Remember(RecordedCompletion recorded)
    {
        // The prompt is most of a line, and the key stands for it.
        _known.TryAdd(recorded.Key, recorded with { Prompt = "" });
        Interlocked.Increment(ref _calls);
        Interlocked.Add(ref _promptTokens, recorded.Usage.PromptTokens);
        Interlocked.Add(ref _completionTokens, recorded.Usage.CompletionTokens);
        Interlocked.Add(ref _droppedDemonstrations, recorded.DroppedDemonstrations);
    }
}
