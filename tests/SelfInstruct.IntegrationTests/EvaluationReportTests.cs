using System.Text.Json;
using SelfInstruct.Tests;
using SelfInstruct.Tests.Models;

namespace SelfInstruct.IntegrationTests;

/// <summary>Judging, comparing and showing predictions, as a user does it.</summary>
public sealed class EvaluationReportTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 120_000)]
    public async Task A_judge_grades_and_is_compared_with_people_and_never_asked_twice()
    {
        var (good, bad) = WritePredictions();
        var human = _folder.Write("human.jsonl", string.Concat(Enumerable.Range(0, 8).Select(i =>
            $"{{\"id\":\"{i}\",\"model\":\"good\",\"rater\":\"anna\",\"rating\":\"{(i < 6 ? "A" : "C")}\"}}\n{{\"id\":\"{i}\",\"model\":\"bad\",\"rater\":\"anna\",\"rating\":\"D\"}}\n")));
        using var server = new LoopbackServer(static request => Chat(
            request.Body.Contains("unreadable", StringComparison.Ordinal) ? "I would say A." : request.Body.Contains("<response>\\nnumber", StringComparison.Ordinal) ? "Fine.\nRating: A" : "Wrong.\nRating: D"));
        string[] command = ["evaluate", "judge", good, bad, "--human", human, "--model", "openai:m", "--endpoint", server.Address.AbsoluteUri, "--out", _folder.In("j"), "--json"];
        var run = await CommandLine.RunAsync(command);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["""{"name":"good","a":7,"b":0,"c":0,"d":0}""", """{"name":"bad","a":0,"b":0,"c":0,"d":8}"""], run.Json.GetProperty("models").EnumerateArray().Select(static model => model.GetRawText()));
        Assert.Equal("""{"no_verdict_line":1}""", run.Json.GetProperty("unread").GetRawText());
        var agreement = Assert.Single(run.Json.GetProperty("agreements").EnumerateArray());
        Assert.Equal(15, agreement.GetProperty("n").GetInt32());
        Assert.True(agreement.GetProperty("binary_kappa").GetDouble() > 0.7);
        var ratings = File.ReadAllLines(Path.Combine(_folder.In("j"), "ratings.jsonl"));
        Assert.Equal(15, ratings.Length);
        Assert.Contains("\"rater\":\"judge:", ratings[0], StringComparison.Ordinal);

        var asked = server.Requests;
        Assert.Equal(16, asked);
        var again = await CommandLine.RunAsync(command);
        Assert.Equal((0, asked, 15), (again.ExitCode, server.Requests, File.ReadAllLines(Path.Combine(_folder.In("j"), "ratings.jsonl")).Length));
    }

    [Fact(Timeout = 120_000)]
    public async Task Pairs_are_compared_in_both_orders_and_a_biased_judge_is_found_out()
    {
        var (good, bad) = WritePredictions();
        using var biased = new LoopbackServer(static _ => Chat("Better: 1"));
        var run = await CommandLine.RunAsync("evaluate", "judge", good, bad, "--pairwise", "--model", "openai:m", "--endpoint", biased.Address.AbsoluteUri, "--out", _folder.In("p"), "--json");
        Assert.Equal((0, 16), (run.ExitCode, biased.Requests));
        var pair = Assert.Single(run.Json.GetProperty("pairs").EnumerateArray());
        Assert.Equal((8, 8, 1.0, 1.0), (pair.GetProperty("n").GetInt32(), pair.GetProperty("flips").GetInt32(), pair.GetProperty("position_bias").GetDouble(), pair.GetProperty("first_position_share").GetDouble()));
        var preferences = Path.Combine(_folder.In("p"), "preferences.jsonl");
        Assert.All(File.ReadLines(preferences), static line => Assert.Contains("\"verdict\":\"flips\"", line, StringComparison.Ordinal));
        var report = await CommandLine.RunAsync("evaluate", "report", good, bad, "--preferences", preferences, "--out", _folder.In("r"));
        Assert.Equal(0, report.ExitCode);
        Assert.Contains("good / bad: 0, 0, 8, 0", await File.ReadAllTextAsync(Path.Combine(_folder.In("r"), "preferences.svg")), StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_report_opens_in_a_browser_without_asking_anyone_or_complaining()
    {
        var page = await WriteReportAsync();
        foreach (var (width, dark) in new[] { (1000, false), (1000, true), (390, false) })
        {
            var seen = await BrowserPage.OpenAsync(page, width, dark);
            Assert.Empty(seen.Requests);
            Assert.Empty(seen.Console);
            Assert.Equal([0x89, 0x50, 0x4E, 0x47], seen.Screenshot[..4]);
        }

        Assert.NotEqual((await BrowserPage.OpenAsync(page)).Screenshot, (await BrowserPage.OpenAsync(page, dark: true)).Screenshot);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_browser_check_sees_a_page_that_asks_and_complains()
    {
        var seen = await BrowserPage.OpenAsync(_folder.Write("bad.html", "<!doctype html><img src=\"http://127.0.0.1:9/x.png\"><script>throw new Error('boom')</script>"));
        Assert.Equal(["http://127.0.0.1:9/x.png"], seen.Requests);
        Assert.Contains("boom", Assert.Single(seen.Console), StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_report_is_a_page_a_text_and_charts()
    {
        var page = await WriteReportAsync();
        var folder = Path.GetDirectoryName(page)!;
        Assert.Equal(["categories.svg", "ratings-1.svg", "report.html", "report.md", "rouge-l.svg"], Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("<script", await File.ReadAllTextAsync(page), StringComparison.Ordinal);
        Assert.Contains("](rouge-l.svg)", await File.ReadAllTextAsync(Path.Combine(folder, "report.md")), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Contamination_is_counted_and_listed_by_row()
    {
        const string Long = "the quick brown fox jumps over the lazy dog near the old river bank today";
        var training = _folder.Write("training.jsonl", $"{{\"instruction\":\"Say yes.\",\"input\":\"\",\"output\":\"yes\"}}\n{{\"instruction\":\"Tell a story.\",\"input\":\"So {Long}\",\"output\":\"o\"}}\n{{\"prompt\":\"Else\",\"completion\":\"x\"}}\n");
        var tasks = _folder.Write("tasks.jsonl", $"{{\"id\":\"u0\",\"instruction\":\"Say yes.\",\"instances\":[{{\"input\":\"\",\"output\":\"indeed\"}}]}}\n{{\"id\":\"u1\",\"instruction\":\"Read it.\",\"instances\":[{{\"input\":\"{Long}\",\"output\":\"indeed\"}}]}}\n");
        var run = await CommandLine.RunAsync("evaluate", "contamination", training, "--against", tasks, "--out", _folder.In("found.jsonl"), "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal((3, 2), (run.Json.GetProperty("rows").GetInt32(), run.Json.GetProperty("contaminated").GetInt32()));
        Assert.Equal("""{"equal":1,"rouge_l":1,"sequence":1}""", run.Json.GetProperty("by_rule").GetRawText());
        var found = File.ReadAllLines(_folder.In("found.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([("equal", "u0"), ("rouge_l", "u0"), ("sequence", "u1")], found.Select(static row => (row.GetProperty("rule").GetString(), row.GetProperty("id").GetString())));
        Assert.EndsWith("training.jsonl(2)", found[2].GetProperty("row").GetString(), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    static LoopbackAnswer Chat(string text) =>
        new(200, $$$"""{"choices":[{"message":{"role":"assistant","content":{{{JsonSerializer.Serialize(text)}}}},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5}}""");

    async Task<string> WriteReportAsync()
    {
        var (good, bad) = WritePredictions();
        var ratings = _folder.Write("ratings.jsonl", string.Concat(Enumerable.Range(0, 8).Select(i => $"{{\"id\":\"{i}\",\"model\":\"good\",\"rater\":\"anna\",\"rating\":\"{"ABCD"[i % 4]}\"}}\n")));
        var run = await CommandLine.RunAsync("evaluate", "report", good, bad, "--ratings", ratings, "--out", _folder.In("report"), "--json");
        Assert.Equal((0, 8), (run.ExitCode, run.Json.GetProperty("common").GetInt32()));
        return Path.Combine(_folder.In("report"), "report.html");
    }

    (string Good, string Bad) WritePredictions()
    {
        return (Write("good", static i => i == 7 ? "unreadable" : $"number {i}"), Write("bad", static i => $"<script>alert({i})</script><img src=http://127.0.0.1:9/x.png>"));

        string Write(string name, Func<int, string> answer) => _folder.Write(name + ".jsonl", string.Concat(Enumerable.Range(0, 8).Select(i =>
            JsonSerializer.Serialize(new { id = $"{i}", instruction = $"Say number {i}.", input = i % 2 == 0 ? "aloud" : "", response = answer(i), target = $"number {i}", category = i % 2 == 0 ? "even" : "odd" }) + "\n")));
    }
}
