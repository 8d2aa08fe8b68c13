using System.Collections.Immutable;
using SelfInstruct.Cli;
using SelfInstruct.Evaluation.EvaluationSets;
using SelfInstruct.Reviews;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Fuzzing;

/// <summary>Evaluation sets, predictions, and what people say of them.</summary>
static class EvaluationTargets
{
    const string Predictions = """
        {"id":"q1","prediction":"a b","references":["a b","b a"],"category":"sort","task":"t1"}
        {"id":2,"instruction":"Greet.","input":"","response":"Hello","reference":"Hi","generator":"m"}
        """;

    const string Task = """
        {"Contributors":["x"],"Categories":["Textual Entailment"],"Definition":["Say what follows."],"Input_language":["English"],
         "Positive Examples":[{"input":"a","output":"b","explanation":"c"}],"Instances":[{"id":"t-1","input":"a","output":["b","c"]},{"id":"t-2","input":"d","output":"e"}]}
        """;

    const string Ratings = """
        {"id":"q1","model":"m","rater":"ann","task":"rating","rating":"A","at":"2026-11-27T12:00:00+00:00"}
        {"id":"q1","rater":"ann","task":"quality","valid_task":true,"input_appropriate":true,"output_correct":false,"seconds":3.5,"key":"k-0000001"}
        {"id":"q1","rater":"bob","task":"pairwise","first":"m","second":"n","verdict":"tie","shown_first":"n"}
        {"id":"q1","rater":"ann","task":"rating","model":"m","rating":"B","skipped":"unclear"}
        """;

    static readonly GeneratedInstance Row = new("Sort.", "b a", "a b", "1");

    static readonly string EditLine =
        $$"""{"key":"k-0000001","id":"1","sha256":"{{Edits.Hash(Row)}}","author":"ann","at":"2026-11-27T12:00:00+00:00","rejected":false,"instruction":"Sort!","input":"b a","output":"a b","before":null,"seconds":1.5}""";

    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        FuzzTarget.OfFile("predictions", InputForm.Json, "predictions.jsonl", static path => PredictionFiles.ReadAll([path])[0].Responses.Length + JsonObjects.Read(path).Sum(static item => PredictionFields.Read(item).Text.Length), Predictions, $"[{Predictions.Trim().Replace("}\n", "},", StringComparison.Ordinal)}]"),
        FuzzTarget.OfFile("references", InputForm.Json, "references.json", static path => new ReferenceFile(path) is not null ? 1 : 0, """[{"instruction":"Greet.","input":"x","output":"Hi"},{"id":7,"references":["a","b"]}]""", Predictions),
        FuzzTarget.OfFile("ratings", InputForm.Json, "ratings.jsonl", static path => AnnotationTable.Read(path).Standing.Count() + PredictionFiles.ReadRatings(path).Count() + PredictionFiles.ReadPreferences(path).Count() + QualityShares.Of(AnnotationTable.Read(path).Standing).Length, Ratings),
        FuzzTarget.OfFile("edits", InputForm.Json, "edits.jsonl", static path => Edits.Read(path) is var edits ? edits.Length + Edits.Apply([Row, Row with { Id = null }], edits).Rows.Length : 0, EditLine, EditLine + "\n" + EditLine.Replace("false", "true", StringComparison.Ordinal)),
        FuzzTarget.OfFile("user-oriented tasks", InputForm.Json, "user.jsonl", static path => UserOrientedTasks.Load(path).Length, """{"id":"u1","motivation_app":"Mail","instruction":"Reply.","instances":[{"input":"Hi","output":"Hello"},{"input":"","output":"x"}]}"""),
        FuzzTarget.OfFile("texts of evaluation sets", InputForm.Json, "set.jsonl", static path => EvaluationTexts.Read(path).Count() + JsonObjects.Read(path).Sum(static item => EvaluationTexts.ReadTraining(item).Count()), """{"id":1,"instruction":"Reply.","instances":[{"input":"Hi","output":"Hello"}]}""", """[{"prompt":"Sort: b a","targets":["a b",null]},{"instruction":["a","b"],"output":"c"}]"""),
        FuzzTarget.OfFile("Super-NaturalInstructions", InputForm.Json, Path.Combine("tasks", "task1_a.json"), static path => SuperNIFolder.Load(Path.GetDirectoryName(path)!, "test", 100).Items.Length, Task, Task.Replace("[\"Say what follows.\"]", "\"Say.\"", StringComparison.Ordinal)),
    ];
}
