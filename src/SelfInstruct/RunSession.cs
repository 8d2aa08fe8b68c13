using System.Collections.Immutable;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
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

    RunSession(RunFolder folder, SelfInstructOptions options, string seedFile, ILanguageModel model, RunState? earlier, TimeProvider time)
    {
        (Folder, _options, _seedFile, _model, _time) = (folder, options, seedFile, model, time);
        _seeds = SeedTasks.Load(seedFile);
        State = earlier is null ? CreateState() : Continued(earlier, CreateState());
        if (State.Quirks?.TryGetValue(Address, out var known) == true)
        {
            (model as ILearnsQuirks)?.Recall(known);
        }
    }

    public RunFolder Folder { get; }

    public RunState State { get; private set; }

    /// <summary>A quirk belongs to one server. Without user and password, which are secrets.</summary>
    string Address => Addresses.WithoutUser(_options.Endpoint) ?? "";

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

    /// <summary>Some steps of it.</summary>
    public async Task<RunState> RunAsync(
        Func<SelfInstructPipeline, CancellationToken, Task<RunCounts>> steps, IProgress<StageProgress>? progress, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        Folder.WriteConfiguration(SelfInstructSettings.ToYaml(_options));
        Save(State with { State = "running", Target = _options.Instructions.Target, Finished = null });
        await using var pipeline = await SelfInstructPipeline.OpenAsync(_options, _seeds, _model, Folder, _time, progress, cancellationToken).ConfigureAwait(false);
        var ending = "failed";
        try
        {
            var counts = await steps(pipeline, cancellationToken).ConfigureAwait(false);
            ending = pipeline.HasPrepared && IsAllThere(counts) ? "complete" : "stopped";
        }
        catch (Exception e) when (e is OperationCanceledException or BudgetSpentException)
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

    public void Dispose()
    {
        (_model as IDisposable)?.Dispose();
        Folder.Dispose();
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
        RunCounts.Empty with { Seeds = _seeds.Length });

    RunState Continued(RunState earlier, RunState ours)
    {
        List<string> differences =
        [
            .. Differ("model", earlier.Model, ours.Model),
            .. Differ("seed tasks (SHA-256)", earlier.SeedTasksSha256[..8], ours.SeedTasksSha256[..8]),
            .. Differ("prompts (SHA-256)", earlier.PromptsSha256[..8], ours.PromptsSha256[..8]),
            .. SelfInstructSettings.FindDifferences(_options, Folder.Configuration),
        ];
        return differences is []
            ? earlier
            : throw new InvalidDataException($"{Folder.FolderPath}: holds another run ({string.Join("; ", differences)}). Give --out another folder, or the same settings to continue it.");
    }

    SortedDictionary<string, ImmutableArray<string>>? WithLearnt(SortedDictionary<string, ImmutableArray<string>>? known) =>
        _model is ILearnsQuirks { Quirks: { Count: > 0 } quirks }
            ? new(known ?? [], StringComparer.Ordinal) { [Address] = [.. quirks] }
            : known;

    void Save(RunState state)
    {
        State = state;
        Folder.WriteState(state);
    }

    static IEnumerable<string> Differ(string name, string there, string here) => there == here ? [] : [$"{name}: {there} there, {here} here"];

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
