using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace SelfInstruct.Tasks;

/// <summary>The file formats of a run folder: snake_case, absent fields left out, text readable in every script.</summary>
[JsonSerializable(typeof(SeedTaskLine))]
[JsonSerializable(typeof(SeedTask))]
[JsonSerializable(typeof(MachineInstruction))]
[JsonSerializable(typeof(ClassificationAnswer))]
[JsonSerializable(typeof(MachineInstances))]
[JsonSerializable(typeof(GeneratedInstance))]
[JsonSerializable(typeof(Rejection))]
[JsonSerializable(typeof(InstructionMetadata))]
[JsonSerializable(typeof(InstanceMetadata))]
[JsonSerializable(typeof(JsonObject))]
public sealed partial class TaskJson : JsonSerializerContext
{
    /// <summary>The attribute cannot name an encoder, so the options are made here. Files are read by people; pages escape for themselves.</summary>
    public static TaskJson Format { get; } = new(CreateOptions());

    /// <summary>The options every file of a run folder is written with.</summary>
    public static JsonSerializerOptions CreateOptions() => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new FiniteNumbers() },
    };
}
