using System.Collections.Immutable;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using SelfInstruct.Models;
using SelfInstruct.Prompts;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli;

/// <summary>A held run folder with its seeds and model; what is in the folder belongs to the same run, or it is refused.</summary>
sealed class RunSession : IDisposable
{
    static readonly ImmutableArray<string> PromptNames = ["instructions", "classification", "input-first", "output-first"];

    readonly SelfInstructOptions _options;
    readonly ImmutableArray<SeedTask> _seeds;
    readonly ILanguageModel _model;
    readonly TimeProvider _time;

    RunSession(RunFolder folder, SelfInstructOptions options, ModelSelection selection, TimeProvider time)
    {
        (Folder, _options, _time) = (folder, options, time);
        _seeds = SeedTasks.Load(options.SeedTasks!);
        var earlier = folder.ReadState();
        _model = selection.Open(CompletionLog.CountRecorded(folder.Completions), time);
        State = earlier is null ? CreateState() : Continued(earlier, CreateState());
    }

    public RunFolder Folder { get; }

    public RunState State { get; private set; }

    /// <summary>Everything that is asked for is there.</summary>
    public bool IsComplete => State.State == "complete" && State.Counts.Accepted >= _options.Instructions.Target;

    /// <exception cref="InvalidDataException">The folder holds another run's files, or an input is bad.</exception>
    public static RunSession Open(string path, SelfInstructOptions options, ModelSelection selection, TimeProvider time)
    {
        var folder = RunFolder.Open(path);
        try
        {
            return new RunSession(folder, options, selection, time);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Runs steps of the pipeline; run.json tells how they ended, however they ended.</summary>
    public async Task<RunState> RunAsync(
        Func<SelfInstructPipeline, CancellationToken, Task<RunCounts>> steps, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        Folder.WriteConfiguration(SelfInstructSettings.ToYaml(_options));
        Save(State with { State = "running", Target = _options.Instructions.Target, Finished = null });
        await using var pipeline = new SelfInstructPipeline(_options, _seeds, Budgeted(), Folder, _time, progress);
        var ending = "failed";
        try
        {
            var counts = await steps(pipeline, cancellationToken).ConfigureAwait(false);
            var complete = counts.Accepted >= _options.Instructions.Target && counts.Rows > 0;
            State = State with { Counts = counts, Finished = complete ? _time.GetUtcNow() : null };
            ending = complete ? "complete" : "stopped";
            return State with { State = ending };
        }
        catch (Exception e) when (e is OperationCanceledException or BudgetSpentException)
        {
            ending = "stopped";
            throw;
        }
        finally
        {
            Save(State with { State = ending, Counts = pipeline.Count() });
        }
    }

    public void Dispose()
    {
        (_model as IDisposable)?.Dispose();
        Folder.Dispose();
    }

    ILanguageModel Budgeted()
    {
        if (_options.MaxCost is not { } limit)
        {
            return _model;
        }

        return new BudgetedModel(_model, limit, usage => ((usage.PromptTokens * _options.PromptPrice) + (usage.CompletionTokens * _options.CompletionPrice)) / 1e6, State.Counts.CostUsd);
    }

    RunState CreateState() => new(
        "running",
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
        _model.Id,
        _options.Profile,
        _options.Seed,
        Path.GetFileName(_options.SeedTasks!),
        Hash(File.ReadAllText(_options.SeedTasks!)),
        Hash(string.Join('\0', PromptNames.Select(name => PromptTemplate.Load(name, _options.Prompts, _options.Profile).Render("")))),
        _options.Instructions.Target,
        _time.GetUtcNow(),
        null,
        RunCounts.Empty with { Seeds = _seeds.Length });

    RunState Continued(RunState earlier, RunState ours)
    {
        List<string> differences =
        [
            .. Differ("model", earlier.Model, ours.Model),
            .. Differ("seed tasks (SHA-256)", earlier.SeedTasksSha256[..8], ours.SeedTasksSha256[..8]),
            .. Differ("prompts (SHA-256)", earlier.PromptsSha256[..8], ours.PromptsSha256[..8]),
            .. File.Exists(Folder.Configuration) ? SelfInstructSettings.FindDifferences(_options, Folder.Configuration) : [],
        ];
        return differences is []
            ? earlier
            : throw new InvalidDataException($"{Folder.FolderPath}: holds another run ({string.Join("; ", differences)}). Give --out another folder, or the same settings to continue it.");
    }

    void Save(RunState state)
    {
        State = state;
        Folder.WriteState(state);
    }

    static IEnumerable<string> Differ(string name, string there, string here) => there == here ? [] : [$"{name}: {there} there, {here} here"];

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
