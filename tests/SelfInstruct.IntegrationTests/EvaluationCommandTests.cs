using System.Text.Json;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests;

public sealed class EvaluationCommandTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 60_000)]
    public async Task Score_adds_the_scores_to_each_object()
    {
        var input = _folder.Write("in.json", "[{\"id\":7,\"response\":\"grow gardens\",\"target\":\"garden\"},{\"id\":8,\"output\":\"red boat\",\"references\":[\"a\",\"red boat\"]}]");
        var run = await CommandLine.RunAsync("score", "rouge-l", input, "--out", _folder.In("out.jsonl"), "--stemmer", "--json");
        Assert.Equal(
            [
                """{"id":7,"response":"grow gardens","target":"garden","precision":0.5,"recall":1,"fmeasure":0.6666666666666666}""",
                """{"id":8,"output":"red boat","references":["a","red boat"],"precision":1,"recall":1,"fmeasure":1}""",
            ],
            File.ReadLines(_folder.In("out.jsonl")));
        Assert.Equal(("score", 2), (run.Json.GetProperty("command").GetString(), run.Json.GetProperty("n").GetInt32()));
        Assert.Equal(100 * (0.6666666666666666 + 1) / 2, run.Json.GetProperty("rouge_l").GetDouble());
    }

    [Fact(Timeout = 60_000)]
    public async Task Evaluate_measures_models_side_by_side()
    {
        var a = _folder.Write("a.jsonl", "{\"prediction\":\"Yes.\",\"output\":[\"no\",\"yes\"],\"category\":\"c\"}\n{\"prediction\":null,\"output\":\"no\",\"category\":\"c\"}\n");
        var b = _folder.Write("b.json", "[{\"completion\":\"red boat\",\"reference\":\"a red boat sails\"}]");
        var run = await CommandLine.RunAsync("evaluate", "predictions", a, b, "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("evaluate predictions", run.Json.GetProperty("command").GetString());
        Assert.Equal(
            """[{"name":"a","n":2,"rouge_l":50,"exact_match":50,"categories":[{"name":"c","n":2,"rouge_l":50,"exact_match":50}],"tasks":[]},{"name":"b","n":1,"rouge_l":66.6667,"exact_match":0,"categories":[],"tasks":[]}]""",
            run.Json.GetProperty("models").GetRawText());
        Assert.Contains("66.6667", run.Output.Split('\n')[3], StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_published_predictions_have_the_summary_of_the_reference()
    {
        var expected = JsonDocument.Parse(File.ReadAllBytes(Repository.ConformanceFile("golden", "e6_superni_metric_summary.json"))).RootElement.EnumerateArray().ToList();
        var files = expected.Select(static model => Repository.ConformanceFile("original", "predictions", model.GetProperty("model").GetString() + "_predictions.jsonl"));
        var run = await CommandLine.RunAsync(["evaluate", "predictions", .. files, "--json"]);
        Assert.Equal(
            expected.Select(static model => (252, model.GetProperty("rougeL").GetDouble(), model.GetProperty("exact_match").GetDouble())),
            run.Json.GetProperty("models").EnumerateArray().Select(static model => (model.GetProperty("n").GetInt32(), model.GetProperty("rouge_l").GetDouble(), model.GetProperty("exact_match").GetDouble())));
    }

    [Fact(Timeout = 60_000)]
    public async Task References_may_lie_in_a_file_of_their_own_as_alpacaevals_do()
    {
        var outputs = _folder.Write("outputs.json", "[{\"dataset\":\"d\",\"instruction\":\"Say b.\",\"output\":\"b\",\"generator\":\"mine\"},{\"instruction\":\"Say a.\",\"output\":\"c\",\"generator\":\"mine\"}]");
        var references = _folder.Write("references.json", "[{\"instruction\":\"Say a.\",\"output\":\"a\",\"generator\":\"theirs\"},{\"instruction\":\"Say b.\",\"output\":\"b\",\"generator\":\"theirs\"}]");
        var run = await CommandLine.RunAsync("evaluate", "predictions", outputs, "--references", references, "--json");
        Assert.Equal((0, 50), (run.ExitCode, run.Json.GetProperty("models")[0].GetProperty("exact_match").GetDouble()));
        var report = await CommandLine.RunAsync("evaluate", "report", outputs, "--references", references, "--out", _folder.In("report"), "--json");
        Assert.Equal("mine", report.Json.GetProperty("models")[0].GetProperty("name").GetString());
        var other = await CommandLine.RunAsync("evaluate", "predictions", outputs, "--references", _folder.Write("few.json", "[{\"instruction\":\"Say b.\",\"output\":\"b\"}]"));
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("outputs.json[1]", other.Errors, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("{\"response\":\"a\",\"target\":\"b\"}\n{\"text\":\"a\",\"target\":\"b\"}\n", "in.jsonl(2): has no answer")]
    [InlineData("{\"response\":\"a\"}\n", "in.jsonl(1): has no reference")]
    [InlineData("{\"response\":\"a\",\"references\":[]}\n", "in.jsonl(1): references holds no text")]
    [InlineData("{\"response\":\"a\",\"references\":[\"b\",5]}\n", "in.jsonl(1): 5 stands where a text belongs")]
    [InlineData("{\"response\":\"half \\ud83d\",\"target\":\"b\"}\n", "in.jsonl(1)")]
    [InlineData("{\"response\":\"a\",\"response\":\"b\",\"target\":\"b\"}\n", "in.jsonl(1)")]
    [InlineData("", "holds no predictions")]
    public async Task What_cannot_be_measured_is_named(string text, string error)
    {
        var run = await CommandLine.RunAsync("evaluate", "predictions", _folder.Write("in.jsonl", text));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(error, run.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
