using System.Collections.Concurrent;
using System.Text.Json;
using SelfInstruct.Models;
using SelfInstruct.Models.Batches;
using SelfInstruct.Runs;

namespace SelfInstruct.Tests.Models.Batches;

/// <summary>Requests become batches, batches become the answers that single calls would have had.</summary>
public sealed class BatchedModelTests : IDisposable
{
    static readonly EndpointOptions Endpoint = new() { Retries = 1, FirstPause = TimeSpan.FromMilliseconds(1), AttemptTimeout = TimeSpan.FromSeconds(30) };
    static readonly BatchOptions Quick = new() { Quiet = TimeSpan.FromMilliseconds(300), LongestPause = TimeSpan.FromMilliseconds(20) };

    readonly TemporaryFolder _folder = new();
    readonly ConcurrentQueue<string> _notices = new();

    [Theory(Timeout = 60_000)]
    [InlineData("openai")]
    [InlineData("openai-completions")]
    public async Task What_is_asked_together_is_one_batch_and_each_request_gets_its_own_answer(string kind)
    {
        using var server = new BatchServer(Echo);
        using var model = Open(server, kind);
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(n => Ask(model, n)));
        Assert.Equal(Enumerable.Range(0, 30).Select(static n => $"echo {n}"), answers.Select(static answer => answer.Text));
        Assert.All(answers, static answer => Assert.Equal(("stop", new TokenUsage(10, 5)), (answer.FinishReason, answer.Usage)));
        Assert.Equal([30], server.Sizes);
        Assert.Empty(server.Strays);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("openai", "/v1/chat/completions")]
    [InlineData("openai-completions", "/v1/completions")]
    public async Task A_line_holds_what_a_single_call_would_have_sent(string kind, string url)
    {
        var single = "";
        using var plain = new LoopbackServer(request =>
        {
            single = $"{request.Path} {request.Body}";
            return Echo(new Asked(1, 0, request.Path, request.Body))!;
        });
        using (var model = (IDisposable)OpenPlain(plain.Address, kind))
        {
            await ((ILanguageModel)model).CompleteAsync(Request(7), CancellationToken.None);
        }

        using var server = new BatchServer(Echo);
        using var batched = Open(server, kind);
        await Ask(batched, 7);
        Assert.Equal(single, Assert.Single(server.Asked));
        Assert.StartsWith(url + " {", single, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task More_requests_than_a_file_may_hold_become_several_batches()
    {
        using var server = new BatchServer(Echo);
        using var model = Open(server, options: Quick with { MaxRequests = 10 });
        Assert.Equal(10, model.MaxConcurrency);
        await Task.WhenAll(Enumerable.Range(0, 25).Select(n => Ask(model, n)));
        Assert.Equal([5, 10, 10], server.Sizes.Order());
    }

    [Fact(Timeout = 60_000)]
    public async Task No_file_is_longer_than_it_may_be()
    {
        using var server = new BatchServer(Echo);
        using var model = Open(server, options: Quick with { MaxBytes = 1_000 });
        await Task.WhenAll(Enumerable.Range(0, 12).Select(n => Ask(model, n)));
        Assert.Equal(12, server.Sizes.Sum());
        Assert.InRange(server.Sizes.Count, 3, 12);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_an_expired_batch_left_over_is_asked_again_and_nothing_else()
    {
        using var server = new BatchServer(static asked => asked is { Batch: 1, Index: >= 20 } ? null : Echo(asked));
        using var model = Open(server);
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(n => Ask(model, n)));
        Assert.Equal(Enumerable.Range(0, 30).Select(static n => $"echo {n}"), answers.Select(static answer => answer.Text));
        Assert.Equal([30, 10], server.Sizes);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_line_that_the_server_had_no_time_for_goes_into_a_next_batch(int status)
    {
        using var server = new BatchServer(asked => asked is { Batch: < 3, Index: 0 } ? new LoopbackAnswer(status, """{"error":{"message":"Later.","type":"server_error"}}""") : Echo(asked));
        using var model = Open(server);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(n => Ask(model, n)));
        Assert.Equal([5, 1, 1], server.Sizes);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_request_that_no_line_tells_of_goes_into_a_next_batch()
    {
        using var server = new BatchServer(static asked => asked is { Batch: 1, Index: 2 } ? new LoopbackAnswer(0, "") : Echo(asked));
        using var model = Open(server);
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(n => Ask(model, n)));
        Assert.Equal("echo 2", answers[2].Text);
        Assert.Equal([5, 1], server.Sizes);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_result_file_that_is_none_is_an_error_with_its_place()
    {
        using var server = new BatchServer(Echo) { Spoils = true };
        using var model = Open(server);
        var error = await Assert.ThrowsAsync<ModelException>(() => Ask(model, 1));
        Assert.Contains("files/out-1/content: line 1 is no result of a batch", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_request_that_no_batch_answers_ends_with_an_error()
    {
        using var server = new BatchServer(static asked => asked.Body.Contains("number 3 ", StringComparison.Ordinal) ? null : Echo(asked));
        using var model = Open(server);
        var asking = Enumerable.Range(0, 5).Select(n => Ask(model, n)).ToList();
        var error = await Assert.ThrowsAsync<ModelException>(() => asking[3]);
        Assert.Contains("no answer in 4 batches (This request could not be executed", error.Message, StringComparison.Ordinal);
        Assert.Equal("echo 4", (await asking[4]).Text);
        Assert.Equal([5, 1, 1, 1], server.Sizes);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refusal_that_teaches_a_quirk_is_asked_again_in_the_form_the_server_takes()
    {
        const string refusal = """{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}""";
        using var server = new BatchServer(static asked => asked.Body.Contains("\"max_tokens\"", StringComparison.Ordinal) ? new LoopbackAnswer(400, refusal) : Echo(asked));
        using var model = Open(server);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(n => Ask(model, n)));
        Assert.Equal([5, 5], server.Sizes);
        Assert.Equal(["max_completion_tokens"], model.Quirks);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_filtered_prompt_is_an_answer_and_any_other_refusal_an_error_without_the_key()
    {
        using var server = new BatchServer(static asked => asked.Index switch
        {
            0 => new LoopbackAnswer(400, """{"error":{"message":"The response was filtered.","code":"content_filter"}}"""),
            1 => new LoopbackAnswer(400, """{"error":{"message":"This model's maximum context length is 10 tokens, says sk-secret-1.","type":"invalid_request_error"}}"""),
            _ => Echo(asked),
        });
        using var model = Open(server);
        var asking = Enumerable.Range(0, 3).Select(n => Ask(model, n)).ToList();
        Assert.Equal(("", "content_filter"), ((await asking[0]).Text, (await asking[0]).FinishReason));
        var error = await Assert.ThrowsAsync<RefusedException>(() => asking[1]);
        Assert.Contains("chat/completions: answered 400 BadRequest: This model's maximum context length is 10 tokens", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-secret-1", error.Message + error.Body, StringComparison.Ordinal);
        Assert.Equal("echo 2", (await asking[2]).Text);
        Assert.Equal([3], server.Sizes);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("""{"data":[{"code":"invalid_json_line","message":"This line is not parseable.","line":2}]}""", "failed: This line is not parseable (line 2). Run the same command again")]
    [InlineData("""{"data":[{"code":"token_limit_exceeded","message":"Enqueued token limit reached for m."}]}""", "Enqueued token limit reached for m. Wait for other batches to end, or make smaller ones: --set batch_requests=N.")]
    public async Task A_batch_that_fails_as_a_whole_is_an_error_and_the_next_process_asks_anew(string errors, string message)
    {
        using var server = new BatchServer(Echo) { Fails = number => number == 1 ? errors : null };
        using (var model = Open(server))
        {
            var error = await Assert.ThrowsAsync<ModelException>(() => Ask(model, 1));
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }

        using var next = Open(server);
        Assert.Equal("echo 1", (await Ask(next, 1)).Text);
        Assert.Equal([1, 1], server.Sizes);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_next_process_waits_for_the_batch_that_an_earlier_one_handed_in()
    {
        using var server = new BatchServer(Echo) { IsHeld = true };
        await LeaveOpenAsync(server, 6);
        server.IsHeld = false;
        using var model = Open(server);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Ask(model, n)));
        Assert.Equal(Enumerable.Range(0, 8).Select(static n => $"echo {n}"), answers.Select(static answer => answer.Text));
        Assert.Equal([6, 2], server.Sizes);
    }

    [Fact(Timeout = 60_000)]
    public async Task Answers_of_a_batch_that_ended_before_the_process_did_are_taken_from_its_file_again()
    {
        using var server = new BatchServer(Echo);
        using (var model = Open(server))
        {
            await Task.WhenAll(Enumerable.Range(0, 6).Select(n => Ask(model, n)));
        }

        using var next = Open(server);
        Assert.Equal("echo 4", (await Ask(next, 4)).Text);
        Assert.Equal([6], server.Sizes);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_batch_made_by_a_process_that_died_before_it_knew_is_found_by_its_name()
    {
        using var server = new BatchServer(Echo) { IsHeld = true };
        await LeaveOpenAsync(server, 6);
        File.WriteAllLines(Log, File.ReadAllLines(Log)[..1]);
        server.IsHeld = false;
        using var model = Open(server);
        Assert.Equal("echo 5", (await Ask(model, 5)).Text);
        Assert.Equal([6], server.Sizes);
        Assert.Contains("batches", server.Looks);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_batch_that_was_never_made_or_is_forgotten_is_asked_anew()
    {
        using var server = new BatchServer(Echo) { IsHeld = true };
        await LeaveOpenAsync(server, 6);
        (server.IsHeld, server.Forgets) = (false, true);
        using (var model = Open(server))
        {
            var asking = Ask(model, 5);
            while (server.Sizes.Count < 2)
            {
                await Task.Delay(5);
            }

            server.Forgets = false;
            Assert.Equal("echo 5", (await asking).Text);
        }

        Assert.Contains(_notices, static notice => notice.Contains("is not known there any more; 1 requests are asked again", StringComparison.Ordinal));
        using var other = new BatchServer(Echo);
        File.WriteAllLines(Log, File.ReadAllLines(Log)[..1]);
        using var elsewhere = Open(other);
        Assert.Equal("echo 5", (await Ask(elsewhere, 5)).Text);
        Assert.Equal([1], other.Sizes);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_batch_whose_making_was_not_confirmed_is_looked_for_and_not_made_twice()
    {
        using var server = new BatchServer(Echo) { LosesFirst = true };
        using var model = Open(server);
        Assert.Equal("echo 5", (await Ask(model, 5)).Text);
        Assert.Equal([1], server.Sizes);
        Assert.Equal("batches", server.Looks.First());
    }

    [Theory(Timeout = 60_000)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task A_batch_that_was_not_made_is_made_again(int status)
    {
        using var server = new BatchServer(Echo) { TurnsAway = status };
        using var model = Open(server);
        Assert.Equal("echo 5", (await Ask(model, 5)).Text);
        Assert.Equal((2, 1), (server.Bodies.Count, server.Sizes.Count));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_log_holds_the_keys_before_the_batch_its_id_after_and_its_end()
    {
        using var server = new BatchServer(Echo);
        using (var model = Open(server))
        {
            await Task.WhenAll(Ask(model, 1), Ask(model, 2));
            while (File.ReadAllLines(Log).Length < 3)
            {
                await Task.Delay(5);
            }
        }

        var lines = File.ReadAllLines(Log).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        var name = lines[0].GetProperty("batch").GetString()!;
        Assert.Equal([KeyOf(Request(1)), KeyOf(Request(2))], lines[0].GetProperty("keys").EnumerateArray().Select(static key => key.GetString()));
        Assert.Equal(("batch_1", "file-1"), (lines[1].GetProperty("batch_id").GetString(), lines[1].GetProperty("input_file_id").GetString()));
        Assert.Equal(("completed", 2), (lines[2].GetProperty("status").GetString(), lines[2].GetProperty("answered").GetInt32()));
        Assert.All(lines, line => Assert.Equal(name, line.GetProperty("batch").GetString()));
        Assert.Equal($$$"""{"input_file_id":"file-1","endpoint":"/v1/chat/completions","completion_window":"24h","metadata":{"selfinstruct_batch":"{{{name}}}"}}""", Assert.Single(server.Bodies));
    }

    [Fact(Timeout = 60_000)]
    public async Task Waiting_is_told_at_changes_and_a_small_batch_once()
    {
        using var server = new BatchServer(Echo);
        using var model = Open(server);
        await Ask(model, 1);
        await Ask(model, 2);
        Assert.Single(_notices, static notice => notice.Contains("instructions.prompts_per_round", StringComparison.Ordinal));
        Assert.Equal(
            ["Batch batch_1: 0 of 1 done (in_progress).", "Batch batch_1: 0 of 1 done (finalizing).", "Batch batch_1: 1 of 1 done (completed)."],
            _notices.Where(static notice => notice.StartsWith("Batch batch_1: ", StringComparison.Ordinal) && notice.Contains(" done ", StringComparison.Ordinal)));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_nobody_waits_for_any_more_is_not_handed_in()
    {
        using var server = new BatchServer(Echo);
        using var model = Open(server);
        using var cancelled = new CancellationTokenSource();
        var left = model.CompleteAsync(Request(1), cancelled.Token);
        var kept = Ask(model, 2);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.Equal("echo 2", (await kept).Text);
        Assert.Equal([1], server.Sizes);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_without_batches_is_an_error_that_says_so()
    {
        using var server = new LoopbackServer(static _ => new LoopbackAnswer(404, """{"detail":"Not Found"}"""));
        using var model = Open(server.Address);
        var error = await Assert.ThrowsAsync<RefusedException>(() => Ask(model, 1));
        Assert.StartsWith($"{server.Address}/files: answered 404", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    string Log => _folder.In("batches.jsonl");

    static string KeyOf(CompletionRequest request) => CompletionLog.KeyOf("m", request);

    static CompletionRequest Request(int number) =>
        new($"Say number {number} \u00e9\n", new Sampling(0.7, 0.5, 0, 2, 64, ["\n\n"], number)) { IsMessage = true };

    static Task<Completion> Ask(BatchedModel model, int number) => model.CompleteAsync(Request(number), CancellationToken.None);

    static LoopbackAnswer? Echo(Asked asked)
    {
        var number = asked.Body.Split("number ")[1].Split(' ')[0];
        return new LoopbackAnswer(200, asked.Url.Contains("chat", StringComparison.Ordinal)
            ? $$$"""{"choices":[{"message":{"role":"assistant","content":"echo {{{number}}}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5}}"""
            : $$$"""{"choices":[{"text":"echo {{{number}}}","finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5}}""");
    }

    BatchedModel Open(BatchServer server, string kind = "openai", BatchOptions? options = null) => Open(server.Address, kind, options);

    BatchedModel Open(Uri address, string kind = "openai", BatchOptions? options = null) =>
        new(OpenPlain(address, kind), new BatchLog(Log), KeyOf, options ?? Quick, TimeProvider.System, new Notices(_notices));

    static IBatchable OpenPlain(Uri address, string kind)
    {
        var endpoint = new ModelEndpoint(address, EndpointCredentials.Bearer("sk-secret-1"), Endpoint, TimeProvider.System);
        return kind == "openai" ? new OpenAIChatModel(endpoint, "m", Endpoint) : new OpenAICompletionsModel(endpoint, "m", Endpoint);
    }

    /// <summary>A process that ends while its batch is in progress.</summary>
    async Task LeaveOpenAsync(BatchServer server, int requests)
    {
        var model = Open(server);
        var asking = Enumerable.Range(0, requests).Select(n => Ask(model, n)).ToList();
        while (!server.Looks.Contains("batch_1"))
        {
            await Task.Delay(5);
        }

        model.Dispose();
        foreach (var request in asking)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => request);
        }
    }

    sealed class Notices(ConcurrentQueue<string> told) : IProgress<string>
    {
        public void Report(string value) => told.Enqueue(value);
    }
}
