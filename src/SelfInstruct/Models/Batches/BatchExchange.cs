using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace SelfInstruct.Models.Batches;

/// <summary>
/// Hands requests in as batches and brings their answers. What a batch on record holds, of this process or of one that
/// ended, is waited for and not asked again; what a batch left unanswered goes into a next one.
/// </summary>
sealed class BatchExchange(IBatchable model, IBatchLog log, BatchOptions options, TimeProvider time, IProgress<string>? notices) : IDisposable
{
    /// <summary>A batch takes its time however few requests it has.</summary>
    const int SmallBatch = 20;

    readonly BatchApi _api = new(model.Endpoint);
    readonly BatchAnswers _answers = new(model);
    readonly ConcurrentDictionary<string, SubmittedBatch> _onRecord = new(StringComparer.Ordinal);
    readonly SemaphoreSlim _recalling = new(1, 1);
    bool _recalled;
    int _saidSmall;

    /// <summary>Returns when every request has its answer or its error.</summary>
    /// <exception cref="ModelException">Files or batches could not be handed in or looked at.</exception>
    public async Task AskAsync(IReadOnlyList<BatchedRequest> requests, CancellationToken cancellationToken)
    {
        await RecallAsync(cancellationToken).ConfigureAwait(false);
        for (var open = requests; open.Count > 0; open = [.. open.Where(static request => request is { Answer.IsCompleted: false, IsWanted: true })])
        {
            var recorded = open.ToLookup(request => _onRecord.TryRemove(request.Key, out var batch) ? batch : null);
            var fresh = recorded[null].ToList();
            SayIfSmall(fresh);
            await Task.WhenAll(
            [
                .. recorded.Where(static batch => batch.Key is not null).Select(batch => BringAsync(batch.Key!, [.. batch], isOurs: false, cancellationToken)),
                .. BatchFiles.Write(fresh, model, options).Select(file => SubmitAndBringAsync(file, cancellationToken)),
            ]).ConfigureAwait(false);
        }
    }

    public void Dispose() => _recalling.Dispose();

    async Task SubmitAndBringAsync(BatchFile file, CancellationToken cancellationToken) =>
        await BringAsync(await SubmitAsync(file, cancellationToken).ConfigureAwait(false), file.Requests, isOurs: true, cancellationToken).ConfigureAwait(false);

    /// <summary>The keys are on record before anything is sent, so that a batch handed in by a process that dies here is found by its name.</summary>
    async Task<SubmittedBatch> SubmitAsync(BatchFile file, CancellationToken cancellationToken)
    {
        ImmutableArray<string> keys = [.. file.Requests.Select(static request => request.Key).Distinct(StringComparer.Ordinal)];
        var endpoint = BatchApi.EndpointOf(model);
        var name = NameOf(keys);
        await log.AppendAsync(new BatchRecord(name, time.GetUtcNow(), Endpoint: endpoint, Keys: keys), cancellationToken).ConfigureAwait(false);
        var fileId = await _api.UploadAsync(file.Lines, cancellationToken).ConfigureAwait(false);
        var created = await _api.CreateAsync(new BatchBody(fileId, endpoint, "24h", new() { [BatchApi.NameKey] = name }), cancellationToken).ConfigureAwait(false);
        await log.AppendAsync(new BatchRecord(name, time.GetUtcNow(), BatchId: created.Id, InputFileId: fileId), CancellationToken.None).ConfigureAwait(false);
        Say($"Batch {created.Id}: {keys.Length:N0} requests are handed in; it may take up to 24 hours. The run may be ended and continued by the same command.");
        return new SubmittedBatch(name, created.Id);
    }

    /// <param name="batch">With its id.</param>
    /// <param name="requests">Among its requests.</param>
    /// <param name="isOurs">This process handed it in; else the provider may have forgotten it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    async Task BringAsync(SubmittedBatch batch, ImmutableArray<BatchedRequest> requests, bool isOurs, CancellationToken cancellationToken)
    {
        try
        {
            var ended = await WaitAsync(batch.Id!, cancellationToken).ConfigureAwait(false);
            if (ended.Status == "failed")
            {
                // On record before anyone is told: who hears of the failure may end the process.
                await RecordEndAsync(batch, ended, answered: 0, cancellationToken).ConfigureAwait(false);
                Fail(ended, requests);
                return;
            }

            await ApplyAsync(ended, requests, cancellationToken).ConfigureAwait(false);
            await RecordEndAsync(batch, ended, requests.Count(static request => request.Answer.IsCompletedSuccessfully), cancellationToken).ConfigureAwait(false);
        }
        catch (RefusedException e) when (!isOurs && e.Status == HttpStatusCode.NotFound)
        {
            Say($"Batch {batch.Id}, on record in this folder, is not known there any more; {requests.Length:N0} requests are asked again.");
        }
    }

    Task RecordEndAsync(SubmittedBatch batch, ServedBatch ended, int answered, CancellationToken cancellationToken) =>
        log.AppendAsync(new BatchRecord(batch.Name, time.GetUtcNow(), Status: ended.Status, Answered: answered), cancellationToken);

