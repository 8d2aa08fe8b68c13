using SelfInstruct.Answers;
using SelfInstruct.Classification;
using SelfInstruct.Instances;
using SelfInstruct.Instructions;
using SelfInstruct.Prompts;
using SelfInstruct.Runs;

namespace SelfInstruct.Postgres;

/// <summary>
/// One process at work on a shared run: it asks prompts, owns shards of the novelty index, is ready to commit, and goes
/// on to the later steps. All processes are alike; each may begin and end at any time.
/// </summary>
/// <param name="store">Of the run.</param>
/// <param name="session">Of a folder of this process: the run's options, seeds and model.</param>
/// <param name="snapshots">Folder of what this process knows of the pool, so that it need not be read again; null: none.</param>
/// <param name="time">For beats and pauses.</param>
/// <param name="notices">Told when the store is not to be had.</param>
public sealed class StoreWorker(RunStore store, RunSession session, string? snapshots, TimeProvider time, IProgress<string>? notices)
{
    readonly Pulse _pulse = new(time);

    SelfInstructOptions Options => session.Options;

    /// <summary>Until the run is through every step that asks a model.</summary>
    /// <exception cref="ModelRanDryException">The model proposes nothing new any more.</exception>
    /// <exception cref="Models.ModelException">The model could not be had to answer.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var membership = PersistAsync(new Membership(store, _pulse, time, notices).RunAsync, end.Token);
        try
        {
            var work = WorkAsync(end.Token);
            await await Task.WhenAny(work, membership).ConfigureAwait(false);
            await work.ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await membership.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await LeaveAsync().ConfigureAwait(false);
        }
    }

    async Task WorkAsync(CancellationToken cancellationToken)
    {
        var budget = new Budget(Options.MaxCost, Options.MaxTokens, RunPrices.Find(Options) ?? Models.Prices.Free);
        var log = new PostgresLog(store, time, isCounted: budget is not { MaxCost: null, MaxTokens: null });
        await using var completions = await CompletionLog.OpenAsync(log, session.Model, time, budget, cancellationToken).ConfigureAwait(false);
        var rounds = new StoredRounds(store, Options.Instructions, session.Seeds);
        await GenerateAsync(rounds, completions, cancellationToken).ConfigureAwait(false);
        var later = new LaterSteps(
            rounds,
            new ClassificationIdentifier(Options.Classification, LoadPrompt("classification"), completions, Options.Seed),
            new InstanceGenerator(Options.Instances, LoadPrompt("input-first"), LoadPrompt("output-first"), completions, Options.Seed),
            Options.Classification.Reading,
            completions.Model.MaxConcurrency,
            _pulse,
            time);
        await PersistAsync(later.RunAsync, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Step 1: proposing, checking and committing go on side by side.</summary>
    async Task GenerateAsync(StoredRounds rounds, CompletionLog completions, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var requests = new InstructionRequests(Options.Instructions, LoadPrompt("instructions").Header, completions.Model, Options.Seed);
        var script = Script.FindDominating(string.Join('\n', session.Seeds.Select(static seed => seed.Instruction)));
        var proposals = new InstructionProposals(Options.Instructions, script, session.EvaluationSets);
        await using var proposer = new Proposer(rounds, requests, proposals, completions, _pulse, time);
        var checker = new Checker(rounds, new ShardSnapshots(rounds, snapshots), _pulse);
        List<Task> parts =
        [
            PersistAsync(proposer.RunAsync, end.Token),
            PersistAsync(checker.RunAsync, end.Token),
            PersistAsync(new Committer(rounds, _pulse).RunAsync, end.Token),
        ];
        try
        {
            foreach (var _ in parts.ToList())
            {
                var done = await Task.WhenAny(parts).ConfigureAwait(false);
                parts.Remove(done);
                await done.ConfigureAwait(false);
            }
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(parts)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Goes on through every failure of the server that may pass, with a word about it now and then.</summary>
    async Task PersistAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var told = long.MinValue;
        while (true)
        {
            try
            {
                // A part that computes before it first waits must not hold up the others.
                await Task.Run(() => work(cancellationToken), cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (Queries.IsPassing(e) && !cancellationToken.IsCancellationRequested)
            {
                if (told == long.MinValue || time.GetElapsedTime(told) > TimeSpan.FromSeconds(10))
                {
                    told = time.GetTimestamp();
                    notices?.Report($"{store.Address}: {e.Message.ReplaceLineEndings(" ")} Trying again.");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(250), time, cancellationToken).ConfigureAwait(false);
            }
            catch (Npgsql.PostgresException e) when (!Queries.IsPassing(e))
            {
                throw Queries.Explain(store.Address, e);
            }
        }
    }

    /// <summary>What was claimed is free at once; where the server is gone, others find out by themselves.</summary>
    async Task LeaveAsync()
    {
        try
        {
            await store.Database.ExecuteAsync("delete from member where id = $1", CancellationToken.None, store.Member).ConfigureAwait(false);
        }
        catch (Exception e) when (Queries.IsPassing(e))
        {
            notices?.Report($"{store.Address}: could not be told that this process ends; the others will notice. {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    PromptTemplate LoadPrompt(string name) => PromptTemplate.Load(name, Options.Prompts, Options.Profile);
}
