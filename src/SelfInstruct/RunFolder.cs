using System.Text.Json;
using SelfInstruct.Runs;

namespace SelfInstruct;

/// <summary>Where each file of a run lies. One process at a time holds the folder.</summary>
public sealed class RunFolder : IDisposable
{
    readonly FileStream _lock;

    RunFolder(string path, FileStream folderLock) => (FolderPath, _lock) = (path, folderLock);

    public string FolderPath { get; }

    public string Configuration => In("run.yaml");

    public string State => In("run.json");

    public string Completions => In("completions.jsonl");

    public string Instructions => In("machine_generated_instructions.jsonl");

    public string Classification => In("is_clf_or_not.jsonl");

    public string RawInstances => In("machine_generated_instances.jsonl");

    public string Rejected => In("rejected.jsonl");

    public string Instances => In("all_generated_instances.jsonl");

    public string FineTuning => In("finetuning");

    /// <summary>Creates the folder if need be and locks it.</summary>
    /// <exception cref="InvalidDataException">Another process holds it, or it cannot be written.</exception>
    public static RunFolder Open(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return new RunFolder(path, new FileStream(Path.Combine(path, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var reason = Directory.Exists(path) && e is IOException ? "another process is writing to it" : e.Message;
            throw new InvalidDataException($"{path}: cannot be opened for writing: {reason}. Wait for that run to end, or give --out another folder.", e);
        }
    }

    /// <summary>Null when nothing was run here yet.</summary>
    /// <exception cref="InvalidDataException">run.json is there but unreadable.</exception>
    public RunState? ReadState()
    {
        if (!File.Exists(State))
        {
            return File.Exists(Completions)
                ? throw new InvalidDataException($"{FolderPath}: holds completions.jsonl but no run.json, so it is not known what they belong to. Give --out another folder.")
                : null;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(State), RunJson.Format.RunState);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{State}: not a run's state. {e.Message} Restore it, or give --out another folder.", e);
        }
    }

    /// <summary>The file is the old one or the new one, never half.</summary>
    public void WriteState(RunState state) => WriteWhole(State, JsonSerializer.Serialize(state, RunJson.Format.RunState));

    public void WriteConfiguration(string yaml) => WriteWhole(Configuration, yaml);

    public void Dispose() => _lock.Dispose();

    static void WriteWhole(string path, string text)
    {
        var partial = path + ".partial";
        File.WriteAllText(partial, text + (text.EndsWith('\n') ? "" : "\n"));
        File.Move(partial, path, overwrite: true);
    }

    string In(string name) => Path.Combine(FolderPath, name);
}
