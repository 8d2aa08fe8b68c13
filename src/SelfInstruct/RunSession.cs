using System.Collections.Immutable;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using SelfInstruct.Contamination;
using SelfInstruct.Models;
using SelfInstruct.Prompts;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct;

/// <summary>A held run folder with its seeds and model; what is in the folder belongs to the same run, or it is refused. Not thread-safe.</summary>
public sealed class RunSession : IDisposable
{
    static readonly ImmutableArray<string> PromptNames = ["instructions", "classification", "input-first", "output-first"];

    readonly SelfInstructOptions _options;
    readonly string _seedFile;
    readonly ImmutableArray<SeedTask> _seeds;
    readonly ILanguageModel _model;
    readonly TimeProvider _time;
    readonly Decontamination? _decontamination;

    RunSession(RunFolder folder, SelfInstructOptions options, string seedFile, ILanguageModel model, RunState? earlier, TimeProvider time)
    {
        (Folder, _options, _seedFile, _model, _time) = (folder, options, seedFile, model, time);
        _decontamination = Decontamination.Load(options.Decontamination);
        _seeds = SeedTasks.Load(seedFile);
        State = earlier is null ? CreateState() : Continued(earlier);
        if (model is ILearnsQuirks learner && State.Quirks?.TryGetValue(learner.Address.AbsoluteUri, out var known) == true)
        {
            Recall(learner, known);
        }
    }

    public RunFolder Folder { get; }

    public SelfInstructOptions Options => _options;

    public ImmutableArray<SeedTask> Seeds => _seeds;

    /// <summary>Disposed with this.</summary>
    public ILanguageModel Model => _model;

    /// <summary>What nothing may be too near to; null: nothing is compared.</summary>
    public ContaminationIndex? EvaluationSets => _decontamination?.Index;

    public RunState State { get; private set; }

    /// <summary>Everything that is asked for is there.</summary>
    public bool IsComplete => State.State == "complete" && State.Counts.Accepted >= _options.Instructions.Target;

    /// <param name="path">The run folder; made if need be.</param>
    /// <param name="options">Checked here; those that decide answers must be the ones the folder was begun with.</param>
    /// <param name="openModel">Given the folder, held: a replay skips what it holds, batches are recorded in it. The session disposes what it opens.</param>
    /// <param name="time">Stamps what is recorded.</param>
    /// <exception cref="InvalidDataException">The folder holds another run's files, or an input is bad.</exception>
    public static RunSession Open(string path, SelfInstructOptions options, Func<RunFolder, ILanguageModel> openModel, TimeProvider time)
    {
        var seedFile = options.Validated().SeedTasks ?? throw new InvalidDataException("No seed tasks are named; set seed_tasks.");
        var folder = RunFolder.Open(path);
        ILanguageModel? model = null;
        RunSession? session = null;
        try
        {
            var earlier = folder.ReadState();
            model = openModel(folder);
            return session = new RunSession(folder, options, seedFile, model, earlier, time);
        }
        finally
        {
            if (session is null)
            {
                (model as IDisposable)?.Dispose();
                folder.Dispose();
            }
        }
    }

    /// <summary>The whole of Self-Instruct; run.json tells how it ended, however it ended.</summary>
    public Task<RunState> RunAsync(IProgress<StageProgress>? progress, CancellationToken cancellationToken) =>
        RunAsync(static (pipeline, token) => pipeline.RunAsync(token), progress, cancellationToken);

    /// <summary>The steps that ask a model are done elsewhere, by many; the last, which makes the data, is done here.</summary>
    /// <param name="follow">Brings what they wrote into the folder, all of it.</param>
    public Task<RunState> FollowAsync(
        Func<RunFolder, CancellationToken, Task> follow, IProgress<StageProgress>? progress, CancellationToken cancellationToken) =>
        RunAsync(follow, static (pipeline, _) => Task.FromResult(pipeline.PrepareDataset()), progress, cancellationToken);

    /// <summary>Some steps of it.</summary>
    public Task<RunState> RunAsync(
        Func<SelfInstructPipeline, CancellationToken, Task<RunCounts>> steps, IProgress<StageProgress>? progress, CancellationToken cancellationToken) =>
        RunAsync(static (_, _) => Task.CompletedTask, steps, progress, cancellationToken);

    async Task<RunState> RunAsync(
        Func<RunFolder, CancellationToken, Task> follow,
        Func<SelfInstructPipeline, CancellationToken, Task<RunCounts>> steps,
        IProgress<StageProgress>? progress,
        CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        Folder.WriteConfiguration(SelfInstructSettings.ToYaml(_options));
        var before = State;
        Save(State with { State = "running", Target = _options.Instructions.Target, Finished = null });
        await FollowAsync(follow, started, cancellationToken).ConfigureAwait(false);
        await using var pipeline = await OpenPipelineAsync(before, progress, cancellationToken).ConfigureAwait(false);
        var ending = "failed";
        try
        {
            var counts = await steps(pipeline, cancellationToken).ConfigureAwait(false);
            ending = pipeline.HasPrepared && IsAllThere(counts) ? "complete" : "stopped";
        }
        catch (Exception e) when (IsStop(e))
        {
            ending = "stopped";
            throw;
        }
        finally
        {
            Save(State with
            {
                State = ending,
                Counts = pipeline.Count(),
                ActiveSeconds = State.ActiveSeconds + _time.GetElapsedTime(started).TotalSeconds,
                Finished = ending == "complete" ? _time.GetUtcNow() : null,
                Quirks = WithLearnt(State.Quirks),
            });
        }

        return State;
    }

