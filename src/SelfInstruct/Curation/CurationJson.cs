using System.Text.Json.Serialization;
using SelfInstruct.Tasks;

namespace SelfInstruct.Curation;

/// <summary>The files that judging and varying leave.</summary>
[JsonSerializable(typeof(JudgementLine))]
[JsonSerializable(typeof(EvolvedLine))]
public sealed partial class CurationJson : JsonSerializerContext
{
    /// <summary>The context with the run folder's options.</summary>
    public static CurationJson Format { get; } = new(TaskJson.CreateOptions());
}
