using System.Text.Json;
using System.Text.Json.Serialization;
using SelfInstruct.Datasets.Exports;
using SelfInstruct.Tasks;

namespace SelfInstruct.Datasets;

/// <summary>The rows of the fine-tuning files.</summary>
[JsonSerializable(typeof(PromptAndCompletion))]
[JsonSerializable(typeof(TrainingExample))]
[JsonSerializable(typeof(ChatRow))]
[JsonSerializable(typeof(ConversationRow))]
[JsonSerializable(typeof(ProvenanceLine))]
[JsonSerializable(typeof(JsonElement))]
public sealed partial class DatasetJson : JsonSerializerContext
{
    /// <summary>The context with the run folder's options.</summary>
    public static DatasetJson Format { get; } = new(TaskJson.CreateOptions());
}
