using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using SelfInstruct.Models;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Review;

/// <param name="Nearest">Its ROUGE-L to the nearest of the pool.</param>
public sealed record AcceptedLine(string Text, int Round, double? Nearest);

/// <param name="Neighbour">Of the novelty rule.</param>
public sealed record RejectedLine(string Text, string Stage, string Rule, string? Neighbour, double? Score);

/// <summary>How a run stands, from its files.</summary>
/// <param name="State">As run.json says; "none" before there is one.</param>
/// <param name="Target">Instructions asked for.</param>
/// <param name="Rounds">Rounds with an accepted or rejected instruction.</param>
/// <param name="PerMinute">Instructions accepted in the last minute of watching; null until there was some time.</param>
/// <param name="Acceptance">Accepted by candidates, in [0, 1].</param>
/// <param name="CostUsd">By the run's prices; null where none are known.</param>
/// <param name="Newest">The newest first.</param>
/// <param name="Left">The newest left out first.</param>
public sealed record RunSnapshot(
    string Folder, string State, string? Model, int? Target, int Rounds, int Accepted, int Rejected, int Instances, double? PerMinute, double? Acceptance,
    int Calls, long PromptTokens, long CompletionTokens, double? CostUsd,
    ImmutableSortedDictionary<string, int> Rules, ImmutableArray<AcceptedLine> Newest, ImmutableArray<RejectedLine> Left, string? Trouble = null)
{
    /// <summary>Of an experiment: the rows that are trained and examined.</summary>
    public ImmutableArray<string>? Finished { get; init; }
}

/// <summary>Looks at a run in progress or at rest; takes no lock and changes nothing. Safe to call concurrently.</summary>
public sealed class RunWatch
{
    const int Shown = 10;
    static readonly TimeSpan RateWindow = TimeSpan.FromMinutes(1);

    readonly Lock _turn = new();
    readonly string _path;
    readonly TimeProvider _time;
    readonly TailedFile _accepted;
    readonly TailedFile _rejected;
    readonly TailedFile _completions;
    readonly TailedFile _instances;
    readonly Queue<AcceptedLine> _newest = [];
    readonly Queue<RejectedLine> _left = [];
    readonly SortedDictionary<string, int> _rules = new(StringComparer.Ordinal);
    readonly HashSet<int> _rounds = [];
    readonly Queue<(DateTimeOffset At, int Accepted)> _samples = [];
    string? _damage;
    int _acceptedCount;
    int _rejectedCount;
    int _rejectedInstructions;
    int _instanceCount;
    int _calls;
    long _promptTokens;
    long _completionTokens;

    /// <param name="path">Of the run folder; it may come to be later.</param>
    public RunWatch(string path, TimeProvider time)
    {
        (_path, _time) = (path, time);
        (_accepted, _rejected) = (In("machine_generated_instructions.jsonl"), In("rejected.jsonl"));
        (_completions, _instances) = (In("completions.jsonl"), In("all_generated_instances.jsonl"));

        TailedFile In(string name) => new(Path.Combine(path, name));
    }

    /// <summary>As it stands now. What cannot be read is said in it.</summary>
    public RunSnapshot Look()
    {
        lock (_turn)
        {
            try
            {
                ReadNew();
                var (state, prices) = ReadState();
                return Snapshot(state, prices, _damage);
            }
            catch (InvalidDataException e)
            {
                // Said from now on: the counts may lack what stood beside it.
                _damage ??= e.Message;
                return Snapshot(null, null, _damage);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Snapshot(null, null, e.Message);
            }
        }
    }

    void ReadNew()
    {
        foreach (var line in Parse(_accepted, TaskJson.Format.MachineInstruction, ForgetAccepted))
        {
            _acceptedCount++;
            _rounds.Add(line.Round);
            Keep(_newest, new AcceptedLine(line.Instruction, line.Round, line.MostSimilar is { Count: > 0 } similar ? similar.Values.Max() : null));
        }

        foreach (var line in Parse(_rejected, TaskJson.Format.Rejection, ForgetRejected))
        {
            _rejectedCount++;
            _rejectedInstructions += line.Stage == "instructions" ? 1 : 0;
            _rules[line.Rule] = _rules.GetValueOrDefault(line.Rule) + 1;
            Keep(_left, new RejectedLine(line.Text, line.Stage, line.Rule, line.Neighbour, line.Score));
            if (line.Stage == "instructions")
            {
                _rounds.Add(line.Round);
            }
        }

        foreach (var line in Parse(_completions, RunJson.Format.RecordedUsage, () => (_calls, _promptTokens, _completionTokens) = (0, 0, 0)))
        {
            (_calls, _promptTokens, _completionTokens) = (_calls + 1, _promptTokens + line.Usage.PromptTokens, _completionTokens + line.Usage.CompletionTokens);
        }

        foreach (var _ in Parse(_instances, TaskJson.Format.GeneratedInstance, () => _instanceCount = 0))
        {
            _instanceCount++;
        }
    }

    void ForgetAccepted()
    {
        _acceptedCount = 0;
        _newest.Clear();
    }

    void ForgetRejected()
    {
        (_rejectedCount, _rejectedInstructions) = (0, 0);
        _rules.Clear();
        _left.Clear();
    }

    static IEnumerable<T> Parse<T>(TailedFile file, JsonTypeInfo<T> type, Action restart) =>
        file.ReadNew(restart).Where(static line => line.Length > 0).Select((line, i) => JsonLines.Parse(file.FilePath, i + 1, line.Span, type));

    (RunState? State, Prices? Prices) ReadState()
    {
        if (!Directory.Exists(_path))
        {
            return (null, null);
        }

        using var folder = RunFolder.Look(_path);
        return (File.Exists(folder.State) ? folder.ReadState() : null, File.Exists(folder.Configuration) ? RunPrices.Find(RunDataset.Settings(folder)) : null);
    }

    RunSnapshot Snapshot(RunState? state, Prices? prices, string? trouble)
    {
        var candidates = _acceptedCount + _rejectedInstructions;
        return new RunSnapshot(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(_path))), state?.State ?? "none", state?.Model, state?.Target, _rounds.Count,
            _acceptedCount, _rejectedCount, _instanceCount, PerMinute(), candidates == 0 ? null : (double)_acceptedCount / candidates,
            _calls, _promptTokens, _completionTokens, prices?.CostOf(_promptTokens, _completionTokens),
            _rules.ToImmutableSortedDictionary(StringComparer.Ordinal), [.. _newest.Reverse()], [.. _left.Reverse()], trouble);
    }

    double? PerMinute()
    {
        var now = _time.GetUtcNow();
        _samples.Enqueue((now, _acceptedCount));
        while (_samples.Count > 2 && now - _samples.Peek().At > RateWindow)
        {
            _samples.Dequeue();
        }

        var first = _samples.Peek();
        return now - first.At < TimeSpan.FromSeconds(2) ? null : (_acceptedCount - first.Accepted) / (now - first.At).TotalMinutes;
    }

    static void Keep<T>(Queue<T> queue, T line)
    {
        queue.Enqueue(line);
        if (queue.Count > Shown)
        {
            queue.Dequeue();
        }
    }
}
