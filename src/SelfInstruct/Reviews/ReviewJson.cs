using System.Text.Json.Serialization;
using SelfInstruct.Tasks;

namespace SelfInstruct.Reviews;

/// <summary>ratings.jsonl and edits.jsonl.</summary>
[JsonSerializable(typeof(Annotation))]
[JsonSerializable(typeof(Edit))]
public sealed partial class ReviewJson : JsonSerializerContext
{
    /// <summary>The context with the run folder's options.</summary>
    public static ReviewJson Format { get; } = new(TaskJson.CreateOptions());
}
