using System.Text.Json;
using System.Text.Json.Serialization;
using SelfInstruct.Contamination;
using SelfInstruct.Evaluation.EvaluationSets;
using SelfInstruct.Evaluation.Judging;
using SelfInstruct.Tasks;

namespace SelfInstruct.Evaluation;

/// <summary>The files of evaluation sets and of evaluation folders.</summary>
[JsonSerializable(typeof(SuperNITaskFile))]
[JsonSerializable(typeof(UserOrientedLine))]
[JsonSerializable(typeof(PredictionLine))]
[JsonSerializable(typeof(EvaluationScores))]
[JsonSerializable(typeof(RatingLine))]
[JsonSerializable(typeof(PreferenceLine))]
[JsonSerializable(typeof(ContaminatedRow))]
public sealed partial class EvaluationJson : JsonSerializerContext
{
    /// <summary>The context with the run folder's options.</summary>
    public static EvaluationJson Format { get; } = new(TaskJson.CreateOptions());

    /// <summary>Natural Instructions writes Instances with a capital, but id, input and output without.</summary>
    public static EvaluationJson TaskFiles { get; } = new(new JsonSerializerOptions { PropertyNameCaseInsensitive = true });
}
