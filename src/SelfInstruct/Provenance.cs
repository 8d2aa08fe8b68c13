using System.Globalization;
using System.Text.Json;
using SelfInstruct.Datasets;
using SelfInstruct.Reviews;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct;

/// <summary>Where a row of a run came from: each thing it was made of, back to what the model was asked.</summary>
/// <param name="Id">As asked for.</param>
/// <param name="Row">Of a fine-tuning file.</param>
/// <param name="SeedTask">True for a row that people wrote.</param>
/// <param name="InstanceCompletion">In which the model wrote the instance.</param>
/// <param name="Classification">What it said when asked whether the instruction is a classification task.</param>
/// <param name="InstructionCompletion">In which it proposed the instruction.</param>
/// <param name="Completion">The one that was asked for by its key.</param>
public sealed record Provenance(
    string Id,
    TrainingExample? Row = null,
    bool SeedTask = false,
    GeneratedInstance? Instance = null,
    RecordedCompletion? InstanceCompletion = null,
    ClassificationAnswer? Classification = null,
    MachineInstruction? Instruction = null,
    RecordedCompletion? InstructionCompletion = null,
    RecordedCompletion? Completion = null)
{
    /// <summary>Reads a run folder, at rest or at work; changes nothing.</summary>
    /// <param name="folder">Of a run.</param>
    /// <param name="id">
    /// Of an instance (instruction_7.0) or an instruction (instruction_7), the key of a completion, or FILE:LINE of a
    /// fine-tuning file (finetuning/alpaca.jsonl:17).
    /// </param>
    /// <exception cref="InvalidDataException">Nothing there has that id.</exception>
    public static Provenance Find(RunFolder folder, string id)
    {
        if (id.LastIndexOf(':') is > 0 and var colon && int.TryParse(id.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var line))
        {
            return OfRow(folder, id, line);
        }

        var instructionId = id.Split('.')[0];
        var instruction = Lines(folder.Instructions, TaskJson.Format.MachineInstruction).FirstOrDefault(line => line.Id == instructionId);
        if (instruction is not null)
        {
            var instance = id == instructionId ? null : Lines(folder.Instances, TaskJson.Format.GeneratedInstance).FirstOrDefault(line => line.Id == id) ?? throw Unknown(folder, id);
            return OfInstruction(folder, instruction) with { Id = id, Instance = instance };
        }

        return Completions(folder).FirstOrDefault(completion => completion.Key == id) is { } completion ? new Provenance(id, Completion: completion) : throw Unknown(folder, id);
    }

    static Provenance OfRow(RunFolder folder, string id, int line)
    {
        if (!ExportFormat.All.Any(format => Path.GetFileName(id.AsSpan(0, id.LastIndexOf(':'))).SequenceEqual(format.Name + ".jsonl")))
        {
            throw Unknown(folder, id);
        }

        // Every fine-tuning file has the same rows in the same order, and this one has them unencoded.
        var path = Path.Combine(folder.FineTuning, "alpaca.jsonl");
        var row = Lines(path, DatasetJson.Format.TrainingExample).ElementAtOrDefault(line - 1)
            ?? throw new InvalidDataException($"{id}: {path} has no line {line}.");
        var byText = ExportRows.ByText([.. Lines(folder.Instances, TaskJson.Format.GeneratedInstance)], Edits.Read(folder.Edits));
        var instance = byText.TryGetValue(row, out var found) ? found.Row : null;
        return instance is null ? new Provenance(id, row, SeedTask: true) : Find(folder, instance.Id!) with { Id = id, Row = row };
    }

    static Provenance OfInstruction(RunFolder folder, MachineInstruction instruction)
    {
        var raw = Lines(folder.RawInstances, TaskJson.Format.MachineInstances).FirstOrDefault(line => line.Id == instruction.Id);
        var (proposed, written) = (KeyIn(instruction.Metadata), KeyIn(raw?.InstanceMetadata));
        var completions = Completions(folder).Where(completion => completion.Key == proposed || completion.Key == written).DistinctBy(static completion => completion.Key).ToDictionary(static completion => completion.Key);
        return new Provenance(
            instruction.Id!,
            InstanceCompletion: completions.GetValueOrDefault(written ?? ""),
            Classification: Lines(folder.Classification, TaskJson.Format.ClassificationAnswer).FirstOrDefault(line => line.Id == instruction.Id),
            Instruction: instruction,
            InstructionCompletion: completions.GetValueOrDefault(proposed ?? ""));
    }

    static IEnumerable<RecordedCompletion> Completions(RunFolder folder) => Lines(folder.Completions, RunJson.Format.RecordedCompletion);

    static IEnumerable<T> Lines<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        LineReader.Read(path).Select((line, i) => JsonLines.Parse(path, i + 1, line.Json.Span, type));

    static string? KeyIn(JsonElement? metadata) =>
        metadata is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty("completion", out var key) && key.ValueKind == JsonValueKind.String ? key.GetString() : null;

    static InvalidDataException Unknown(RunFolder folder, string id) =>
        new($"{folder.FolderPath}: nothing there has the id {id}. Give the id of an instance (as instruction_7.0) or an instruction (as instruction_7), the key of a completion, or FILE:LINE of a fine-tuning file (as finetuning/alpaca.jsonl:17).");
}
