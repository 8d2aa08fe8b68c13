using System.Text.Json;
using System.Text.Json.Nodes;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Training;
using SelfInstruct.Reports;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli;

/// <summary>Where the files of a fine-tuning lie: the model, how it was made, its loss curve, and a checkpoint while it is not finished.</summary>
sealed record FinetunedFolder(string FolderPath)
{
    public string Model => Path.Combine(FolderPath, LocalModelPath.FileInFolder);

    /// <summary>The model as Hugging Face's transformers reads it, where asked for.</summary>
    public string HuggingFace => Path.Combine(FolderPath, "huggingface");

    /// <summary>Of a LoRA run, in PEFT's form.</summary>
    public string Adapter => Path.Combine(FolderPath, "adapter");

    public string Checkpoint => Path.Combine(FolderPath, "checkpoint.bin");

    public string LossLog => Path.Combine(FolderPath, "loss.jsonl");

    public string LossCurve => Path.Combine(FolderPath, "loss.svg");

    /// <summary>Settings and result; there once the run is finished.</summary>
    public string Summary => Path.Combine(FolderPath, "finetuning.json");

    /// <summary>Makes the folder, and keeps others from training into it until disposed of.</summary>
    /// <exception cref="InvalidDataException">Not writable, or another process is at work there.</exception>
    public IDisposable Lock()
    {
        try
        {
            Directory.CreateDirectory(FolderPath);
            return new FileStream(Path.Combine(FolderPath, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException(
                $"--out {FolderPath}: cannot be opened for writing: {e.Message} If another process is at work there, wait for it to end; else give another folder.", e);
        }
    }

    /// <summary>The result of a finished run; null: it is not finished.</summary>
    /// <param name="settings">What this run was asked for.</param>
    /// <exception cref="InvalidDataException">The folder holds the result of other settings.</exception>
    public JsonObject? ReadResult(JsonObject settings)
    {
        if (!File.Exists(Summary))
        {
            return null;
        }

        var summary = JsonSerializer.Deserialize(File.ReadAllText(Summary), TaskJson.Format.JsonObject)!;
        return JsonNode.DeepEquals(summary["settings"], settings)
            ? summary["result"]!.DeepClone().AsObject()
            : throw new InvalidDataException(
                $"{Summary}: this folder holds a model made with other settings: {summary["settings"]!.ToJsonString()}. Asked for: {settings.ToJsonString()}. Give another --out.");
    }

    public void WriteResult(JsonObject settings, JsonObject result)
    {
        var partial = Summary + ".partial";
        var text = new JsonObject { ["settings"] = settings.DeepClone(), ["result"] = result.DeepClone() }
            .ToJsonString(new JsonSerializerOptions(TaskJson.CreateOptions()) { WriteIndented = true });
        File.WriteAllText(partial, text + "\n");
        File.Move(partial, Summary, overwrite: true);
    }

    public void WriteLossCurve(IReadOnlyList<LossLogLine> lines)
    {
        var training = new LineSeries("training", [.. lines.Select(static line => new ChartPoint(line.Step, line.Loss))]);
        var heldOut = new LineSeries("held out", [.. lines.Where(static line => line.HeldOutLoss is not null).Select(static line => new ChartPoint(line.Step, line.HeldOutLoss!.Value))]);
        var chart = new LineChart(
            "Loss", "Loss of each step's examples before its update, and of the examples held out.",
            heldOut.Points.IsEmpty ? [training] : [training, heldOut], "step", "nats per token that counts")
        {
            FromZero = true,
        };
        File.WriteAllText(LossCurve, ChartStyle.ToFile(chart));
    }
}