    async Task<ServedBatch> WaitAsync(string id, CancellationToken cancellationToken)
    {
        var (pause, told) = (options.LongestPause / 6, "");
        while (true)
        {
            var batch = await _api.GetAsync(id, cancellationToken).ConfigureAwait(false);
            told = Tell(batch, told);
            if (batch.HasEnded)
            {
                return batch;
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            pause = pause * 1.5 < options.LongestPause ? pause * 1.5 : options.LongestPause;
        }
    }

    /// <summary>A notice for each state and each tenth done.</summary>
    string Tell(ServedBatch batch, string told)
    {
        var (done, total) = (batch.RequestCounts?.Completed + batch.RequestCounts?.Failed ?? 0, batch.RequestCounts?.Total ?? 0);
        var state = string.Create(CultureInfo.InvariantCulture, $"{batch.Status} {(total > 0 ? 10L * done / total : 0)}");
        if (state != told)
        {
            Say($"Batch {batch.Id}: {done:N0} of {total:N0} done ({batch.Status}).");
        }

        return state;
    }

    async Task ApplyAsync(ServedBatch batch, ImmutableArray<BatchedRequest> requests, CancellationToken cancellationToken)
    {
        var open = requests.GroupBy(static request => request.Key, StringComparer.Ordinal).ToDictionary(static alike => alike.Key, static alike => alike.ToList(), StringComparer.Ordinal);
        foreach (var fileId in new[] { batch.OutputFileId, batch.ErrorFileId }.OfType<string>().Where(static id => id.Length > 0))
        {
            var file = await _api.DownloadAsync(fileId, cancellationToken).ConfigureAwait(false);
            foreach (var line in BatchFiles.Read(file, $"{model.Endpoint.Address.AbsoluteUri.TrimEnd('/')}/{BatchApi.PathOf(fileId)}"))
            {
                if (line.CustomId is { } key && open.Remove(key, out var alike))
                {
                    alike.ForEach(request => _answers.Apply(request, line));
                }
            }
        }

        foreach (var request in open.Values.SelectMany(static alike => alike))
        {
            request.Postpone(model.Endpoint.Address, $"batch {batch.Id} is {batch.Status}, and has no line for it");
        }
    }

    /// <summary>As a whole, before any request was made.</summary>
    void Fail(ServedBatch batch, ImmutableArray<BatchedRequest> requests)
    {
        var error = batch.Errors?.Data?.OfType<BatchError>().FirstOrDefault();
        var what = model.Endpoint.Redact(error?.Message ?? error?.Code ?? "no reason is given").TrimEnd('.');
        var where = error?.Line is { } line ? $" (line {line})" : "";
        var remedy = error?.Code == "token_limit_exceeded"
            ? "Wait for other batches to end, or make smaller ones: --set batch_requests=N."
            : "Run the same command again when that is mended, or without --batch; what was answered before is saved.";
        foreach (var request in requests)
        {
            request.Fail(new ModelException($"{model.Endpoint.Address}: batch {batch.Id} failed: {what}{where}. {remedy}"));
        }
    }

    /// <summary>Once, before the first request: which batches hold which keys. The newest counts: an older one had no answer.</summary>
    async Task RecallAsync(CancellationToken cancellationToken)
    {
        await _recalling.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_recalled)
            {
                foreach (var (batch, keys) in Fold(await log.ReadAsync(cancellationToken).ConfigureAwait(false)))
                {
                    await PutOnRecordAsync(batch, keys, cancellationToken).ConfigureAwait(false);
                }

                _recalled = true;
            }
        }
        finally
        {
            _recalling.Release();
        }
    }

    async Task PutOnRecordAsync(SubmittedBatch batch, ImmutableArray<string> keys, CancellationToken cancellationToken)
    {
        if (batch.Id is null)
        {
            var found = await _api.FindAsync(batch.Name, cancellationToken).ConfigureAwait(false);
            if (found is null)
            {
                return;
            }

            batch = batch with { Id = found.Id };
            await log.AppendAsync(new BatchRecord(batch.Name, time.GetUtcNow(), BatchId: found.Id, InputFileId: found.InputFileId), cancellationToken).ConfigureAwait(false);
        }

        foreach (var key in keys)
        {
            _onRecord[key] = batch;
        }
    }

    /// <summary>In the order handed in, those that failed as a whole left out.</summary>
    static IEnumerable<(SubmittedBatch Batch, ImmutableArray<string> Keys)> Fold(ImmutableArray<BatchRecord> records)
    {
        foreach (var batch in records.GroupBy(static record => record.Batch, StringComparer.Ordinal))
        {
            if (batch.All(static record => record.Status != "failed") && batch.FirstOrDefault(static record => record.Keys is not null) is { Keys: { } keys })
            {
                yield return (new SubmittedBatch(batch.Key, batch.FirstOrDefault(static record => record.BatchId is not null)?.BatchId), keys);
            }
        }
    }

    /// <summary>Another run of the same requests has another name: its answers are its own.</summary>
    string NameOf(ImmutableArray<string> keys) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{time.GetUtcNow():O} {log.Place} {string.Join(' ', keys)}")).AsSpan(0, 16));

    void SayIfSmall(List<BatchedRequest> fresh)
    {
        if (fresh is { Count: > 0 and < SmallBatch } && fresh.All(static request => request.Failures == 0) && Interlocked.Exchange(ref _saidSmall, 1) == 0)
        {
            Say($"A batch of {fresh.Count:N0} requests may take as long as one of thousands. Rounds of more prompts (--set instructions.prompts_per_round=500, for a new run) make fewer, larger batches.");
        }
    }

    void Say(FormattableString sentence) => notices?.Report(sentence.ToString(CultureInfo.InvariantCulture));

    /// <param name="Name">Our own.</param>
    /// <param name="Id">The provider's; null where it is not known whether it was handed in.</param>
    sealed record SubmittedBatch(string Name, string? Id);
}
