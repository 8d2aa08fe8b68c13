using System.Net.Http.Json;
using System.Text.Json;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests.Review;

/// <summary>What people said on the page is taken by the other commands as it stands.</summary>
public sealed class ReviewResultsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 180_000)]
    public async Task Evaluate_report_takes_ratings_and_preferences()
    {
        ReviewData.WritePredictions(_folder, 5);
        foreach (var task in new[] { "rating", "pairwise" })
        {
            await using var review = await ReviewProcess.StartAsync(["anna", "bob"], _folder.FolderPath, "--task", task);
            foreach (var name in new[] { "anna", "bob" })
            {
                using var http = await review.EnterAsync(name);
                await AnswerAllAsync(http, task, 5);
            }
        }

        var ratings = _folder.In("evaluation/ratings.jsonl");
        var report = await CommandLine.RunAsync("evaluate", "report", _folder.In("a"), _folder.In("b"), "--ratings", ratings, "--preferences", ratings, "--out", _folder.In("report"));
        Assert.True(report.ExitCode == 0, report.Errors);
        var page = await File.ReadAllTextAsync(_folder.In("report/report.html"));
        Assert.Contains("Ratings by anna", page, StringComparison.Ordinal);
        Assert.Contains("anna, bob", page, StringComparison.Ordinal);
        Assert.Contains("Which response is better, by anna, bob", page, StringComparison.Ordinal);
    }

    [Fact(Timeout = 180_000)]
    public async Task Ratings_of_the_folder_of_an_evaluation_are_found_without_being_named()
    {
        ReviewData.WritePredictions(_folder, 4);
        await using (var review = await ReviewProcess.StartAsync(["anna"], _folder.In("a")))
        {
            using var http = await review.EnterAsync("anna");
            await AnswerAllAsync(http, "rating", 4);
        }

        var report = await CommandLine.RunAsync("evaluate", "report", _folder.In("a"), "--out", _folder.In("report"));
        Assert.True(report.ExitCode == 0, report.Errors);
        Assert.Contains("Ratings by anna", await File.ReadAllTextAsync(_folder.In("report/report.html")), StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public async Task Analyze_sets_the_answers_beside_the_papers_table_and_prepare_takes_the_edits()
    {
        var run = _folder.In("run");
        Assert.Equal(0, (await CommandLine.RunAsync("run", "--out", run, "--instructions", "12")).ExitCode);
        await using (var review = await ReviewProcess.StartAsync(["anna"], run, "--sample", "10"))
        {
            using var http = await review.EnterAsync("anna");
            await AnswerAllAsync(http, "quality", 10);
        }

        var rows = ReviewData.ReadLines(Path.Combine(run, "all_generated_instances.jsonl"));
        await using (var review = await ReviewProcess.StartAsync(["anna"], run, "--task", "edit"))
        {
            using var http = await review.EnterAsync("anna");
            await EditAsync(http, 0, rejected: false, "Mended by hand.");
            await EditAsync(http, 1, rejected: true, "x");
        }

        Assert.Equal(0, (await CommandLine.RunAsync("analyze", run)).ExitCode);
        var quality = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(run, "report", "statistics.json"))).RootElement.GetProperty("quality").EnumerateArray().Single();
        Assert.Equal(("anna", 10, 10, 10, 5, 5), (quality.GetProperty("rater").GetString(), Number("n"), Number("valid_task"), Number("input_appropriate"), Number("output_correct"), Number("all_valid")));
        Assert.Contains("Table 2", await File.ReadAllTextAsync(Path.Combine(run, "report", "report.md")), StringComparison.Ordinal);

        var before = File.ReadLines(Path.Combine(run, "finetuning", "alpaca.jsonl")).Count();
        await ExportFollowsAsync(run, before, "older-files.jsonl");
        var prepared = await CommandLine.RunAsync("prepare", "--out", run, "--instances", Path.Combine(run, "machine_generated_instances.jsonl"), "--classification", Path.Combine(run, "is_clf_or_not.jsonl"));
        Assert.True(prepared.ExitCode == 0, prepared.Errors);
        var alpaca = await File.ReadAllTextAsync(Path.Combine(run, "finetuning", "alpaca.jsonl"));
        Assert.Contains("Mended by hand.", alpaca, StringComparison.Ordinal);
        Assert.Equal(before - 1, alpaca.Count(static c => c == '\n'));
        Assert.Contains("\"rejected_in_review\"", await File.ReadAllTextAsync(Path.Combine(run, "rejected.jsonl")), StringComparison.Ordinal);
        Assert.Equal(rows.Select(static row => row.ToString()), ReviewData.ReadLines(Path.Combine(run, "all_generated_instances.jsonl")).Select(static row => row.ToString()));

        await ExportFollowsAsync(run, before, "younger-files.jsonl");

        int Number(string field) => quality.GetProperty(field).GetInt32();
    }

    /// <summary>Whether the fine-tuning files are older than the edits or younger.</summary>
    async Task ExportFollowsAsync(string run, int before, string name)
    {
        var file = _folder.In(name);
        var exported = await CommandLine.RunAsync("export", run, "--format", "alpaca", "--out", file, "--json");
        Assert.True(exported.ExitCode == 0, exported.Errors);
        var rows = ReviewData.ReadLines(file);
        Assert.Equal(before - 1, rows.Count);
        Assert.Single(rows, static row => row.GetProperty("output").GetString() == "Mended by hand.");
    }

    static async Task EditAsync(HttpClient http, int position, bool rejected, string output)
    {
        var item = await http.GetFromJsonAsync<JsonElement>($"/api/items/{position}");
        var body = new { key = Guid.NewGuid(), item = item.GetProperty("item").GetString(), before = (string?)null, rejected, instruction = item.GetProperty("instruction").GetString(), input = item.GetProperty("input").GetString(), output };
        (await http.PostAsJsonAsync("/api/edits", body)).EnsureSuccessStatusCode();
    }

    static async Task AnswerAllAsync(HttpClient http, string task, int items)
    {
        for (var position = 0; position < items; position++)
        {
            var item = await http.GetFromJsonAsync<JsonElement>($"/api/items/{position}");
            var handle = item.GetProperty("item").GetString();
            foreach (var text in item.GetProperty("texts").EnumerateArray().Take(task == "rating" ? 2 : 1))
            {
                var response = text.GetProperty("response").GetString();
                object body = task switch
                {
                    "quality" => new { key = Guid.NewGuid(), item = handle, valid_task = true, input_appropriate = true, output_correct = position % 2 == 0 },
                    "rating" => new { key = Guid.NewGuid(), item = handle, response, rating = "ABCD"[position % 4].ToString() },
                    _ => new { key = Guid.NewGuid(), item = handle, better = position % 2 == 0 ? response : "tie" },
                };
                (await http.PostAsJsonAsync("/api/ratings", body)).EnsureSuccessStatusCode();
            }
        }
    }
}
