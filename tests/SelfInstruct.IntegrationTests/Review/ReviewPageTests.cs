using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using SelfInstruct.Cli;
using SelfInstruct.Evaluation.Judging;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests.Review;

/// <summary>The page as people use it: by keyboard, in a browser.</summary>
public sealed class ReviewPageTests(ReviewBrowser browser) : IClassFixture<ReviewBrowser>, IDisposable
{
    const string ActiveResponse = """
        () => { const active = document.querySelector('.response.active'); return active ? [document.querySelector('.id').textContent, active.querySelector('.text').textContent] : null; }
        """;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Two_people_rate_by_keyboard_faster_than_it_saves_while_the_server_is_killed_and_no_rating_is_lost_or_doubled()
    {
        const int Questions = 40;
        string[] arguments = [ReviewData.WritePredictions(_folder, Questions), "--task", "rating", "--port", $"{ReviewProcess.FindFreePort()}"];
        var first = await ReviewProcess.StartAsync(["anna", "bob"], arguments);
        ConcurrentBag<string> acknowledged = [];
        var killed = new TaskCompletionSource();
        ReviewProcess? second = null;
        try
        {
            var pages = await Task.WhenAll(new[] { "anna", "bob" }.Select(async name => (Name: name, Page: await OpenSlowAsync(first.Links[name], acknowledged))));
            var rating = Task.WhenAll(pages.Select(person => RateAllAsync(person.Name, person.Page, 2 * Questions, killed.Task)));
            while (acknowledged.Count < 50)
            {
                await Task.Delay(5);
            }

            // Answers of both are on their way, and half of all is still to be typed, some of it with no server there.
            await first.KillAsync();
            killed.SetResult();
            await Task.Delay(300);
            second = await ReviewProcess.StartAsync([], arguments);
            await rating;
            foreach (var (_, page) in pages)
            {
                await page.WaitForFunctionAsync("() => document.getElementById('saving').dataset.unsaved === '0'", null, new PageWaitForFunctionOptions { Timeout = 60_000 });
            }

            var lines = ReviewData.ReadLines(_folder.In("evaluation/ratings.jsonl"));
            var keys = lines.ConvertAll(static line => line.GetProperty("key").GetString()!);
            Assert.Equal(keys.Count, keys.Distinct().Count());
            Assert.Subset(keys.ToHashSet(), acknowledged.ToHashSet());
            Assert.Equal(
                from name in new[] { "anna", "bob" } from question in Enumerable.Range(0, Questions) from model in new[] { "a", "b" } select $"{name} question_{question} {model} {GradeOf(name, $"Thing {question} of {model}")}",
                lines.Select(static line => $"{line.TextOf("rater")} {line.TextOf("id")} {line.TextOf("model")} {line.TextOf("rating")}").OrderBy(static line => line.Split(' ')[0], StringComparer.Ordinal)
                    .ThenBy(static line => int.Parse(line.Split(' ')[1]["question_".Length..], CultureInfo.InvariantCulture)).ThenBy(static line => line.Split(' ')[2], StringComparer.Ordinal));
            await AgreementIsTheLibrarysAsync(second);
        }
        finally
        {
            await first.DisposeAsync();
            await (second?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task What_a_model_wrote_is_text_whatever_it_is()
    {
        foreach (var (task, folder) in new[] { ("quality", ReviewData.WriteRows(_folder, 2, static _ => ReviewData.Planted)), ("pairwise", ReviewData.WritePredictions(_folder, 2, static (_, _) => ReviewData.Planted)) })
        {
            await using var review = await ReviewProcess.StartAsync([], folder, "--task", task);
            var page = await browser.OpenAsync(review.Links["lead"]);
            List<string> requests = [];
            page.Request += (_, request) => requests.Add(request.Url);
            await page.Keyboard.PressAsync("x");
            var shown = await page.Locator("main").InnerTextAsync();
            Assert.Contains("<script>window.planted = 1</script><img src=x onerror=\"window.planted = 1\">", shown, StringComparison.Ordinal);
            Assert.Contains("ESC[31mred", shown, StringComparison.Ordinal);
            Assert.Contains("leftRLOright", shown, StringComparison.Ordinal);
            Assert.DoesNotContain('\u001b', shown);
            Assert.DoesNotContain('\u202E', shown);
            Assert.True(await page.EvaluateAsync<bool>("() => window.planted === undefined && document.querySelectorAll('main script, main img, main b').length === 0"));
            Assert.All(requests, url => Assert.StartsWith(review.Address.AbsoluteUri, url, StringComparison.Ordinal));
            await page.Context.CloseAsync();
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task An_answer_can_be_changed_skipped_and_commented_and_the_page_goes_on_where_one_left_off()
    {
        await using var review = await ReviewProcess.StartAsync(["anna"], ReviewData.WriteRows(_folder, 4), "--task", "quality");
        var page = await browser.OpenAsync(review.Links["anna"]);
        await page.TypeKeysAsync("y", "y", "n");
        await page.TypeKeysAsync("a");
        await page.TypeKeysAsync("ArrowLeft");
        Assert.Contains("answered", await page.Locator(".item-head").InnerTextAsync(), StringComparison.Ordinal);
        await page.TypeKeysAsync("/");
        await page.Keyboard.TypeAsync("second thoughts, y n s");
        await page.TypeKeysAsync("Escape", "n", "y", "y");
        await page.TypeKeysAsync("s", "2");
        await page.WaitUntilSavedAsync();
        var log = ReviewData.ReadLines(_folder.In("evaluation/ratings.jsonl"));
        Assert.Equal(["true true false", "true true true", "false true true", "skipped I lack the knowledge"], log.Select(static line => line.TryGetProperty("skipped", out var reason)
            ? $"skipped {reason.GetString()}"
            : string.Join(' ', new[] { "valid_task", "input_appropriate", "output_correct" }.Select(field => line.GetProperty(field).GetBoolean() ? "true" : "false"))));
        Assert.Equal("second thoughts, y n s", log[2].TextOf("comment"));
        Assert.Equal(log[1].TextOf("id"), log[2].TextOf("id"));

        // A comment to an answer that was given before is saved when one goes on; an empty one takes it back.
        await page.TypeKeysAsync("ArrowLeft", "ArrowLeft", "/", "Control+A", "Delete", "Escape", "ArrowRight");
        await page.WaitUntilSavedAsync();
        var last = ReviewData.ReadLines(_folder.In("evaluation/ratings.jsonl"))[^1];
        Assert.Equal((log[2].TextOf("id"), false), (last.TextOf("id"), last.TryGetProperty("comment", out _)));
        Assert.False(last.GetProperty("valid_task").GetBoolean());

        await page.ReloadAsync();
        await page.Locator("article").First.WaitForAsync();
        Assert.Equal("1 / 1", await page.Locator(".item-head h2").InnerTextAsync());
        Assert.DoesNotContain(await page.Locator(".id").InnerTextAsync(), log.Select(static line => line.TextOf("id")));
    }

    [Fact(Timeout = 180_000)]
    public async Task The_lead_settles_a_disagreement_and_exports()
    {
        await using var review = await ReviewProcess.StartAsync(["anna", "bob"], ReviewData.WritePredictions(_folder, 3), "--task", "pairwise");
        foreach (var (name, first) in new[] { ("anna", "a"), ("bob", "b") })
        {
            var page = await browser.OpenAsync(review.Links[name]);
            for (var i = 0; i < 3; i++)
            {
                // They differ on question_1 alone.
                var question = await page.Locator(".id").InnerTextAsync();
                var better = question == "question_1" ? first : "a";
                var text = await page.Locator("section.response .text").First.InnerTextAsync();
                await page.TypeKeysAsync(text.EndsWith($"of {better}", StringComparison.Ordinal) ? "1" : "2");
            }

            await page.WaitUntilSavedAsync();
            await page.Context.CloseAsync();
        }

        var lead = await browser.OpenAsync(review.Links["lead"]);
        await lead.TypeKeysAsync("l");
        await lead.GetByText("1 disagreements are open").WaitForAsync();
        await lead.GetByRole(AriaRole.Button, new() { Name = "Settle them" }).ClickAsync();
        await lead.GetByText("The others").WaitForAsync();
        Assert.Equal("question_1", await lead.Locator(".id").InnerTextAsync());
        await lead.TypeKeysAsync("t");
        await lead.WaitUntilSavedAsync();
        var settled = ReviewData.ReadLines(_folder.In("evaluation/ratings.jsonl"))[^1];
        Assert.Equal(("adjudicated:lead", "question_1", "tie"), (settled.TextOf("rater"), settled.TextOf("id"), settled.TextOf("verdict")));

        using var http = await review.EnterAsync("lead");
        var figures = await http.GetFromJsonAsync<JsonElement>("/api/lead");
        Assert.Equal((0, 1), (figures.GetProperty("disagreements").GetInt32(), figures.GetProperty("settled").GetInt32()));
        Assert.Equal(7, (await http.GetStringAsync("/api/export.jsonl")).Count(static c => c == '\n'));
        Assert.Equal(8, (await http.GetStringAsync("/api/export.csv")).Count(static c => c == '\n'));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_mended_row_is_a_new_entry_and_the_models_text_stays()
    {
        await using var review = await ReviewProcess.StartAsync(["anna"], ReviewData.WriteRows(_folder, 3), "--task", "edit");
        var before = await File.ReadAllTextAsync(_folder.In("all_generated_instances.jsonl"));
        var page = await browser.OpenAsync(review.Links["anna"]);
        await page.TypeKeysAsync("o");
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("A better output.");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.TypeKeysAsync("r", "k");
        await page.WaitUntilSavedAsync();
        var edits = ReviewData.ReadLines(_folder.In("edits.jsonl"));
        Assert.Equal(3, edits.Count);
        Assert.Equal(("A better output.", "anna"), (edits[0].TextOf("output"), edits[0].TextOf("author")));
        Assert.Equal([false, true, false], edits.Select(static edit => edit.GetProperty("rejected").GetBoolean()));
        Assert.Equal(before, await File.ReadAllTextAsync(_folder.In("all_generated_instances.jsonl")));
    }

    [Fact(Timeout = 180_000)]
    public async Task Leaving_with_unsaved_answers_warns_and_coming_back_sends_them()
    {
        await using var review = await ReviewProcess.StartAsync(["anna"], ReviewData.WriteRows(_folder, 3), "--task", "quality");
        var page = await browser.OpenAsync(review.Links["anna"]);
        await page.RouteAsync("**/api/ratings", static route => route.AbortAsync());
        await page.TypeKeysAsync("a", "a");
        await page.GetByText("2 unsaved").WaitForAsync();
        var asked = new TaskCompletionSource<string>();
        page.Dialog += async (_, dialog) =>
        {
            asked.TrySetResult(dialog.Type);
            await dialog.AcceptAsync();
        };
        var closed = page.CloseAsync(new PageCloseOptions { RunBeforeUnload = true });
        Assert.Equal("beforeunload", await asked.Task.WaitAsync(TimeSpan.FromSeconds(20)));
        await closed;

        var again = await page.Context.NewPageAsync();
        await again.GotoAsync(review.Address.AbsoluteUri);
        await again.WaitUntilSavedAsync();
        Assert.Equal(2, ReviewData.ReadLines(_folder.In("evaluation/ratings.jsonl")).Count);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_link_on_another_site_opens_the_page()
    {
        await using var review = await ReviewProcess.StartAsync([], ReviewData.WriteRows(_folder, 2));
        var elsewhere = await browser.OpenAsync(new Uri($"data:text/html,<article><a href=\"{review.Links["lead"].AbsoluteUri}\">review</a></article>"));
        await elsewhere.GetByText("review").ClickAsync();
        await elsewhere.Locator(".item-head").WaitForAsync();
        Assert.Equal(review.Address.AbsoluteUri, new Uri(elsewhere.Url).GetLeftPart(UriPartial.Path));
        Assert.DoesNotContain("token", elsewhere.Url, StringComparison.Ordinal);
    }

    /// <summary>Saves take longer than a key.</summary>
    async Task<IPage> OpenSlowAsync(Uri link, ConcurrentBag<string> acknowledged)
    {
        var page = await browser.OpenAsync(link);
        await page.RouteAsync("**/api/ratings", static async route =>
        {
            await Task.Delay(40);
            await route.ContinueAsync();
        });
        page.RequestFinished += async (_, request) =>
        {
            if (request.Method == "POST" && await request.ResponseAsync() is { Ok: true } response)
            {
                acknowledged.Add((await response.JsonAsync())!.Value.GetProperty("saved").GetString()!);
            }
        };
        return page;
    }

    static async Task RateAllAsync(string name, IPage page, int ratings, Task killed)
    {
        for (var i = 0; i < ratings; i++)
        {
            if (i == ratings / 2)
            {
                await killed;
            }

            string[]? active;
            while ((active = await page.EvaluateAsync<string[]?>(ActiveResponse)) is null)
            {
                // The next items come from the server, which is down for a moment.
                await Task.Delay(20);
            }

            await page.Keyboard.PressAsync(GradeOf(name, active[1]).ToLowerInvariant());
        }
    }

    /// <summary>A person's opinion, settled by the text alone; the two mostly agree.</summary>
    static string GradeOf(string name, string text)
    {
        var sum = text.Sum(static c => c);
        return "ABCD"[(sum + (name == "bob" && sum % 3 == 0 ? 1 : 0)) % 4].ToString();
    }

    async Task AgreementIsTheLibrarysAsync(ReviewProcess review)
    {
        using var http = await review.EnterAsync("lead");
        var figures = await http.GetFromJsonAsync<JsonElement>("/api/lead");
        var table = new RatingTable(PredictionFiles.ReadRatings(_folder.In("evaluation/ratings.jsonl")));
        var expected = Assert.Single(table.Agreements());
        var scales = figures.GetProperty("agreement").EnumerateArray().ToDictionary(static one => one.GetProperty("scale").GetString()!);
        Assert.Equal(80, scales["grade"].GetProperty("n").GetInt32());
        Assert.Equal(expected.Kappa!.Value, scales["grade"].GetProperty("kappa").GetDouble(), 12);
        Assert.Equal(expected.LinearKappa!.Value, scales["grade"].GetProperty("linear_kappa").GetDouble(), 12);
        Assert.Equal(expected.QuadraticKappa!.Value, scales["grade"].GetProperty("quadratic_kappa").GetDouble(), 12);
        Assert.Equal(Math.Abs(expected.Spearman!.Value), Math.Abs(scales["grade"].GetProperty("spearman").GetDouble()), 12);
        Assert.Equal(expected.BinaryKappa!.Value, scales["A or B"].GetProperty("kappa").GetDouble(), 12);
        Assert.Equal(table.Alpha()!.Value, figures.GetProperty("alpha")[0].GetProperty("alpha").GetDouble(), 12);
        Assert.True(expected.Kappa < 1);
    }

}
