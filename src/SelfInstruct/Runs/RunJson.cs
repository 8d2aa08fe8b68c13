using System.Text.Json.Serialization;
using SelfInstruct.Models.Batches;
using SelfInstruct.Tasks;

namespace SelfInstruct.Runs;

/// <summary>completions.jsonl, batches.jsonl and run.json.</summary>
[JsonSerializable(typeof(RecordedCompletion))]
[JsonSerializable(typeof(RecordedUsage))]
[JsonSerializable(typeof(CompletionKeyParts))]
[JsonSerializable(typeof(RunState))]
[JsonSerializable(typeof(BatchRecord))]
public sealed partial class RunJson : JsonSerializerContext
{
    /// <summary>The context with the run folder's options.</summary>
    public static RunJson Format { get; } = new(TaskJson.CreateOptions());
}
