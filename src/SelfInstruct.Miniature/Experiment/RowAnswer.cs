using System.Text.Json.Serialization;

namespace SelfInstruct.Miniature.Experiment;

/// <summary>A line of a row's predictions.jsonl: the fields of the published predictions, and what the world says of the answer.</summary>
public sealed record RowAnswer(
    string Set, string Family, string Prompt, string Instruction, string Input, string Response, string Target,
    bool Ended, double RougeL, bool ExactMatch, bool IsRight, bool FirstLineRight);

/// <summary>row.json: what the row was, and how its answers were.</summary>
/// <param name="Fingerprint">Of everything that decides the answers; another makes them anew.</param>
/// <param name="Examples">Of its data.</param>
public sealed record RowRecord(string Name, string Says, string Fingerprint, int Examples, int Steps);

/// <summary>What the world says of the data of one seed.</summary>
/// <param name="Instructions">Accepted, of so many candidates.</param>
/// <param name="OtherFamilies">Of the families of valid tasks: those that are not the seeds'.</param>
/// <param name="Asked">Rows left out because they equal a question.</param>
public sealed record DataRecord(int Seed, int Instructions, int Candidates, int Rows, int TaskValid, int InputFits, int OutputRight, int Families, int OtherFamilies, int Asked);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RowAnswer))]
[JsonSerializable(typeof(RowRecord))]
[JsonSerializable(typeof(DataRecord))]
internal sealed partial class ExperimentJson : JsonSerializerContext;
