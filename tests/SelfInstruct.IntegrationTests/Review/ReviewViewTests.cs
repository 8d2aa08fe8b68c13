using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests.Review;

/// <summary>How the page looks and is read aloud, and how fast it is. SELFINSTRUCT_SCREENSHOTS names a folder for pictures of every view.</summary>
public sealed class ReviewViewTests(ReviewBrowser browser) : IClassFixture<ReviewBrowser>, IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = 300_000)]
    [InlineData("light", 1280)]
    [InlineData("dark", 1280)]
    [InlineData("light", 390)]
    [InlineData("dark", 390)]
    public async Task Every_view_fits_its_window_and_names_all_it_shows(string scheme, int width)
    {
        Func<string, string> code = static model => $"Of {model}:\n\n```python\ndef area(width, height):\n\treturn width * height  # a line that is longer than a phone is wide, so that it must be scrolled\n```\n\n| name | grams |\n|------|-------|\n| pea  |     1 |\n\nThat is all.";
        ReviewData.WritePredictions(_folder, 4, (model, _) => code(model));
        ReviewData.WriteRows(_folder, 4, _ => code("nobody"));
        _folder.Write("rejected.jsonl", "{\"stage\":\"instructions\",\"text\":\"Say it.\",\"rule\":\"not_novel\",\"neighbour\":\"Say it now.\",\"score\":0.8,\"round\":1}\n");
        _folder.Write("machine_generated_instructions.jsonl", "{\"instruction\":\"Name a bird.\",\"most_similar\":{\"Name a tree.\":0.5},\"round\":1}\n");
        foreach (var task in new[] { "quality", "rating", "pairwise", "edit" })
        {
            await using var review = await ReviewProcess.StartAsync(["anna"], _folder.FolderPath, "--task", task, "--live");
            using (var anna = await review.EnterAsync("anna"))
            {
                await AnswerFirstAsync(anna, task);
            }

            var page = await browser.OpenAsync(review.Links["lead"], width, 844, scheme == "dark" ? ColorScheme.Dark : ColorScheme.Light);
            List<string> errors = [];
            page.Console += (_, message) => _ = message.Type == "error" ? AddTo(errors, message.Text) : 0;
            page.PageError += (_, error) => errors.Add(error);

            // A run is watched first where there is one.
            await CheckAsync(page, $"{task}-live", scheme, width);
            await page.TypeKeysAsync("v");
            await page.Locator(".item-head").WaitForAsync();
            await CheckAsync(page, task, scheme, width);
            await page.TypeKeysAsync("g", "x");
            await CheckAsync(page, $"{task}-guidelines", scheme, width);
            await page.TypeKeysAsync("g", "s");
            await CheckAsync(page, $"{task}-skip", scheme, width);
            await page.TypeKeysAsync("Escape", "l");
            await page.Locator("article.figures").WaitForAsync();
            await CheckAsync(page, $"{task}-lead", scheme, width);
            Assert.Empty(errors);
            await page.Context.CloseAsync();
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task Everything_that_can_be_pressed_has_a_name_and_a_role()
    {
        await using var review = await ReviewProcess.StartAsync([], ReviewData.WritePredictions(_folder, 2), "--task", "rating");
        var page = await browser.OpenAsync(review.Links["lead"]);
        var tree = await page.Locator("body").AriaSnapshotAsync();
        Assert.Contains("banner", tree, StringComparison.Ordinal);
        Assert.Contains("main", tree, StringComparison.Ordinal);
        Assert.Contains("progressbar \"Items done\"", tree, StringComparison.Ordinal);
        Assert.Contains("article \"Item 1 of 2\"", tree, StringComparison.Ordinal);
        Assert.Contains("region \"Response 1\"", tree, StringComparison.Ordinal);
        Assert.Contains("group \"Grade of response 1\"", tree, StringComparison.Ordinal);
        Assert.Contains("button \"A good\"", tree, StringComparison.Ordinal);
        Assert.Contains("combobox \"Show\"", tree, StringComparison.Ordinal);
        Assert.Contains("textbox \"Comment\"", tree, StringComparison.Ordinal);
        Assert.Contains("complementary \"Guidelines\"", tree, StringComparison.Ordinal);
        Assert.Contains("status", tree, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder.In("tree.txt"), tree);
        Keep("tree.txt", await File.ReadAllBytesAsync(_folder.In("tree.txt")));
        Assert.Empty(await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('button, input, select, textarea, a')].filter(e => !(e.textContent.trim() || e.labels?.length || e.getAttribute('aria-label'))).map(e => e.outerHTML)"));

        // The tab key alone reaches a grade.
        for (var i = 0; i < 30 && await page.EvaluateAsync<bool>("() => !document.activeElement.classList.contains('grade-A')"); i++)
        {
            await page.Keyboard.PressAsync("Tab");
        }

        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("grade-A", await page.EvaluateAsync<string>("() => document.activeElement.className"));
        await page.WaitUntilSavedAsync();
        Assert.Equal("A", ReviewData.ReadLines(_folder.In("evaluation/ratings.jsonl")).Single().TextOf("rating"));
    }

    [Fact(Timeout = 300_000)]
    public async Task With_ten_thousand_items_the_times_are_measured()
    {
        await using var review = await ReviewProcess.StartAsync(["anna"], ReviewData.WriteRows(_folder, 10_000), "--task", "quality", "--sample", "0");
        var page = await browser.OpenAsync(review.Links["anna"]);
        await page.ReloadAsync();
        await page.Locator(".item-head").WaitForAsync();
        var paint = await page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1");

        // From the key to the next item being on the page.
        var next = await page.EvaluateAsync<double[]>("""
            async () => {
              const times = [];
              for (let i = 0; i < 200; i++) {
                const before = document.querySelector('.id').textContent;
                const start = performance.now();
                dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }));
                while (document.querySelector('.id')?.textContent === before || !document.querySelector('.id')) await new Promise(resolve => setTimeout(resolve, 0));
                times.push(performance.now() - start);
              }
              return times.sort((a, b) => a - b);
            }
            """);
        await page.WaitUntilSavedAsync();
        TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture, $"10,000 items: first paint {paint:0} ms; next item median {next[100]:0.0} ms, 99th per cent {next[198]:0.0} ms"));
        Keep("times.txt", System.Text.Encoding.UTF8.GetBytes($"first paint {paint} ms; next item median {next[100]}, p95 {next[190]}, p99 {next[198]}, max {next[199]} ms\n"));
        Assert.Equal(200, ReviewData.ReadLines(_folder.In("evaluation/ratings.jsonl")).Select(static line => line.TextOf("id")).Distinct().Count());
    }

    static async Task AnswerFirstAsync(HttpClient http, string task)
    {
        var item = await http.GetFromJsonAsync<JsonElement>("/api/items/0");
        var (handle, text) = (item.GetProperty("item").GetString(), item.GetProperty("texts")[0].GetProperty("response").GetString());
        (string Path, object Body) post = task switch
        {
            "quality" => ("/api/ratings", new { key = $"answer-of-anna-{task}", item = handle, valid_task = true, input_appropriate = false, output_correct = true }),
            "rating" => ("/api/ratings", new { key = $"answer-of-anna-{task}", item = handle, response = text, rating = "B" }),
            "pairwise" => ("/api/ratings", new { key = $"answer-of-anna-{task}", item = handle, better = text }),
            _ => ("/api/edits", new { key = $"answer-of-anna-{task}", item = handle, before = (string?)null, rejected = false, instruction = "Changed.", input = "", output = "Changed, too." }),
        };
        (await http.PostAsJsonAsync(post.Path, post.Body)).EnsureSuccessStatusCode();
    }

    static async Task CheckAsync(IPage page, string view, string scheme, int width)
    {
        await page.Locator("article").First.WaitForAsync();
        var picture = await page.ScreenshotAsync(new PageScreenshotOptions { FullPage = width > 1000 || view.EndsWith("lead", StringComparison.Ordinal) });
        Keep($"{view}-{scheme}-{width}.png", picture);
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{view} is wider than {width} pixels.");
        Assert.NotEmpty(await page.Locator("#hints li").AllAsync());
    }

    static void Keep(string name, byte[] bytes)
    {
        if (Environment.GetEnvironmentVariable("SELFINSTRUCT_SCREENSHOTS") is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        }
    }

    static int AddTo(List<string> list, string text)
    {
        list.Add(text);
        return 0;
    }
}
