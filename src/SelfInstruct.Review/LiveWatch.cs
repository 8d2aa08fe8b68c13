using System.Collections.Immutable;

namespace SelfInstruct.Review;

/// <summary>Looks at what is at work in a folder: a run, or an experiment, whose runs follow one another in folders of its own. Safe to call concurrently.</summary>
/// <param name="path">It may come to be later.</param>
/// <param name="time">Measures rates.</param>
public sealed class LiveWatch(string path, TimeProvider time)
{
    readonly Lock _turn = new();
    readonly Dictionary<string, RunWatch> _watches = new(StringComparer.Ordinal);

    /// <summary>The run that was at work last, and the rows of the experiment that are finished.</summary>
    public RunSnapshot Look()
    {
        var run = FindRun();
        RunWatch? watch;
        lock (_turn)
        {
            if (!_watches.TryGetValue(run, out watch))
            {
                _watches[run] = watch = new RunWatch(run, time);
            }
        }

        var seen = watch.Look();
        return run == path ? seen : seen with { Folder = Path.GetRelativePath(Path.Combine(path, ".."), run), Finished = FinishedRows() };
    }

    string FindRun()
    {
        if (File.Exists(Path.Combine(path, "run.json")) || !Directory.Exists(path))
        {
            return path;
        }

        return Directory.EnumerateDirectories(path).Select(static folder => Path.Combine(folder, "run")).Where(static folder => File.Exists(Path.Combine(folder, "run.json")))
            .MaxBy(static folder => File.GetLastWriteTimeUtc(Path.Combine(folder, "run.json"))) ?? path;
    }

    /// <summary>Trained and examined: the experiment writes row.json last.</summary>
    ImmutableArray<string> FinishedRows() =>
    [
        .. Directory.EnumerateDirectories(path).Select(static folder => Path.Combine(folder, "rows")).Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories)
            .Where(static folder => File.Exists(Path.Combine(folder, "row.json"))).Select(folder => Path.GetRelativePath(path, folder)).Order(StringComparer.Ordinal),
    ];
}
