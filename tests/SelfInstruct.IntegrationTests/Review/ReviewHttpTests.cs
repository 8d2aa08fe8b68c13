using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests.Review;

/// <summary>The page's server as programs meet it.</summary>
public sealed class ReviewHttpTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task Who_may_not_ask_is_refused_by_its_own_status()
    {
        await using var review = await ReviewProcess.StartAsync(["anna"], ReviewData.WriteRows(_folder, 3), "--task", "quality");
        using var anna = await review.EnterAsync("anna");
        using var stranger = new HttpClient { BaseAddress = review.Address };
        var body = await RatingAsync(anna, 0);

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(stranger, "/"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(stranger, "/api/items"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(stranger, "/page/app.js"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(stranger, "/?token=wrong"));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await StatusAsync(anna, "/api/session", static request => request.Headers.Host = "evil.example"));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await StatusAsync(stranger, review.Links["anna"].PathAndQuery, static request => request.Headers.Host = "evil.example:80"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(anna, "/api/lead"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(anna, "/api/export.csv"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(anna, "/api/items?filter=disagreements"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(anna, "/api/items/0?adjudicate"));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(anna, body, static request => request.Headers.Add("Origin", "http://evil.example")));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(anna, body, static request => request.Headers.Add("Sec-Fetch-Site", "cross-site")));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PostAsync(anna, new string(' ', 300_000) + body));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PostAsync(anna, new string(' ', 300_000) + body, static request => request.Headers.TransferEncodingChunked = true));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, await PostAsync(anna, body, static request => request.Content!.Headers.ContentType = new("text/plain")));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(anna, "{"));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(anna, body.Replace("\"valid_task\":true", "\"valid_task\":null", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, await StatusAsync(anna, "/api/items", static request => request.Method = HttpMethod.Delete));
        anna.DefaultRequestHeaders.Remove("X-CSRF");
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(anna, body));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(anna, body, static request => request.Headers.Add("X-CSRF", "guess")));
        Assert.Empty(await File.ReadAllTextAsync(_folder.In("evaluation/ratings.jsonl")));
    }

    [Fact(Timeout = 120_000)]
    public async Task Nothing_but_the_page_is_served_and_nothing_says_too_much()
    {
        _folder.Write("secret.txt", "planted");
        await using var review = await ReviewProcess.StartAsync([], ReviewData.WriteRows(_folder, 3));
        using var lead = await review.EnterAsync("lead");
        foreach (var path in new[] { "/page/", "/page", "/api/", "/evaluation/annotators.json", "/secret.txt", "/page/..%2f..%2fsecret.txt", "/page/..%5csecret.txt", "/page/index.html.cs" })
        {
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(lead, path));
        }

        var page = await lead.GetAsync("/");
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", page.Headers.GetValues("Referrer-Policy").Single());
        Assert.False(page.Headers.Contains("Server"));
        Assert.DoesNotContain("http", (await page.Content.ReadAsStringAsync()).Replace("<!doctype html>", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_token_becomes_a_cookie_that_scripts_cannot_read_and_is_nowhere_on_the_disk()
    {
        await using var review = await ReviewProcess.StartAsync(["anna"], ReviewData.WriteRows(_folder, 3));
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        var entered = await http.GetAsync(review.Links["anna"]);
        Assert.Equal((HttpStatusCode.SeeOther, "/"), (entered.StatusCode, entered.Headers.Location!.OriginalString));
        var cookie = entered.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        var token = review.Links["anna"].Query["?token=".Length..];
        Assert.Contains(token, cookie, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(_folder.FolderPath, "*", SearchOption.AllDirectories).Where(static file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            Assert.DoesNotContain(token, await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Links_outlive_a_restart_and_Ctrl_C_ends_with_zero()
    {
        var port = $"{ReviewProcess.FindFreePort()}";
        Uri link;
        await using (var first = await ReviewProcess.StartAsync(["anna"], ReviewData.WriteRows(_folder, 3), "--port", port, "--json"))
        {
            link = first.Links["anna"];
            var ended = await first.InterruptAsync();
            Assert.Equal((0, "review", 3), (ended.ExitCode, ended.Json.GetProperty("command").GetString(), ended.Json.GetProperty("items").GetInt32()));
        }

        await using var second = await ReviewProcess.StartAsync([], _folder.FolderPath, "--port", port);
        second.Links["anna"] = link;
        using var anna = await second.EnterAsync("anna");
        Assert.Equal("anna", (await anna.GetFromJsonAsync<JsonElement>("/api/session")).GetProperty("name").GetString());
    }

    [Fact(Timeout = 240_000)]
    public async Task Twenty_annotators_at_once_lose_no_rating_and_repeats_are_one()
    {
        string[] people = [.. Enumerable.Range(0, 20).Select(static i => $"person{i}")];
        await using var review = await ReviewProcess.StartAsync(people, ReviewData.WriteRows(_folder, 30), "--task", "quality");
        var acknowledged = await Task.WhenAll(people.Select(async name =>
        {
            using var http = await review.EnterAsync(name);
            List<string> keys = [];
            for (var position = 0; position < 30; position++)
            {
                var body = await RatingAsync(http, position);

                // As a page does whose first answer was lost on the way.
                var answers = await Task.WhenAll(PostForKeyAsync(http, body), PostForKeyAsync(http, body));
                Assert.Equal(answers[0], answers[1]);
                keys.Add($"{name} {answers[0]}");
            }

            return keys;
        }));
        var lines = ReviewData.ReadLines(_folder.In("evaluation/ratings.jsonl")).Select(static line => $"{line.GetProperty("rater").GetString()} {line.GetProperty("key").GetString()}").ToList();
        Assert.Equal(600, lines.Count);
        Assert.Equal(acknowledged.SelectMany(static keys => keys).Order(StringComparer.Ordinal), lines.Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = 120_000)]
    public async Task An_annotator_is_told_nothing_of_models_and_nothing_of_others()
    {
        ReviewData.WritePredictions(_folder, 4, static (_, i) => $"Answer {i}");
        Directory.Move(_folder.In("a"), _folder.In("hidden-model-one"));
        Directory.Move(_folder.In("b"), _folder.In("hidden-model-two"));
        foreach (var task in new[] { "rating", "pairwise" })
        {
            await using var review = await ReviewProcess.StartAsync(["anna", "zelda"], _folder.FolderPath, "--task", task);
            using var anna = await review.EnterAsync("anna");
            using var zelda = await review.EnterAsync("zelda");
            await AnswerAsync(zelda, task);
            for (var position = 0; position < 4; position++)
            {
                var item = await anna.GetStringAsync($"/api/items/{position}");
                Assert.DoesNotContain("hidden-model", item, StringComparison.Ordinal);
                Assert.DoesNotContain("zelda", item, StringComparison.Ordinal);
            }

            using var lead = await review.EnterAsync("lead");
            Assert.Contains("hidden-model-one", await lead.GetStringAsync("/api/items/0?adjudicate"), StringComparison.Ordinal);
            Assert.Contains("zelda", string.Concat(await Task.WhenAll(Enumerable.Range(0, 4).Select(position => lead.GetStringAsync($"/api/items/{position}?adjudicate")))), StringComparison.Ordinal);
        }

        static async Task AnswerAsync(HttpClient http, string task)
        {
            var item = await http.GetFromJsonAsync<JsonElement>("/api/items/0");
            var (handle, response) = (item.GetProperty("item").GetString(), item.GetProperty("texts")[0].GetProperty("response").GetString());
            object body = task == "rating" ? new { key = $"key-of-{task}", item = handle, response, rating = "A" } : new { key = $"key-of-{task}", item = handle, better = response };
            (await http.PostAsJsonAsync("/api/ratings", body)).EnsureSuccessStatusCode();
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_second_review_of_the_folder_and_a_bad_option_say_what_to_do()
    {
        await using var review = await ReviewProcess.StartAsync([], ReviewData.WriteRows(_folder, 3));
        var second = await CommandLine.RunAsync("review", _folder.FolderPath, "--port", "0");
        Assert.Equal(2, second.ExitCode);
        Assert.Contains("another review", second.Errors, StringComparison.Ordinal);
        var taken = await CommandLine.RunAsync("review", _folder.FolderPath, "--task", "rating", "--port", "0");
        Assert.Equal(2, taken.ExitCode);
        Assert.Contains("--predictions", taken.Errors, StringComparison.Ordinal);
        Assert.Equal(2, (await CommandLine.RunAsync("review", _folder.In("nowhere"), "--port", "0")).ExitCode);
        Assert.Equal(2, (await CommandLine.RunAsync("review", _folder.FolderPath, "--port", "70000")).ExitCode);
        Assert.Equal(2, (await CommandLine.RunAsync("review", _folder.FolderPath, "--task", "guess")).ExitCode);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_edit_of_a_row_that_another_changed_meanwhile_is_refused()
    {
        await using var review = await ReviewProcess.StartAsync(["anna", "bob"], ReviewData.WriteRows(_folder, 1), "--task", "edit");
        using var anna = await review.EnterAsync("anna");
        using var bob = await review.EnterAsync("bob");
        var item = (await anna.GetFromJsonAsync<JsonElement>("/api/items/0")).GetProperty("item").GetString();
        Assert.Equal(HttpStatusCode.OK, (await SaveAsync(anna, "edit-of-anna", null)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SaveAsync(anna, "edit-of-anna", null)).StatusCode);
        var refused = await SaveAsync(bob, "edit-of-bob-1", null);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("anna", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await SaveAsync(bob, "edit-of-bob-2", "edit-of-anna")).StatusCode);
        Assert.Equal(["edit-of-anna", "edit-of-bob-2"], ReviewData.ReadLines(_folder.In("edits.jsonl")).Select(static line => line.GetProperty("key").GetString()));

        Task<HttpResponseMessage> SaveAsync(HttpClient http, string key, string? before) =>
            http.PostAsJsonAsync("/api/edits", new { key, item, before, rejected = false, instruction = "Do it.", input = "", output = $"Done ({key})." });
    }

    [Fact(Timeout = 120_000)]
    public async Task A_run_in_progress_is_watched_without_its_lock()
    {
        _folder.Write("seeds.jsonl", "{\"id\":\"seed_0\",\"name\":\"n\",\"instruction\":\"Say something.\",\"instances\":[{\"input\":\"\",\"output\":\"Something.\"}],\"is_classification\":false}\n");
        await using var review = await ReviewProcess.StartAsync([], _folder.In("run"), "--live");
        using var lead = await review.EnterAsync("lead");
        using var events = new StreamReader(await lead.GetStreamAsync("/api/live"));
        Assert.Equal("none", (await NextAsync(events)).GetProperty("state").GetString());
        var run = CommandLine.RunAsync("run", "--out", _folder.In("run"), "--instructions", "40");
        JsonElement seen;
        do
        {
            seen = await NextAsync(events);
        }
        while (seen.GetProperty("state").GetString() != "complete");
        var result = await run;
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(40, seen.GetProperty("accepted").GetInt32());
        Assert.Equal(File.ReadLines(_folder.In("run/rejected.jsonl")).Count(), seen.GetProperty("rejected").GetInt32());
        Assert.Equal(10, seen.GetProperty("newest").GetArrayLength());
        Assert.Equal(File.ReadLines(_folder.In("run/completions.jsonl")).Count(), seen.GetProperty("calls").GetInt32());
        Assert.Equal(0, seen.GetProperty("cost_usd").GetDouble());
        Assert.All(seen.GetProperty("left").EnumerateArray(), static line => Assert.NotEmpty(line.GetProperty("rule").GetString()!));
    }

    static async Task<JsonElement> NextAsync(StreamReader events)
    {
        while (await events.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return JsonDocument.Parse(line["data: ".Length..]).RootElement;
            }
        }

        throw new InvalidOperationException("The stream ended.");
    }

    static async Task<string> RatingAsync(HttpClient http, int position)
    {
        var item = await http.GetFromJsonAsync<JsonElement>($"/api/items/{position}");
        return $"{{\"key\":\"{Guid.NewGuid()}\",\"item\":\"{item.GetProperty("item").GetString()}\",\"valid_task\":true,\"input_appropriate\":true,\"output_correct\":false,\"seconds\":1.5}}";
    }

    static async Task<string?> PostForKeyAsync(HttpClient http, string body)
    {
        var answer = await http.PostAsync("/api/ratings", new StringContent(body, Encoding.UTF8, "application/json"));
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("saved").GetString();
    }

    static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        change?.Invoke(request);
        return (await http.SendAsync(request)).StatusCode;
    }

    static async Task<HttpStatusCode> PostAsync(HttpClient http, string body, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/ratings") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        change?.Invoke(request);
        return (await http.SendAsync(request)).StatusCode;
    }
}
