using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct;

/// <summary>Where each file of a run lies. One process at a time holds the folder.</summary>
public sealed class RunFolder : IDisposable
{
    readonly FileStream? _lock;

    RunFolder(string path, FileStream? folderLock) => (FolderPath, _lock) = (path, folderLock);

    public string FolderPath { get; }

    public string Configuration => In("run.yaml");

    public string State => In("run.json");

    public string Completions => In("completions.jsonl");

    public string Batches => In("batches.jsonl");

    public string Instructions => In("machine_generated_instructions.jsonl");

    public string Classification => In("is_clf_or_not.jsonl");

    public string RawInstances => In("machine_generated_instances.jsonl");

    public string Rejected => In("rejected.jsonl");

    public string Instances => In("all_generated_instances.jsonl");

    public string FineTuning => In("finetuning");

    /// <summary>What people changed by hand; the rows that leave the run follow it.</summary>
    public string Edits => In("edits.jsonl");

    public string Ratings => Path.Combine(In("evaluation"), "ratings.jsonl");

    /// <summary>For reading alone: no lock, and nothing is mended.</summary>
    /// <exception cref="InvalidDataException">No such folder.</exception>
    public static RunFolder Look(string path) =>
        Directory.Exists(path) ? new RunFolder(path, null) : throw new InvalidDataException($"{path}: no such run folder.");

    /// <summary>Creates the folder if need be and locks it.</summary>
    /// <exception cref="InvalidDataException">Another process holds it, or it cannot be written.</exception>
    public static RunFolder Open(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            var folder = new RunFolder(path, new FileStream(Path.Combine(path, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            folder.CutTornTails();
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidDataException(
                $"--out {path}: cannot be opened for writing: {e.Message} If another process is at work there, wait for it to end; else give another folder.", e);
        }
    }

    /// <summary>Answers that are recorded.</summary>
    public int CountCompletions() => LineReader.Read(Completions).Count();

    /// <summary>Null when nothing was run here yet.</summary>
    /// <exception cref="InvalidDataException">run.json is unreadable, or missing beside a run's files; or run.yaml is missing.</exception>
    public RunState? ReadState()
    {
        if (!File.Exists(State))
        {
            return Logs.FirstOrDefault(log => File.Exists(log) && !IsForeignPool(log)) is { } orphan
                ? throw new InvalidDataException($"{FolderPath}: holds {Path.GetFileName(orphan)} but no run.json, so it is not known what run it belongs to. Give --out another folder.")
                : null;
        }

        if (!File.Exists(Configuration))
        {
            throw new InvalidDataException($"{FolderPath}: holds run.json but no run.yaml, so its settings cannot be compared. Restore it, or give --out another folder.");
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(State), RunJson.Format.RunState) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{State}: not a run's state. {e.Message} Restore it, or give --out another folder.", e);
        }
    }

    /// <summary>The state of a run; null for a folder of other origin, as an import.</summary>
    /// <exception cref="InvalidDataException">run.json is unreadable.</exception>
    public RunState? TryReadState() => File.Exists(State) ? ReadState() : null;

    /// <summary>Instructions without ids are a pool from elsewhere, as the original program's: the beginning of a run, not one of ours.</summary>
    bool IsForeignPool(string log) =>
        log == Instructions && JsonLines.Read(log, TaskJson.Format.MachineInstruction).All(static line => line.Value.Id is null);

    /// <summary>A crash can leave half a line at the end of each.</summary>
    ImmutableArray<string> Logs => [Completions, Instructions, Classification, RawInstances, Rejected];

    void CutTornTails()
    {
        foreach (var log in Logs)
        {
            TornTail.Cut(log);
        }
    }

    /// <summary>The file is the old one or the new one, never half.</summary>
    public void WriteState(RunState state) => WriteWhole(State, JsonSerializer.Serialize(state, RunJson.Format.RunState));

    public void WriteConfiguration(string yaml) => WriteWhole(Configuration, yaml);

    public void Dispose() => _lock?.Dispose();

    static void WriteWhole(string path, string text)
    {
        var partial = path + ".partial";
        using (var file = File.Create(partial))
        {
            file.Write(Encoding.UTF8.GetBytes(text.EndsWith('\n') ? text : text + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }

    string In(string name) => Path.Combine(FolderPath, name);
}
