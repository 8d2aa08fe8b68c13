using System.Net;
using System.Text.Json;
using SelfInstruct.Tests;
using SelfInstruct.Tests.Models;

namespace SelfInstruct.IntegrationTests;

/// <summary>What makes a long run on a real endpoint safe.</summary>
public sealed class LongRunTests : IDisposable
{
    static readonly string[] Files =
        ["machine_generated_instructions.jsonl", "is_clf_or_not.jsonl", "machine_generated_instances.jsonl", "all_generated_instances.jsonl", "rejected.jsonl", "finetuning/alpaca.jsonl", "finetuning/openai_chat.jsonl"];

    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 180_000)]
    public async Task One_eight_and_sixty_four_calls_in_flight_give_the_same_files()
    {
        using var server = new ScriptedServer(TimeSpan.FromMilliseconds(1));
        foreach (var concurrency in new[] { "1", "8", "64" })
        {
            var run = await RunAsync(server, concurrency, "--instructions", "120", "--concurrency", concurrency, "--set", "instructions.prompts_per_round=20");
            Assert.Equal((0, 120), (run.ExitCode, run.Json.GetProperty("accepted").GetInt32()));
        }

        foreach (var file in Files)
        {
            var one = File.ReadAllBytes(Path.Combine(_folder.In("1"), file));
            Assert.Equal(one, File.ReadAllBytes(Path.Combine(_folder.In("8"), file)));
            Assert.Equal(one, File.ReadAllBytes(Path.Combine(_folder.In("64"), file)));
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Five_cents_are_not_overspent_by_more_than_a_round_and_the_run_goes_on_with_more()
    {
        using var server = new ScriptedServer();

        // 15 tokens a call at 200 dollars a million are 0.003 dollars; a round of five is 0.015.
        string[] prices = ["--set", "prompt_price=200", "--set", "completion_price=200", "--instructions", "60"];
        var poor = await RunAsync(server, "a", [.. prices, "--max-cost", "0.05"]);
        Assert.Equal(3, poor.ExitCode);
        Assert.InRange(poor.Json.GetProperty("cost_usd").GetDouble(), 0.035, 0.065);
        var rich = await RunAsync(server, "a", [.. prices, "--max-cost", "5"]);
        Assert.Equal((0, 60), (rich.ExitCode, rich.Json.GetProperty("accepted").GetInt32()));
        Assert.Equal(server.Bodies.Count, rich.Json.GetProperty("calls").GetInt32());
        await RunAsync(server, "b", prices);
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder.In("b"), Files[3])), File.ReadAllBytes(Path.Combine(_folder.In("a"), Files[3])));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_limit_of_tokens_stops_as_well_and_usage_stands_by_step_in_run_json()
    {
        using var server = new ScriptedServer();
        var run = await RunAsync(server, "a", "--instructions", "60", "--max-tokens", "1000");
        Assert.Equal(3, run.ExitCode);
        Assert.InRange(run.Json.GetProperty("prompt_tokens").GetInt64() + run.Json.GetProperty("completion_tokens").GetInt64(), 900, 1_000);
        var stages = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.In("a"), "run.json"))).RootElement.GetProperty("counts").GetProperty("stages").EnumerateArray().ToList();
        Assert.Contains(stages, static stage => stage.GetProperty("stage").GetString() == "instructions" && stage.GetProperty("calls").GetInt32() > 0);
        Assert.Equal(run.Json.GetProperty("calls").GetInt32(), stages.Sum(static stage => stage.GetProperty("calls").GetInt32()));
    }

    [Fact(Timeout = 120_000)]
    public async Task The_cost_is_said_before_the_start_and_after_the_first_round()
    {
        using var server = new ScriptedServer();
        string[] prices = ["--set", "prompt_price=200", "--set", "completion_price=200"];
        var before = await RunAsync(server, "a", [.. prices, "--dry-run"]);
        Assert.Matches(@"Estimate for 100 instructions: about \d+ calls, [\d,]+ prompt tokens, [\d,]+ completion tokens, \d+\.\d\d US dollars", before.Output);
        Assert.Empty(server.Bodies);
        var run = await RunAsync(server, "a", [.. prices, "--max-cost", "0.05"]);
        Assert.Matches(@"the run costs about \d+\.\d\d US dollars in all .* it will stop, with everything saved, at 0\.05", run.Errors);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_planted_key_is_in_no_file_and_no_line_however_the_server_answers()
    {
        const string key = "sk-planted-0123456789";
        foreach (var (status, body) in new[] { (200, "{}"), (401, $"{{\"error\":{{\"message\":\"Incorrect API key provided: {key}\"}}}}"), (404, "nothing here"), (200, "<html>") })
        {
            using var server = new LoopbackServer(_ => new LoopbackAnswer(status, body));
            foreach (var kind in new[] { "openai", "openai-completions" })
            {
                var name = $"{kind}{status}{body.Length}";
                var run = await CommandLine.RunWithKeyAsync(key, "run", "--out", _folder.In(name), "--model", kind + ":m", "--endpoint", server.Address.AbsoluteUri, "--json");
                Assert.NotEqual(0, run.ExitCode);
                Assert.DoesNotContain(key, run.Output + run.Errors, StringComparison.Ordinal);
                Assert.All(Directory.EnumerateFiles(_folder.In(name), "*", SearchOption.AllDirectories), static file => Assert.DoesNotContain(key, File.ReadAllText(file), StringComparison.Ordinal));
            }
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_password_in_an_address_is_in_no_file()
    {
        using var server = new ScriptedServer();
        await RunAsync(server, "a", "--instructions", "5", "--endpoint", server.Address.AbsoluteUri.Replace("//", "//user:s3cret@", StringComparison.Ordinal));
        Assert.NotEmpty(server.Bodies);
        Assert.All(Directory.EnumerateFiles(_folder.In("a"), "*", SearchOption.AllDirectories), static file => Assert.DoesNotContain("s3cret", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_a_server_refuses_is_learnt_once_and_recorded_for_the_next_call()
    {
        var refused = 0;
        using var server = new LoopbackServer(request =>
        {
            if (request.Body.Contains("\"temperature\"", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref refused);
                return new LoopbackAnswer(400, "{\"error\":{\"message\":\"Unsupported parameter: 'temperature' is not supported with this model.\",\"type\":\"invalid_request_error\",\"param\":\"temperature\",\"code\":\"unsupported_parameter\"}}");
            }

            return new LoopbackAnswer(200, ScriptedServer.Answer(request));
        });
        string[] options = ["--out", _folder.In("a"), "--model", "openai:m", "--endpoint", server.Address.AbsoluteUri, "--concurrency", "1", "--json"];
        Assert.Equal(0, (await CommandLine.RunAsync(["generate", .. options, "--instructions", "10"])).ExitCode);
        Assert.Equal(1, refused);
        Assert.Contains("no_temperature", File.ReadAllText(Path.Combine(_folder.In("a"), "run.json")), StringComparison.Ordinal);
        Assert.Equal(0, (await CommandLine.RunAsync(["run", .. options, "--instructions", "20"])).ExitCode);
        Assert.Equal(1, refused);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_second_process_on_the_same_folder_is_refused_and_the_first_goes_on()
    {
        using var server = new ScriptedServer(TimeSpan.FromMilliseconds(20));
        var first = RunAsync(server, "a", "--instructions", "40");
        while (!File.Exists(Path.Combine(_folder.In("a"), "completions.jsonl")))
        {
            await Task.Delay(5);
        }

        var second = await RunAsync(server, "a", "--instructions", "40");
        Assert.Equal(2, second.ExitCode);
        Assert.Contains("another process is at work there", second.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await first).ExitCode);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_disk_that_fills_up_stops_the_run_with_one_line_and_with_room_it_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a shell that can limit the size of files");
        using var server = new ScriptedServer();
        var full = await RunInShellAsync("ulimit -f 60; trap '' XFSZ; exec \"$@\"", server, "a");
        Assert.Equal(1, full.ExitCode);
        Assert.Contains("completions.jsonl", full.Errors, StringComparison.Ordinal);
        Assert.Contains("free space", full.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", full.Errors, StringComparison.Ordinal);
        var recorded = File.ReadAllText(Path.Combine(_folder.In("a"), "completions.jsonl"));
        Assert.All(recorded.Split('\n')[..^1], static line => JsonDocument.Parse(line));
        var more = await RunAsync(server, "a", "--instructions", "60");
        Assert.Equal(0, more.ExitCode);
        Assert.StartsWith(recorded[..(recorded.LastIndexOf('\n') + 1)], File.ReadAllText(Path.Combine(_folder.In("a"), "completions.jsonl")), StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_folder_that_cannot_be_written_is_named_before_anything_is_asked()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "needs a folder that even root cannot write to");
        using var server = new ScriptedServer();
        var run = await CommandLine.RunAsync("run", "--out", "/proc/self/runs", "--model", "openai-completions:m", "--endpoint", server.Address.AbsoluteUri);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--out /proc/self/runs: cannot be opened for writing", run.Errors, StringComparison.Ordinal);
        Assert.Empty(server.Bodies);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_row_is_explained_back_to_its_prompts()
    {
        using var server = new ScriptedServer();
        await RunAsync(server, "a", "--instructions", "10");
        var instance = JsonDocument.Parse(File.ReadLines(Path.Combine(_folder.In("a"), "all_generated_instances.jsonl")).Last()).RootElement;
        var id = instance.GetProperty("id").GetString()!;
        var told = await CommandLine.RunAsync("explain", _folder.In("a"), id, "--json");
        Assert.Equal(0, told.ExitCode);
        Assert.Equal(instance.GetProperty("output").GetString(), told.Json.GetProperty("instance").GetProperty("output").GetString());
        Assert.Contains(instance.GetProperty("instruction").GetString()!, told.Json.GetProperty("instance_completion").GetProperty("prompt").GetString(), StringComparison.Ordinal);
        Assert.Contains(instance.GetProperty("instruction").GetString()!, told.Json.GetProperty("instruction_completion").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("round 0", told.Output, StringComparison.Ordinal);

        var rows = File.ReadLines(Path.Combine(_folder.In("a"), "finetuning/alpaca.jsonl")).ToList();
        var generated = rows.FindIndex(row => JsonDocument.Parse(row).RootElement.GetProperty("instruction").GetString() == instance.GetProperty("instruction").GetString());
        Assert.Equal(instance.GetProperty("instruction").GetString(), (await CommandLine.RunAsync("explain", _folder.In("a"), $"finetuning/alpaca.jsonl:{generated + 1}", "--json")).Json.GetProperty("instruction").GetProperty("instruction").GetString());
        var seed = rows.FindIndex(static row => !JsonDocument.Parse(row).RootElement.GetProperty("instruction").GetString()!.StartsWith("Use w", StringComparison.Ordinal));
        Assert.True((await CommandLine.RunAsync("explain", _folder.In("a"), $"finetuning/alpaca.jsonl:{seed + 1}", "--json")).Json.GetProperty("seed_task").GetBoolean());

        var elsewhere = await CommandLine.RunAsync("explain", _folder.In("a"), "all_generated_instances.jsonl:1");
        Assert.Equal(2, elsewhere.ExitCode);
        var unknown = await CommandLine.RunAsync("explain", _folder.In("a"), "instruction_99.7");
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("nothing there has the id instruction_99.7", unknown.Errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Traces_and_metrics_go_to_a_collector_that_is_named_and_hold_no_prompt()
    {
        using var model = new ScriptedServer();
        var port = FindFreePort();
        using var collector = new HttpListener();
        collector.Prefixes.Add($"http://127.0.0.1:{port}/");
        collector.Start();
        List<(string Path, string Body)> received = [];
        var collecting = CollectAsync(collector, received);
        var start = CommandLine.Prepare(null, "run", "--out", _folder.In("a"), "--model", "openai-completions:m", "--endpoint", model.Address.AbsoluteUri, "--instructions", "5");
        start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{port}";
        start.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        Assert.Equal(0, (await CommandLine.RunAsync(start)).ExitCode);
        collector.Stop();
        await collecting;
        Assert.Contains(received, static post => post.Path == "/v1/traces" && post.Body.Contains("text_completion openai-completions:m", StringComparison.Ordinal));
        Assert.Contains(received, static post => post.Path == "/v1/metrics" && post.Body.Contains("gen_ai.client.token.usage", StringComparison.Ordinal) && post.Body.Contains("selfinstruct.candidates", StringComparison.Ordinal));
        var seeds = File.ReadLines(Repository.In("data", "seed_tasks.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("instruction").GetString()!);
        Assert.All(received, post => Assert.DoesNotContain(seeds, seed => post.Body.Contains(seed, StringComparison.Ordinal)));
    }

    public void Dispose() => _folder.Dispose();

    static int FindFreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    static async Task CollectAsync(HttpListener collector, List<(string, string)> received)
    {
        while (collector.IsListening)
        {
            try
            {
                var context = await collector.GetContextAsync();
                using var body = new StreamReader(context.Request.InputStream, System.Text.Encoding.Latin1);
                received.Add((context.Request.Url!.AbsolutePath, await body.ReadToEndAsync()));
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    Task<CommandLine> RunAsync(ScriptedServer server, string name, params string[] options) =>
        CommandLine.RunAsync(["run", "--out", _folder.In(name), "--model", "openai-completions:m", .. options.Contains("--endpoint") ? options : ["--endpoint", server.Address.AbsoluteUri, .. options], "--json"]);

    Task<CommandLine> RunInShellAsync(string script, ScriptedServer server, string name)
    {
        var start = CommandLine.Prepare(null, "run", "--out", _folder.In(name), "--model", "openai-completions:m", "--endpoint", server.Address.AbsoluteUri, "--instructions", "60");
        // The runtime keeps its code in a file in memory, which the limit would hold as well.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        string[] command = [start.FileName, .. start.ArgumentList];
        start.FileName = "bash";
        start.ArgumentList.Clear();
        foreach (var part in (string[])["-c", script, "bash", .. command])
        {
            start.ArgumentList.Add(part);
        }

        return CommandLine.RunAsync(start);
    }
}
