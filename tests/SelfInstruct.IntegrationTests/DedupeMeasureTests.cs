using System.Text.Json;
using SelfInstruct.Tests;
using SelfInstruct.Tests.Models;

namespace SelfInstruct.IntegrationTests;

public sealed class DedupeMeasureTests : IDisposable
{
    const string Input = "{\"instruction\":\"Write a poem about the sea\"}\n{\"instruction\":\"write a poem about the sea!\"}\n{\"instruction\":\"Sort these words now\"}\n";

    readonly TemporaryFolder _folder = new();

    [Theory(Timeout = 60_000)]
    [InlineData("rouge-l", false)]
    [InlineData("minhash", true)]
    public async Task Outputs_say_the_measure_and_whether_it_is_approximate(string measure, bool isApproximate)
    {
        var run = await DedupeAsync("--measure", measure, "--json");
        Assert.Equal((2, 1, measure, isApproximate), (Number("accepted"), Number("rejected"), run.Json.GetProperty("measure").GetString(), run.Json.GetProperty("approximate").GetBoolean()));
        Assert.Equal(isApproximate, run.Errors.Contains("estimated", StringComparison.Ordinal));
        Assert.Equal(2, File.ReadLines(_folder.In("out.jsonl")).Count());

        int Number(string name) => run.Json.GetProperty(name).GetInt32();
    }

    [Fact(Timeout = 60_000)]
    public async Task Embeddings_come_from_the_endpoint()
    {
        using var server = new LoopbackServer(static request =>
        {
            using var body = JsonDocument.Parse(request.Body);
            Assert.Equal("small", body.RootElement.GetProperty("model").GetString());
            var data = body.RootElement.GetProperty("input").EnumerateArray().Select(static (text, index) => new { index, embedding = Embed(text.GetString()!) });
            return new LoopbackAnswer(200, JsonSerializer.Serialize(new { data }));
        });
        var pool = _folder.Write("pool.jsonl", "{\"instruction\":\"Sort words\"}\n");
        var run = await DedupeAsync("--measure", "embedding", "--embedding-model", "small", "--endpoint", server.Address.AbsoluteUri, "--pool", pool, "--json");
        Assert.Equal(("embedding:small", false, 1), (run.Json.GetProperty("measure").GetString(), run.Json.GetProperty("approximate").GetBoolean(), run.Json.GetProperty("accepted").GetInt32()));
        Assert.Equal(2, server.Requests);

        static float[] Embed(string text) => text.Contains("poem", StringComparison.Ordinal) ? [1, 0.1f] : [0.1f, 1];
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failed_endpoint_leaves_no_output()
    {
        using var server = new LoopbackServer(static _ => new LoopbackAnswer(401, "no"));
        var run = await DedupeAsync("--measure", "embedding", "--embedding-model", "small", "--endpoint", server.Address.AbsoluteUri);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("OPENAI_API_KEY", run.Errors, StringComparison.Ordinal);
        Assert.Equal(["in.jsonl"], Directory.EnumerateFiles(_folder.FolderPath).Select(Path.GetFileName));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("--records are of ROUGE-L", "--measure", "minhash", "--records")]
    [InlineData("needs a model", "--measure", "embedding")]
    [InlineData("--embedding-model m: OPENAI_API_KEY is not set", "--measure", "embedding", "--embedding-model", "m")]
    [InlineData("--words has no meaning", "--measure", "embedding", "--embedding-model", "m", "--words", "modern")]
    [InlineData("have no meaning with --measure rouge-l", "--embedding-model", "m")]
    [InlineData("--threshold is 1.5", "--threshold", "1.5")]
    public async Task Options_that_do_not_go_together_are_refused(string message, params string[] options)
    {
        var run = await DedupeAsync(options);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.In("out.jsonl")));
    }

    public void Dispose() => _folder.Dispose();

    Task<CommandLine> DedupeAsync(params string[] options) =>
        CommandLine.RunAsync(["dedupe", _folder.Write("in.jsonl", Input), "--out", _folder.In("out.jsonl"), .. options]);
}
