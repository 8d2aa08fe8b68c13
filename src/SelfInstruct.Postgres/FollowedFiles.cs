using System.Text;
using SelfInstruct.Instructions;
using SelfInstruct.Runs;

namespace SelfInstruct.Postgres;

/// <summary>One file of the folder, as the store has its lines.</summary>
sealed class FollowedFile(string path) : IAsyncDisposable
{
    readonly JsonLinesLog _log = JsonLinesLog.Open(path);

    public int Count => (int)_log.Count;

    public Task AppendAsync(IEnumerable<string> lines) =>
        _log.AppendAsync([.. lines.Select(static line => new LogEntry(null, Encoding.UTF8.GetBytes(line)))], CancellationToken.None);

    public ValueTask DisposeAsync() => _log.DisposeAsync();
}

/// <summary>
/// completions.jsonl. Entries become visible out of the order of their numbers, so they are ordered by transaction, and
/// read only up to the oldest that is still open: the order is then final. (A bare `order by tx` would mean the text in the
/// select list, by which 1000 comes before 999.)
/// </summary>
sealed class FollowedCompletions(string path) : IAsyncDisposable
{
    const int LinesAtOnce = 2_000;

    readonly FollowedFile _file = new(path);
    (string Transaction, long Id) _last = ("0", 0);

    /// <summary>The folder's lines are the first so many of the store.</summary>
    public async Task ReadPlaceAsync(RunStore store, CancellationToken cancellationToken)
    {
        if (_file.Count > 0)
        {
            var last = await store.Database.QueryAsync(
                "select tx::text, id from completion c order by c.tx, c.id limit 1 offset $1", static row => (row.GetString(0), row.GetInt64(1)), cancellationToken, _file.Count - 1).ConfigureAwait(false);
            _last = last is [var place] ? place : throw new InvalidDataException($"{path}: has {_file.Count} lines, and {store.Address} has fewer completions. Give --out another folder.");
        }
    }

    public int Count => _file.Count;

    /// <summary>How many there are then.</summary>
    public async Task<int> CopyAsync(RunStore store, CancellationToken cancellationToken)
    {
        while (true)
        {
            var lines = await store.Database.QueryAsync(
                "select tx::text, id, json from completion c where (tx, id) > ($1::text::xid8, $2) and tx < pg_snapshot_xmin(pg_current_snapshot()) order by c.tx, c.id limit $3",
                static row => (Transaction: row.GetString(0), Id: row.GetInt64(1), Json: row.GetString(2)),
                cancellationToken,
                _last.Transaction,
                _last.Id,
                LinesAtOnce).ConfigureAwait(false);
            if (lines is [])
            {
                return Count;
            }

            await _file.AppendAsync(lines.Select(static line => line.Json)).ConfigureAwait(false);
            _last = (lines[^1].Transaction, lines[^1].Id);
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}

/// <summary>The files of a folder that follows a store.</summary>
sealed class FollowedFiles(RunFolder folder) : IAsyncDisposable
{
    readonly FollowedFile _instructions = new(folder.Instructions);
    readonly FollowedFile _rejected = new(folder.Rejected);

    public FollowedFile Classification { get; } = new(folder.Classification);

    public FollowedFile Instances { get; } = new(folder.RawInstances);

    public FollowedCompletions Completions { get; } = new(folder.Completions);

    public int NextRound { get; private set; }

    public int Accepted => _instructions.Count;

    public int Rejected => _rejected.Count;

    /// <param name="recovered">What was taken back of the files, and the round to go on with.</param>
    public void Begin(RecoveredRounds recovered) => NextRound = recovered.NextRound == 0 ? InstructionRequests.BeforeFirst : recovered.NextRound;

    public async Task AddAsync(List<string> rejected, List<string> accepted)
    {
        await _rejected.AppendAsync(rejected).ConfigureAwait(false);
        await _instructions.AppendAsync(accepted).ConfigureAwait(false);
        NextRound++;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var file in (IAsyncDisposable[])[_instructions, _rejected, Classification, Instances, Completions])
        {
            await file.DisposeAsync().ConfigureAwait(false);
        }
    }
}