    async Task FollowAsync(Func<RunFolder, CancellationToken, Task> follow, long started, CancellationToken cancellationToken)
    {
        try
        {
            await follow(Folder, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Save(State with { State = IsStop(e) ? "stopped" : "failed", ActiveSeconds = State.ActiveSeconds + _time.GetElapsedTime(started).TotalSeconds });
            throw;
        }
    }

    static bool IsStop(Exception e) => e is OperationCanceledException or BudgetSpentException;

    /// <summary>What the whole run is expected to use, before anything was asked.</summary>
    public RunForecast Forecast() =>
        RunForecast.Of(_options, FirstPrompts.Build(_options, _seeds, _model), _model.CountTokens, [], new RunProgress(0, 0, 0));

    public void Dispose()
    {
        (_model as IDisposable)?.Dispose();
        Folder.Dispose();
    }

    /// <summary>Where that fails nothing was done, and run.json says what it said before.</summary>
    async Task<SelfInstructPipeline> OpenPipelineAsync(RunState before, IProgress<StageProgress>? progress, CancellationToken cancellationToken)
    {
        SelfInstructPipeline? pipeline = null;
        try
        {
            return pipeline = await SelfInstructPipeline.OpenAsync(_options, _seeds, _model, Folder, _time, progress, _decontamination, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (pipeline is null)
            {
                Save(before with { State = before.State == "running" ? "failed" : before.State });
            }
        }
    }

    /// <summary>Every accepted instruction has been through every step.</summary>
    bool IsAllThere(RunCounts counts) =>
        counts.Accepted >= _options.Instructions.Target
        && counts.Identified == counts.Accepted
        && counts.RawInstances == counts.Accepted
        && counts.Rows > 0;

    RunState CreateState() => new(
        "running",
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
        _model.Id,
        _options.Profile,
        _options.Seed,
        Path.GetFileName(_seedFile),
        Hash(File.ReadAllText(_seedFile)),
        Hash(string.Join('\0', PromptNames.Select(name => PromptTemplate.Load(name, _options.Prompts, _options.Profile).Render("")))),
        _options.Instructions.Target,
        _time.GetUtcNow(),
        0,
        RunCounts.Empty with { Seeds = _seeds.Length },
        Decontamination: _decontamination?.State);

    /// <summary>What makes a run another one than this, as "name: theirs there, ours here".</summary>
    /// <param name="there">Its state.</param>
    /// <param name="configuration">File of its settings.</param>
    public ImmutableArray<string> FindDifferences(RunState there, string configuration)
    {
        var ours = CreateState();
        return
        [
            .. Differ("model", there.Model, ours.Model),
            .. Differ("seed tasks (SHA-256)", Short(there.SeedTasksSha256), Short(ours.SeedTasksSha256)),
            .. Differ("prompts (SHA-256)", Short(there.PromptsSha256), Short(ours.PromptsSha256)),
            .. Differ("evaluation sets (SHA-256)", Short(there.Decontamination), Short(ours.Decontamination)),
            .. SelfInstructSettings.FindDifferences(_options, configuration),
        ];
    }

    RunState Continued(RunState earlier)
    {
        var differences = FindDifferences(earlier, Folder.Configuration);
        return differences is []
            ? earlier
            : throw new InvalidDataException($"{Folder.FolderPath}: holds another run ({string.Join("; ", differences)}). Give --out another folder, or the same settings to continue it.");
    }

    SortedDictionary<string, ImmutableArray<string>>? WithLearnt(SortedDictionary<string, ImmutableArray<string>>? known) =>
        _model is ILearnsQuirks { Quirks: { Count: > 0 } quirks, Address: var address }
            ? new(known ?? [], StringComparer.Ordinal) { [address.AbsoluteUri] = [.. quirks] }
            : known;

    void Recall(ILearnsQuirks learner, ImmutableArray<string> known)
    {
        try
        {
            learner.Recall(known);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{Folder.State}: field quirks: {e.Message}", e);
        }
    }

    void Save(RunState state)
    {
        State = state;
        Folder.WriteState(state);
    }

    static IEnumerable<string> Differ(string name, string there, string here) => there == here ? [] : [$"{name}: {there} there, {here} here"];

    static string Short(DecontaminationState? state) => state is null ? "none" : string.Join(", ", state.Sets.Select(static set => Short(set.Sha256)));

    static string Short(string hash) => hash.Length <= 8 ? hash : hash[..8];

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
