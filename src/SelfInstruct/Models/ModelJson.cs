using System.Text.Json.Serialization;
using SelfInstruct.Models.Batches;
using SelfInstruct.Models.Finetuning;
using SelfInstruct.Tasks;

namespace SelfInstruct.Models;

/// <summary>What goes to and comes from models, in the options of the run folder.</summary>
[JsonSerializable(typeof(ReplayedCompletion))]
[JsonSerializable(typeof(CompletionsBody))]
[JsonSerializable(typeof(ChatBody))]
[JsonSerializable(typeof(ModelAnswer))]
[JsonSerializable(typeof(MessagesBody))]
[JsonSerializable(typeof(MessagesAnswer))]
[JsonSerializable(typeof(UploadedFile))]
[JsonSerializable(typeof(BatchBody))]
[JsonSerializable(typeof(ServedBatch))]
[JsonSerializable(typeof(BatchList))]
[JsonSerializable(typeof(BatchResult))]
[JsonSerializable(typeof(FileList))]
[JsonSerializable(typeof(FinetuningJobBody))]
[JsonSerializable(typeof(ServedFinetuningJob))]
[JsonSerializable(typeof(FinetuningJobList))]
[JsonSerializable(typeof(FinetuningEventList))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(OllamaShowBody))]
[JsonSerializable(typeof(OllamaShown))]
[JsonSerializable(typeof(EmbeddingsBody))]
[JsonSerializable(typeof(EmbeddingsAnswer))]
public sealed partial class ModelJson : JsonSerializerContext
{
    /// <summary>The context with the run folder's options.</summary>
    public static ModelJson Format { get; } = new(TaskJson.CreateOptions());
}
