using System.Text.Json.Serialization;
using SelfInstruct.Evaluation;

namespace SelfInstruct.Miniature.Experiment;

/// <summary>A line of a row's predictions.jsonl: the fields of the published predictions, and what the measures say of the answer.</summary>
/// <param name="Ended">By the model itself.</param>
/// <param name="RougeL">F in [0, 1] with stemmer, of the whole answer.</param>
/// <param name="ExactMatch">SuperNI's, with the one reference.</param>
/// <param name="IsRight">The family's checker takes the whole answer, and the model ended it.</param>
/// <param name="FirstLineRight">It takes the first line.</param>
public sealed record RowAnswer(
    string Set, string Family, string Prompt, string Instruction, string Input, string Response, string Target,
    bool Ended, double RougeL, bool ExactMatch, bool IsRight, bool FirstLineRight)
{
    /// <param name="question">What was asked.</param>
    /// <param name="text">As the model wrote it.</param>
    /// <param name="ended">Whether the model ended it.</param>
    /// <param name="scorer">With stemmer.</param>
    public static RowAnswer Judge(Question question, string text, bool ended, RougeLScorer scorer)
    {
        var score = PredictionMetrics.Score(new Prediction(text, [question.Reference]), scorer);
        var (whole, first) = (text.Trim(), text.TrimStart().Split('\n')[0].Trim());
        return new(
            question.Set, question.Family.Name, question.Prompt, question.Instruction, question.Input, text, question.Reference,
            ended, score.RougeL, score.ExactMatch, ended && IsRight(whole), IsRight(first));

        bool IsRight(string output) => question.Family.IsRight(question.Slots, question.Input, output);
    }
}

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
