using System.Text.Json;
using SelfInstruct.Evaluation;
using SelfInstruct.Tasks;
using SelfInstruct.Tests;
using SelfInstruct.Tests.Models;

namespace SelfInstruct.IntegrationTests;

/// <summary>Evaluation sets put to models, as a user does it: files, table, exit codes, and kill -9 in the middle.</summary>
public sealed class EvaluationRunTests : IDisposable
{
    const int Instances = 12;

    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 120_000)]
    public async Task Superni_leaves_predictions_and_scores_and_its_table_adds_up()
    {
        using var server = Server();
        var run = await SuperNIAsync(server, "out", "--max-instances", "5");
        Assert.Equal(0, run.ExitCode);
        var lines = Predictions("out");
        Assert.Equal(15, lines.Count);
        Assert.All(lines, static line => Assert.Contains(line.References, line.Target.Equals));
        Assert.StartsWith("Definition: ", lines[0].Prompt, StringComparison.Ordinal);
        Assert.Equal("evaluate superni", run.Json.GetProperty("command").GetString());
        CheckSums(run.Json);

        // The scripted model answers the first task correctly, the second in part, the third never.
        var model = run.Json.GetProperty("models")[0];
        Assert.Equal(["textual_entailment", "title_generation", "something_else"], model.GetProperty("categories").EnumerateArray().Select(static category => category.GetProperty("name").GetString()));
        Assert.Equal([100.0, 0, 0], model.GetProperty("categories").EnumerateArray().Select(static category => category.GetProperty("exact_match").GetDouble()));
        Assert.Equal(66.6667, model.GetProperty("categories")[1].GetProperty("rouge_l").GetDouble());
        var scores = JsonDocument.Parse(File.ReadAllBytes(In("out", "scores.json"))).RootElement;
        Assert.Equal(model.GetProperty("rouge_l").GetDouble(), scores.GetProperty("rouge_l").GetDouble());

        // What was written is measured alike by the command for predictions.
        var again = await CommandLine.RunAsync("evaluate", "predictions", In("out", "predictions.jsonl"), "--json");
        Assert.Equal(model.GetProperty("rouge_l").GetDouble(), again.Json.GetProperty("models")[0].GetProperty("rouge_l").GetDouble());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_killed_evaluation_gives_the_same_files_and_asks_nothing_twice()
    {
        using var quick = Server();
        Assert.Equal(0, (await SuperNIAsync(quick, "whole")).ExitCode);
        using var slow = Server(TimeSpan.FromMilliseconds(40));
        foreach (var completions in new[] { 3, 20 })
        {
            using var process = CommandLine.Start(null, SuperNI(slow, "killed"));
            await CommandLine.KillAfterLinesAsync(process, In("killed", "completions.jsonl"), completions);
            Assert.False(File.Exists(In("killed", "predictions.jsonl")));
        }

        Assert.Equal(0, (await SuperNIAsync(slow, "killed")).ExitCode);
        foreach (var file in new[] { "predictions.jsonl", "scores.json" })
        {
            Assert.Equal(File.ReadAllText(In("whole", file)), File.ReadAllText(In("killed", file)));
        }

        Assert.Equal(3 * Instances, File.ReadLines(In("killed", "completions.jsonl")).Count());
        var asked = slow.Requests;
        Assert.Equal(0, (await SuperNIAsync(slow, "killed")).ExitCode);
        Assert.Equal(asked, slow.Requests);
    }

    [Fact(Timeout = 600_000)]
    public async Task The_starter_answers_all_eight_published_tasks_and_the_table_adds_up()
    {
        Repository.ConformanceFile("superni", "splits", "default", "test_tasks.txt");
        string[] command = ["evaluate", "superni", Path.Combine(Repository.Conformance, "superni"), "--model", "starter", "--max-tokens", "24", "--json"];
        using (var process = CommandLine.Start(null, [.. command, "--out", _folder.In("killed")]))
        {
            await CommandLine.KillAfterLinesAsync(process, In("killed", "completions.jsonl"), 100);
        }

        var run = await CommandLine.RunAsync([.. command, "--out", _folder.In("killed")]);
        var whole = await CommandLine.RunAsync([.. command, "--out", _folder.In("whole")]);
        Assert.Equal((0, 0), (run.ExitCode, whole.ExitCode));
        Assert.Equal(File.ReadAllText(In("whole", "predictions.jsonl")), File.ReadAllText(In("killed", "predictions.jsonl")));
        Assert.Equal(8, run.Json.GetProperty("models")[0].GetProperty("tasks").GetArrayLength());
        Assert.Equal(800, run.Json.GetProperty("models")[0].GetProperty("n").GetInt32());
        CheckSums(run.Json);
        Assert.Contains("111 tasks of the split are not in the folder", run.Errors, StringComparison.Ordinal);
        Assert.Contains("end in […]", run.Output, StringComparison.Ordinal);
        Assert.Equal(run.Json.GetProperty("cut_inputs").GetInt32(), Predictions("killed").Count(static line => line.CutInput > 0));
    }

    [Fact(Timeout = 120_000)]
    public async Task User_oriented_tasks_are_put_as_the_published_predictions_were()
    {
        var tasks = _folder.Write("tasks.jsonl", """
            {"id":"u0","motivation_app":"Mail","instruction":"Say yes.","instances":[{"input":"now","output":"yes"}]}
            {"id":"u1","motivation_app":"Maps","instruction":"Say no.","instances":[{"input":"","output":"no"}]}

            """);
        using var server = new LoopbackServer(static _ => Chat("yes"));
        var run = await CommandLine.RunAsync("evaluate", "user-oriented", "--tasks", tasks, "--model", "openai:m", "--endpoint", server.Address.AbsoluteUri, "--out", _folder.In("u"), "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["Say yes.\n\nInput: now\nOutput:", "Say no.\nOutput:"], Predictions("u").Select(static line => line.Prompt));
        Assert.Equal(["Mail", "Maps"], run.Json.GetProperty("categories").EnumerateArray().Select(static category => category.GetProperty("name").GetString()));
        Assert.Equal(50, run.Json.GetProperty("models")[0].GetProperty("exact_match").GetDouble());
    }

    [Fact(Timeout = 120_000)]
    public async Task The_cost_is_estimated_before_and_held_while_it_runs()
    {
        using var server = Server();
        string[] prices = ["--prompt-price", "1", "--completion-price", "10000"];
        var dry = await SuperNIAsync(server, "out", [.. prices, "--dry-run"]);
        Assert.Equal((0, 0), (dry.ExitCode, server.Requests));
        Assert.True(dry.Json.GetProperty("max_cost_usd").GetDouble() > 100);
        Assert.Contains("US dollars", dry.Errors, StringComparison.Ordinal);
        Assert.Equal(3, (await SuperNIAsync(server, "out", [.. prices, "--max-cost", "0.5"])).ExitCode);
        Assert.InRange(server.Requests, 8, 10);
        Assert.Equal(0, (await SuperNIAsync(server, "out")).ExitCode);
        Assert.Equal(3 * Instances, server.Requests);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("no such folder", "evaluate", "superni", "/nowhere/at/all", "--model", "starter")]
    [InlineData("--positive-examples is -1", "evaluate", "superni", ".", "--model", "starter", "--positive-examples", "-1")]
    [InlineData("no such file", "evaluate", "user-oriented", "--tasks", "/nowhere.jsonl", "--model", "starter")]
    [InlineData("--max-cost needs", "evaluate", "user-oriented", "--model", "openai:m", "--max-cost", "1", "--tasks", "TASKS")]
    [InlineData("Option '--model' is required", "evaluate", "user-oriented")]
    [InlineData("holds no predictions.jsonl", "evaluate", "report", ".")]
    public async Task What_is_wrong_is_named(string error, params string[] command)
    {
        var tasks = _folder.Write("tasks.jsonl", "{\"id\":\"u0\",\"motivation_app\":\"Mail\",\"instruction\":\"Say yes.\",\"instances\":[{\"output\":\"yes\"}]}\n");
        var run = await CommandLine.RunAsync([.. command.Select(word => word == "TASKS" ? tasks : word == "." ? _folder.FolderPath : word)]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(error, run.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    static void CheckSums(JsonElement json)
    {
        var model = json.GetProperty("models")[0];
        foreach (var parts in new[] { "categories", "tasks" })
        {
            var groups = model.GetProperty(parts).EnumerateArray().ToList();
            Assert.Equal(model.GetProperty("n").GetInt32(), groups.Sum(static group => group.GetProperty("n").GetInt32()));
            foreach (var measure in new[] { "rouge_l", "exact_match" })
            {
                var mean = groups.Sum(group => group.GetProperty("n").GetInt32() * group.GetProperty(measure).GetDouble()) / model.GetProperty("n").GetInt32();
                Assert.Equal(model.GetProperty(measure).GetDouble(), mean, 1e-4);
            }
        }
    }

    static LoopbackAnswer Chat(string text) =>
        new(200, $$$"""{"choices":[{"message":{"role":"assistant","content":{{{JsonSerializer.Serialize(text)}}}},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5}}""");

    /// <summary>Knows the first task, half of the second and nothing of the third.</summary>
    static LoopbackServer Server(TimeSpan pause = default) => new(request =>
    {
        Task.Delay(pause).Wait();
        using var json = JsonDocument.Parse(request.Body);
        var prompt = json.RootElement.GetProperty("messages")[0].GetProperty("content").GetString()!;
        var number = prompt.Split("Input: number ")[1].Split('.')[0];
        return Chat(prompt.Contains("Say whether", StringComparison.Ordinal) ? number + "!" : prompt.Contains("Name it", StringComparison.Ordinal) ? $"title {number}" : "");
    });

    string[] SuperNI(LoopbackServer server, string name, params string[] more) =>
        ["evaluate", "superni", WriteTasks(), "--model", "openai:m", "--endpoint", server.Address.AbsoluteUri, "--concurrency", "4", "--out", _folder.In(name), "--json", .. more];

    Task<CommandLine> SuperNIAsync(LoopbackServer server, string name, params string[] more) => CommandLine.RunWithKeyAsync(null, SuperNI(server, name, more));

    string WriteTasks()
    {
        Directory.CreateDirectory(_folder.In("set/tasks"));
        Write("task1_a", "Title Generation", "Name it", static i => [$"nothing of the kind", $"a title number {i}"]);
        Write("task2_b", "Textual Entailment", "Say whether it is so", static i => ["neither", $"{i}"]);
        Write("task3_c", "Something Else", "Do what you can", static i => [$"word {i}"]);
        return _folder.In("set");

        void Write(string name, string category, string definition, Func<int, string[]> outputs) => File.WriteAllText(
            Path.Combine(_folder.In("set/tasks"), name + ".json"),
            JsonSerializer.Serialize(new Dictionary<string, object>
            {
                ["Categories"] = new[] { category },
                ["Definition"] = new[] { definition },
                ["Positive Examples"] = Array.Empty<object>(),
                ["Instances"] = Enumerable.Range(0, Instances).Select(i => new { id = $"{name}-{i}", input = $"number {i}", output = outputs(i) }),
            }));
    }

    List<PredictionLineOnDisk> Predictions(string name) =>
    [
        .. JsonLines.Read(In(name, "predictions.jsonl"), EvaluationJson.Format.PredictionLine).Select(static line => new PredictionLineOnDisk(line.Value.Prompt, line.Value.Target, [.. line.Value.References], line.Value.CutInput ?? 0)),
    ];

    string In(string run, string file) => Path.Combine(_folder.In(run), file);

    sealed record PredictionLineOnDisk(string Prompt, string Target, string[] References, int CutInput);
}
