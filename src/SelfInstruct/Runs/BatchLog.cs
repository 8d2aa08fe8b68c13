using System.Collections.Immutable;
using SelfInstruct.Models.Batches;

namespace SelfInstruct.Runs;

/// <summary>batches.jsonl of a run folder. It grows by three lines a batch, so it is opened for each.</summary>
public sealed class BatchLog(string path) : IBatchLog
{
    readonly SemaphoreSlim _turn = new(1, 1);

    public string Place => Path.GetFullPath(path);

    /// <exception cref="InvalidDataException">A line that is no record of a batch; says which.</exception>
    public async Task<ImmutableArray<BatchRecord>> ReadAsync(CancellationToken cancellationToken)
    {
        var records = ImmutableArray.CreateBuilder<BatchRecord>();
        await WithAsync(
            async log =>
            {
                await foreach (var record in log.ReadAsync(RunJson.Format.BatchRecord, cancellationToken).ConfigureAwait(false))
                {
                    records.Add(record);
                }
            },
            cancellationToken).ConfigureAwait(false);
        return records.ToImmutable();
    }

    public Task AppendAsync(BatchRecord record, CancellationToken cancellationToken) =>
        WithAsync(log => log.AppendAsync(record, RunJson.Format.BatchRecord, null, cancellationToken), cancellationToken);

    public void Dispose() => _turn.Dispose();

    async Task WithAsync(Func<IRunLog, Task> use, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var log = JsonLinesLog.Open(path);
            await using (log.ConfigureAwait(false))
            {
                await use(log).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }
}
