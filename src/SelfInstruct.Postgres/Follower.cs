using SelfInstruct.Instructions;

namespace SelfInstruct.Postgres;

/// <summary>
/// Writes a shared run into a run folder, line by line as one machine would have, and goes on from what the folder holds:
/// every command that reads a folder works on it unchanged.
/// </summary>
/// <param name="store">Read.</param>
/// <param name="folder">Held; written.</param>
/// <param name="options">Of the run.</param>
/// <param name="time">For pauses.</param>
/// <param name="progress">Told of every step.</param>
/// <param name="notices">Told when the store is not to be had.</param>
public sealed class Follower(
    RunStore store, RunFolder folder, SelfInstructOptions options, TimeProvider time, IProgress<StageProgress>? progress, IProgress<string>? notices)
{
    const int LinesAtOnce = 5_000;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    int _completions;

    /// <summary>Until everything that a model was asked for is in the folder.</summary>
    /// <exception cref="ModelRanDryException">The run ended before its target.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var recovered = RecoveredRounds.Open(folder, options.Instructions);
        await using var files = new FollowedFiles(folder);
        await files.Completions.ReadPlaceAsync(store, cancellationToken).ConfigureAwait(false);
        files.Begin(recovered);
        while (true)
        {
            try
            {
                // Completions last: whatever a line of the other files came from is then there.
                var isComplete = await CopyAsync(files, cancellationToken).ConfigureAwait(false);
                if (isComplete)
                {
                    return;
                }
            }
            catch (Exception e) when (Queries.IsPassing(e) && !cancellationToken.IsCancellationRequested)
            {
                notices?.Report($"{store.Address}: {e.Message.ReplaceLineEndings(" ")} Trying again.");
            }

            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    async Task<bool> CopyAsync(FollowedFiles files, CancellationToken cancellationToken)
    {
        var (size, ranDry) = await ReadEndAsync(cancellationToken).ConfigureAwait(false);
        while (await CopyRoundAsync(files, cancellationToken).ConfigureAwait(false))
        {
            Report("instructions", files.Accepted, options.Instructions.Target, files.Rejected);
        }

        var isGenerated = files.Accepted >= options.Instructions.Target;
        if (isGenerated)
        {
            await CopyResultsAsync(LaterSteps.Classification, files.Classification, files.Accepted, cancellationToken).ConfigureAwait(false);
            await CopyResultsAsync(LaterSteps.Instances, files.Instances, files.Accepted, cancellationToken).ConfigureAwait(false);
        }

        _completions = await files.Completions.CopyAsync(store, cancellationToken).ConfigureAwait(false);
        if (ranDry is not null && files.Accepted == size)
        {
            throw new ModelRanDryException(ranDry);
        }

        // An open transaction of anyone holds back the last completions for a moment.
        return isGenerated && files.Instances.Count == files.Accepted && files.Completions.Count >= await CountCompletionsAsync(cancellationToken).ConfigureAwait(false);
    }

    async Task<(int Size, string? RanDry)> ReadEndAsync(CancellationToken cancellationToken) => (await store.Database.QueryAsync(
        "select (select coalesce(max(seq), -1) + 1 from pool), (select value from meta where name = 'ran_dry')",
        static row => (row.GetInt32(0), row.IsDBNull(1) ? null : row.GetString(1)),
        cancellationToken).ConfigureAwait(false))[0];

    async Task<long> CountCompletionsAsync(CancellationToken cancellationToken) =>
        (await store.Database.QueryAsync("select count(*) from completion", static row => row.GetInt64(0), cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Rejected before accepted, as one machine writes them: a torn round is then seen as the last one.</summary>
    async Task<bool> CopyRoundAsync(FollowedFiles files, CancellationToken cancellationToken)
    {
        var round = files.NextRound;
        var isDecided = (await store.Database.QueryAsync("select exists (select from round where no = $1)", static row => row.GetBoolean(0), cancellationToken, round).ConfigureAwait(false))[0];
        if (round != InstructionRequests.BeforeFirst && !isDecided)
        {
            return false;
        }

        var rejected = await ReadAsync("select json from rejection where round = $1 order by ordinal", round, cancellationToken).ConfigureAwait(false);
        var accepted = await ReadAsync("select json from pool where round = $1 order by seq", round, cancellationToken).ConfigureAwait(false);

        // A pool from elsewhere is never taken back, so that its first lines may be there.
        await files.AddAsync(rejected, round == InstructionRequests.BeforeFirst ? accepted[files.Accepted..] : accepted).ConfigureAwait(false);
        return true;
    }

    async Task CopyResultsAsync(string stage, FollowedFile file, int total, CancellationToken cancellationToken)
    {
        while (file.Count < total)
        {
            // Ranges are finished out of order; the file has the first lines, without a gap.
            var lines = await store.Database.QueryAsync(
                "select json from (select seq, json, row_number() over (order by seq) + $2 - 1 as place from result where stage = $1 and seq >= $2 and seq < $3) r where seq = place order by seq",
                static row => row.GetString(0),
                cancellationToken,
                stage,
                file.Count,
                file.Count + LinesAtOnce).ConfigureAwait(false);
            if (lines is [])
            {
                return;
            }

            await file.AppendAsync(lines).ConfigureAwait(false);
            Report(stage, file.Count, total, 0);
        }
    }

    Task<List<string>> ReadAsync(string sql, int round, CancellationToken cancellationToken) =>
        store.Database.QueryAsync(sql, static row => row.GetString(0), cancellationToken, round);

    void Report(string stage, int done, int total, int rejected) =>
        progress?.Report(new StageProgress(stage, done, total, rejected, _completions, 0));
}
