using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Trainers;

/// <summary>What is known of a fine-tuning at a provider: finetune.json.</summary>
/// <param name="Name">Our own, of its files and in the job's metadata; by it they are found again.</param>
/// <param name="Settings">All that decides the result, and where it is trained.</param>
/// <param name="TrainingFileId">Null: not uploaded, as far as is known.</param>
/// <param name="ValidationFileId">The same, of examples held out.</param>
/// <param name="MayHaveJob">The job was asked for; whether it was made is not known while <paramref name="JobId"/> is null.</param>
/// <param name="Status">Of the job, in the provider's words.</param>
/// <param name="Model">The result, as the provider names it.</param>
/// <param name="Error">Why the job failed, in the provider's words.</param>
/// <param name="Events">Oldest first.</param>
public sealed record HostedFinetuningRecord(
    string Name,
    JsonObject Settings,
    string? TrainingFileId = null,
    string? ValidationFileId = null,
    bool MayHaveJob = false,
    string? JobId = null,
    string? Status = null,
    string? Model = null,
    long? TrainedTokens = null,
    string? Error = null,
    ImmutableArray<HostedEvent>? Events = null)
{
    [JsonIgnore]
    public bool HasEnded => Status is "succeeded" or "failed" or "cancelled";

    /// <summary>Of the newest event that tells it; null: none does.</summary>
    public double? Last(Func<HostedEvent, double?> what) => (Events ?? []).Select(what).LastOrDefault(static value => value is not null);
}

/// <param name="Message">The provider's words.</param>
/// <param name="Loss">Of the step's examples, in nats.</param>
/// <param name="HeldOutLoss">Of the examples held out.</param>
public sealed record HostedEvent(string Id, DateTimeOffset At, string Message, int? Step = null, double? Loss = null, double? HeldOutLoss = null);

[JsonSerializable(typeof(HostedFinetuningRecord))]
sealed partial class HostedJson : JsonSerializerContext
{
    /// <summary>The options of the run folder, for people to read.</summary>
    public static HostedJson Format { get; } = new(new JsonSerializerOptions(TaskJson.CreateOptions()) { WriteIndented = true });
}

/// <summary>finetune.json: each version is whole on the disk before anything else is done.</summary>
public sealed class HostedFinetuningFile(string path)
{
    public string FilePath => path;

    /// <summary>Null: there is none.</summary>
    /// <exception cref="InvalidDataException">It is not what this program writes.</exception>
    public HostedFinetuningRecord? Read()
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), HostedJson.Format.HostedFinetuningRecord) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: is no record of a fine-tuning ({e.Message}). Mend it: it names what was paid for at the provider.", e);
        }
    }

    public void Write(HostedFinetuningRecord record)
    {
        var partial = path + ".partial";
        using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, record, HostedJson.Format.HostedFinetuningRecord);
            file.Write("\n"u8);
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
        FolderSync.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
