using System.ClientModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using OpenAI.FineTuning;
using SelfInstruct.Tests;

#pragma warning disable OPENAI001 // The package marks its fine-tuning as experimental.

namespace SelfInstruct.IntegrationTests.HostedFinetuning;

/// <summary>`finetune --model openai:…` against a server of the shape of OpenAI's: whatever happens, one job is made.</summary>
public sealed class HostedFinetuneTests : IDisposable
{
    const int Timeout = 180_000;
    const string Key = "sk-planted-31f0";

    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = Timeout)]
    public async Task It_uploads_waits_creates_follows_and_names_the_result()
    {
        using var server = new FinetuningServer { Key = Key };
        var run = await RunAsync(server, "out", "--suffix", "mine", "--training-price", "100", "--seed", "9");
        Assert.True(run.ExitCode == 0, run.Errors);
        var job = Assert.Single(server.Jobs);
        Assert.Equal(("base", "file-1", "mine", 9), ((string)job["model"]!, (string)job["training_file"]!, (string)job["suffix"]!, (int)job["seed"]!));
        Assert.Equal("""{"type":"supervised","supervised":{"hyperparameters":{"n_epochs":2}}}""", job["method"]!.ToJsonString());
        Assert.Equal(("openai:ft:base:org:mine:ftjob-1", "succeeded", 4321), (run.Json.GetProperty("model").GetString(), run.Json.GetProperty("status").GetString(), run.Json.GetProperty("tokens").GetInt32()));
        Assert.Equal((4, 1.0, 1.5, 0.4321), (run.Json.GetProperty("steps").GetInt32(), run.Json.GetProperty("loss").GetDouble(), run.Json.GetProperty("held_out_loss").GetDouble(), run.Json.GetProperty("cost_usd").GetDouble()));
        Assert.Contains("Next: --model openai:ft:base:org:mine:ftjob-1", run.Output, StringComparison.Ordinal);
        Assert.Equal(12, Assert.Single(server.Uploads).Lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.StartsWith("""{"messages":[{"role":"user","content":"Which number comes after 0?"},{"role":"assistant","content":"1"}]}""", server.Uploads[0].Lines, StringComparison.Ordinal);

        // Each event once, in order, and nothing in it that a terminal would obey.
        Assert.Equal(["Look 1 [31m at the job", "Step 1/4: training loss=4", "Look 2 [31m at the job", "Step 2/4: training loss=2"], run.Errors.Split('\n').Where(static line => line.StartsWith("Look", StringComparison.Ordinal) || line.StartsWith("Step", StringComparison.Ordinal)).Take(4));
        Assert.Equal(8, Record("out")["events"]!.AsArray().Count);
        Assert.Equal(8, Record("out")["events"]!.AsArray().Select(static one => (string)one!["id"]!).Distinct().Count());
        Assert.All(Directory.EnumerateFiles(_folder.In("out")), static file => Assert.DoesNotContain(Key, File.ReadAllText(file), StringComparison.Ordinal));
        Assert.DoesNotContain(Key, run.Output + run.Errors, StringComparison.Ordinal);

        var calls = server.Calls.Count;
        var again = await RunAsync(server, "out", "--suffix", "mine", "--training-price", "100", "--seed", "9");
        Assert.Equal((0, calls), (again.ExitCode, server.Calls.Count));
        Assert.Equal("openai:ft:base:org:mine:ftjob-1", again.Json.GetProperty("model").GetString());
    }

    [Theory(Timeout = Timeout)]
    [InlineData("POST files")]
    [InlineData("GET files/ID")]
    [InlineData("POST fine_tuning/jobs")]
    [InlineData("GET fine_tuning/jobs/ID")]
    [InlineData("GET fine_tuning/jobs/ID/events")]
    public async Task Killed_at_any_call_it_goes_on_with_the_same_file_and_the_same_job(string call)
    {
        using var server = new FinetuningServer { Key = Key, HoldsAfter = call };
        using (var process = CommandLine.Start(Key, Arguments(server, "out")))
        {
            _ = process.StandardOutput.ReadToEndAsync();
            _ = process.StandardError.ReadToEndAsync();
            await server.Held.Task;
            process.Kill();
            await process.WaitForExitAsync();
        }

        server.HoldsAfter = null;
        server.Release.SetResult();
        var run = await RunAsync(server, "out");
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Single(server.Jobs);
        Assert.Single(server.Uploads);
        Assert.Equal("openai:ft:base:org::ftjob-1", run.Json.GetProperty("model").GetString());
        Assert.Equal(8, Record("out")["events"]!.AsArray().Count);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_job_whose_making_was_not_answered_is_found_among_others_and_not_made_again()
    {
        using var server = new FinetuningServer { Key = Key, LosesFirst = "POST fine_tuning/jobs" };
        Assert.Equal(0, (await RunAsync(server, "first")).ExitCode);
        Assert.Single(server.Jobs);

        // Jobs of others are newer; the list has a page for each.
        using var crowded = new FinetuningServer { Key = Key, HoldsAfter = "POST fine_tuning/jobs" };
        using (var process = CommandLine.Start(Key, Arguments(crowded, "second")))
        {
            _ = process.StandardOutput.ReadToEndAsync();
            _ = process.StandardError.ReadToEndAsync();
            await crowded.Held.Task;
            process.Kill();
            await process.WaitForExitAsync();
        }

        crowded.HoldsAfter = null;
        crowded.Release.SetResult();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(0, (await RunAsync(crowded, $"other-{i}", "--seed", $"{i}")).ExitCode);
        }

        var run = await RunAsync(crowded, "second");
        Assert.Equal("ftjob-1", run.Json.GetProperty("job").GetString());
        Assert.Equal(4, crowded.Jobs.Count);
    }

    [Fact(Timeout = Timeout)]
    public async Task Ctrl_C_leaves_the_job_and_the_next_run_follows_or_cancels_it()
    {
        using var server = new FinetuningServer { Key = Key, IsEndless = true };
        using var process = CommandLine.Start(Key, Arguments(server, "out"));
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        while (!File.Exists(_folder.In("out/finetune.json")) || Record("out")["status"] is null)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(3, process.ExitCode);
        Assert.Contains("Job ftjob-1 goes on at the provider", await errors, StringComparison.Ordinal);
        Assert.Equal("ftjob-1", new CommandLine(3, await output, "").Json.GetProperty("job").GetString());
        Assert.DoesNotContain("POST fine_tuning/jobs/ID/cancel", server.Calls);

        var cancelled = await RunAsync(server, "out", "--cancel-job");
        Assert.Equal((0, "cancelled"), (cancelled.ExitCode, cancelled.Json.GetProperty("status").GetString()));
        var after = await RunAsync(server, "out");
        Assert.Equal(1, after.ExitCode);
        Assert.Contains("was cancelled", after.Errors, StringComparison.Ordinal);
        Assert.Single(server.Jobs);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_job_that_fails_is_told_in_the_provider_s_words()
    {
        using var server = new FinetuningServer { Key = Key, JobFault = $"Line 3 is bad (key {Key})." };
        foreach (var _ in new[] { 1, 2 })
        {
            var run = await RunAsync(server, "out");
            Assert.Equal((1, "failed"), (run.ExitCode, run.Json.GetProperty("status").GetString()));
            Assert.Contains("Job ftjob-1 failed: Line 3 is bad (key (key)).", run.Errors, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(Key, File.ReadAllText(_folder.In("out/finetune.json")), StringComparison.Ordinal);
        Assert.Single(server.Jobs);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_file_that_is_not_taken_makes_no_job()
    {
        using var server = new FinetuningServer { Key = Key, FileFault = "No UTF-8." };
        var run = await RunAsync(server, "out");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("file file-1 is not taken: No UTF-8.", run.Errors, StringComparison.Ordinal);
        Assert.Empty(server.Jobs);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_wrong_key_and_an_unknown_base_are_said_in_a_line()
    {
        using var server = new FinetuningServer { Key = "sk-another" };
        var locked = await RunAsync(server, "out");
        Assert.Equal(1, locked.ExitCode);
        Assert.Contains("Set OPENAI_API_KEY to a key", locked.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, locked.Errors + File.ReadAllText(_folder.In("out/finetune.json")), StringComparison.Ordinal);
        using var open = new FinetuningServer();
        var unknown = await RunAsync(open, "unknown", "--model", "openai:nobody");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("base model does not exist: nobody", unknown.Errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_base_model_gets_prompts_and_completions_and_rows_held_out_a_file_of_their_own()
    {
        using var server = new FinetuningServer();
        var data = _folder.Write("text.jsonl", string.Concat(Enumerable.Range(0, 20).Select(static i => $$"""{"prompt":"p{{i}}\n","completion":" c{{i}}<|endoftext|>"}""" + "\n")));
        var run = await RunAsync(server, "out", "--model", "openai-completions:davinci-002", "--data", data, "--held-out", "0.2", "--batch-size", "4", "--epochs", "3");
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal("openai-completions:ft:davinci-002:org::ftjob-1", run.Json.GetProperty("model").GetString());
        Assert.Equal([16, 4], server.Uploads.Select(static file => file.Lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
        var rows = server.Uploads.SelectMany(static file => file.Lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Order(StringComparer.Ordinal);
        Assert.Equal(File.ReadLines(data).Order(StringComparer.Ordinal), rows);
        Assert.Equal(("file-1", "file-2"), ((string)server.Jobs[0]["training_file"]!, (string)server.Jobs[0]["validation_file"]!));
        Assert.Equal("""{"n_epochs":3,"batch_size":4}""", server.Jobs[0]["method"]!["supervised"]!["hyperparameters"]!.ToJsonString());
    }

    [Theory(Timeout = Timeout)]
    [InlineData("--method", "lora", "--method")]
    [InlineData("--learning-rate", "0.1", "--learning-rate")]
    [InlineData("--prompt-loss-weight", "0.1", "--prompt-loss-weight")]
    [InlineData("--context", "512", "--context")]
    [InlineData("--suffix", "", "--suffix has 0 characters")]
    [InlineData("--poll-seconds", "0", "--poll-seconds")]
    [InlineData("--data", "/nowhere.jsonl", "no such file")]
    [InlineData("--model", "starter", "--endpoint: only openai:MODEL")]
    [InlineData("--model", "openai:", "names no model")]
    [InlineData("--cancel-job", "true", "no job to cancel")]
    public async Task What_a_provider_does_not_take_is_said_with_exit_code_2(string option, string value, string reason)
    {
        using var server = new FinetuningServer();
        var run = await RunAsync(server, "out", option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(reason, run.Errors, StringComparison.Ordinal);
        Assert.Empty(server.Calls);
    }

    [Fact(Timeout = Timeout)]
    public async Task Other_settings_and_too_few_rows_are_refused_before_anything_is_sent()
    {
        using var server = new FinetuningServer();
        Assert.Equal(0, (await RunAsync(server, "out")).ExitCode);
        var calls = server.Calls.Count;
        var other = await RunAsync(server, "out", "--epochs", "3");
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("other settings", other.Errors, StringComparison.Ordinal);
        var few = await RunAsync(server, "few", "--data", Data(9));
        Assert.Equal(2, few.ExitCode);
        Assert.Contains("9 examples are too few", few.Errors, StringComparison.Ordinal);
        Assert.Equal(calls, server.Calls.Count);
    }

    [Fact(Timeout = Timeout)]
    public async Task OpenAI_s_client_makes_the_same_job_and_reads_what_this_server_tells()
    {
        using var server = new FinetuningServer { Key = Key };
        var run = await RunAsync(server, "out", "--suffix", "mine", "--seed", "9", "--batch-size", "4");
        Assert.True(run.ExitCode == 0, run.Errors);
        var client = new FineTuningClient(new ApiKeyCredential(Key), new FineTuningClientOptions { Endpoint = server.Address });
        var theirs = await client.FineTuneAsync("base", "file-1", waitUntilCompleted: false, new FineTuningOptions
        {
            Suffix = "mine",
            Seed = 9,
            TrainingMethod = FineTuningTrainingMethod.CreateSupervised(batchSize: 4, epochCount: 2),
        });
        foreach (var field in new[] { "model", "training_file", "suffix", "seed", "method" })
        {
            Assert.True(JsonNode.DeepEquals(server.Jobs[1][field], server.Jobs[0][field]), $"{field}: {server.Jobs[1][field]?.ToJsonString()} there, {server.Jobs[0][field]?.ToJsonString()} here");
        }

        for (var looks = 0; looks < 4; looks++)
        {
            await theirs.UpdateStatusAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal((FineTuningStatus.Succeeded, "ft:base:org:mine:ftjob-2"), (theirs.Status, theirs.Value));
        var events = new List<FineTuningEvent>();
        await foreach (var one in theirs.GetEventsAsync(new GetEventsOptions(), TestContext.Current.CancellationToken))
        {
            events.Add(one);
        }

        Assert.Equal(8, events.Count);
        Assert.Equal("Step 4/4: training loss=1", events[0].Message);
    }

    public void Dispose() => _folder.Dispose();

    JsonObject Record(string run) => JsonNode.Parse(File.ReadAllText(_folder.In(run + "/finetune.json")))!.AsObject();

    Task<CommandLine> RunAsync(FinetuningServer server, string run, params string[] more) => CommandLine.RunWithKeyAsync(Key, Arguments(server, run, more));

    /// <summary>What is given stands for what is usual.</summary>
    string[] Arguments(FinetuningServer server, string run, params string[] more) =>
    [
        "finetune", "--endpoint", server.Address.AbsoluteUri, "--out", _folder.In(run), "--json",
        .. more.Contains("--model") ? [] : new[] { "--model", "openai:base" },
        .. more.Contains("--data") ? [] : new[] { "--data", Data(12) },
        .. more.Contains("--poll-seconds") ? [] : new[] { "--poll-seconds", "0.05" },
        .. more,
    ];

    string Data(int rows) => _folder.Write($"{rows}.jsonl", string.Concat(Enumerable.Range(0, rows).Select(static i =>
        $$"""{"instruction": "Which number comes after {{i}}?", "input": "", "output": "{{i + 1}}"}""" + "\n")));
}
