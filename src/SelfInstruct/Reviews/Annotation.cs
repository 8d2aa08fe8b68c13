using System.Text.Json.Serialization;

namespace SelfInstruct.Reviews;

/// <summary>
/// A line of ratings.jsonl, of a person or of a judge. Lines are only ever added; which of them stand says
/// <see cref="AnnotationTable"/>.
/// </summary>
/// <param name="Id">Of the row (quality) or of the question (rating, pairwise).</param>
/// <param name="Rater">Who judged. A judge is "judge:" and the model's name; who settled a disagreement, "adjudicated:" and a name.</param>
/// <param name="Task">"quality", "rating" or "pairwise"; absent: rating.</param>
/// <param name="Model">rating: whose response it is; absent where the whole question is skipped.</param>
/// <param name="Rating">rating: A, B, C or D.</param>
/// <param name="ValidTask">quality: the instruction describes a valid task (paper, Table 2).</param>
/// <param name="InputAppropriate">quality: the input fits the instruction.</param>
/// <param name="OutputCorrect">quality: the output is correct and acceptable.</param>
/// <param name="First">pairwise: name of a model.</param>
/// <param name="Second">pairwise: name of the other.</param>
/// <param name="Verdict">pairwise: "first", "second" or "tie".</param>
/// <param name="ShownFirst">pairwise: the model whose response was shown first.</param>
/// <param name="Skipped">Why nothing was said; what the rater had said of it before no longer stands.</param>
/// <param name="Seconds">Spent looking at it.</param>
/// <param name="Version">Of the program that wrote it.</param>
/// <param name="Key">Made by the client, so that a repeated save is one line.</param>
/// <param name="Completion">Key of a judge's answer.</param>
public sealed record Annotation(
    string Id,
    string Rater,
    string? Task = null,
    string? Model = null,
    string? Rating = null,
    bool? ValidTask = null,
    bool? InputAppropriate = null,
    bool? OutputCorrect = null,
    string? First = null,
    string? Second = null,
    string? Verdict = null,
    string? ShownFirst = null,
    string? Skipped = null,
    string? Comment = null,
    double? Seconds = null,
    DateTimeOffset? At = null,
    string? Version = null,
    string? Key = null,
    string? Completion = null)
{
    public const string Adjudicated = "adjudicated:";

    /// <summary>What it is about, for its task and rater; a skipped question is about all responses.</summary>
    [JsonIgnore]
    public AnnotationSubject Subject => new(Task ?? "rating", Rater, Id, First, Second);

    [JsonIgnore]
    public bool IsAdjudicated => Rater.StartsWith(Adjudicated, StringComparison.Ordinal);
}

/// <param name="First">Of a pair; else null.</param>
/// <param name="Second">Of a pair; else null.</param>
public sealed record AnnotationSubject(string Task, string Rater, string Id, string? First = null, string? Second = null);
