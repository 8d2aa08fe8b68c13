using System.Collections.Concurrent;
using SelfInstruct.Models;
using SelfInstruct.Models.Calls;

namespace SelfInstruct.Tests.Models.Calls;

public sealed class ModelEndpointTests
{
    static readonly EndpointOptions Quick = new() { Retries = 3, FirstPause = TimeSpan.FromMilliseconds(1), AttemptTimeout = TimeSpan.FromSeconds(20) };

    /// <summary>Hours of a fast clock are minutes of a busy machine.</summary>
    static readonly EndpointOptions Patient = Quick with { AttemptTimeout = TimeSpan.FromHours(10) };

    static readonly CompletionRequest Request = new("List:\n1.", new Sampling(0.7, 0.5, 0.1, 2, 64, [], 5));
    static readonly string Whole = RawAnswer.Completion("whole").Bytes;

    readonly Notices _notices = new();

    [Theory(Timeout = 60_000)]
    [InlineData("at once", 0, true)]
    [InlineData("closed without an answer", 0, false)]
    [InlineData("within the head", 20, true)]
    [InlineData("in the middle of the body", 60, false)]
    [InlineData("in the middle of the body, hard", 60, true)]
    public async Task An_answer_that_breaks_off_is_asked_for_again(string where, int length, bool hard)
    {
        using var server = new RawServer((number, _) => number < 3 ? new RawAnswer(Whole[..length], hard ? RawEnding.Reset : RawEnding.Close) : RawAnswer.Completion("whole"));
        Assert.Equal("whole", await AskAsync(server, Quick));
        Assert.True(server.Requests == 3, where);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_without_a_length_that_ends_in_the_middle_is_asked_for_again()
    {
        using var server = new RawServer(static (number, _) => number < 3
            ? new RawAnswer("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"choices\":[{\"text\":\"who", RawEnding.Close)
            : RawAnswer.Completion("whole"));
        Assert.Equal("whole", await AskAsync(server, Quick));
        Assert.Equal(3, server.Requests);
        Assert.Contains("ends in the middle", _notices.Sentences.First(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_that_is_wrong_and_not_short_is_final()
    {
        using var server = new RawServer(static (_, _) => RawAnswer.Of(200, "{\"choices\":[{]"));
        var error = await Assert.ThrowsAsync<ModelException>(() => AskAsync(server, Quick));
        Assert.Contains("is not a completion", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, server.Requests);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_attempt_that_hangs_is_given_up_and_made_again()
    {
        var never = new TaskCompletionSource();
        using var server = new RawServer((number, _) => RawAnswer.Completion($"{number}") with { Until = number < 3 ? never.Task : Task.CompletedTask });
        Assert.Equal("3", await AskAsync(server, Quick with { AttemptTimeout = TimeSpan.FromMilliseconds(100) }));
        Assert.Contains("No answer within 0.1 s", _notices.Sentences.First(), StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(408, 2)]
    [InlineData(409, 2)]
    [InlineData(429, 2)]
    [InlineData(500, 2)]
    [InlineData(502, 2)]
    [InlineData(503, 2)]
    [InlineData(529, 2)]
    [InlineData(400, 1)]
    [InlineData(401, 1)]
    [InlineData(402, 1)]
    [InlineData(404, 1)]
    [InlineData(422, 1)]
    [InlineData(501, 1)]
    public async Task Only_what_may_pass_is_tried_again(int status, int requests)
    {
        using var server = new RawServer((number, _) => number == 1 ? RawAnswer.Of(status, "{}") : RawAnswer.Completion());
        if (requests == 1)
        {
            Assert.Equal(status, (int)(await Assert.ThrowsAsync<RefusedException>(() => AskAsync(server, Quick))).Status);
        }
        else
        {
            Assert.Equal("ok", await AskAsync(server, Quick));
        }

        Assert.Equal(requests, server.Requests);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("Retry-After: 100", "100 s")]
    [InlineData("retry-after-ms: 2500", "2.5 s")]
    [InlineData("Retry-After: Thu, 01 Jan 2026 00:02:00 GMT\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT", "120 s")]
    public async Task A_pause_is_as_long_as_the_server_says(string header, string pause)
    {
        using var server = new RawServer((number, _) => number == 1 ? RawAnswer.Of(429, "{}", header) : RawAnswer.Completion());
        Assert.Equal("ok", await AskAsync(server, Patient, new FastTime()));
        Assert.Contains($"The server answered 429; trying again in {pause} (1 of 3).", _notices.Sentences);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_date_to_wait_for_is_read_by_our_clock_where_the_server_does_not_tell_its_own()
    {
        var time = new FastTime();
        using var server = new RawServer((number, _) =>
            number == 1 ? RawAnswer.Of(503, "{}", $"Retry-After: {time.GetUtcNow() + TimeSpan.FromSeconds(200):R}") : RawAnswer.Completion());
        Assert.Equal("ok", await AskAsync(server, Patient, time));
        var pause = double.Parse(_notices.Sentences.Single().Split("again in ")[1].Split(' ')[0]);
        Assert.InRange(pause, 1, 200);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_asks_to_wait_for_hours_is_not_waited_for()
    {
        using var server = new RawServer(static (_, _) => RawAnswer.Of(429, "{}", "Retry-After: 7200"));
        var error = await Assert.ThrowsAsync<RefusedException>(() => AskAsync(server, Quick));
        Assert.Contains("limit is reached", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, server.Requests);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(429, """{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}""")]
    [InlineData(402, """{"error":{"message":"Insufficient Balance"}}""")]
    [InlineData(200, """{"error":{"message":"No money","type":"billing_error"}}""")]
    public async Task An_empty_account_is_final_and_says_what_to_do(int status, string body)
    {
        using var server = new RawServer((_, _) => RawAnswer.Of(status, body));
        var error = await Assert.ThrowsAsync<RefusedException>(() => AskAsync(server, Quick));
        Assert.Contains("top it up", error.Message, StringComparison.Ordinal);
        Assert.Equal((1, body), (server.Requests, error.Body));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("""{"error":{"message":"slow down","type":"rate_limit_error"}}""", true)]
    [InlineData("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", true)]
    [InlineData("""{"error":{"message":"upstream","code":502}}""", true)]
    [InlineData("""[{"error":{"code":503,"message":"The model is overloaded","status":"UNAVAILABLE"}}]""", true)]
    [InlineData("""{"error":"Model is overloaded","error_type":"overloaded"}""", true)]
    [InlineData("""{"error":{"message":"no such model","type":"invalid_request_error","code":"model_not_found"}}""", false)]
    [InlineData("""{"error":"model 'x' not found"}""", false)]
    public async Task An_error_in_place_of_an_answer_is_tried_again_if_it_may_pass(string body, bool passes)
    {
        using var server = new RawServer((number, _) => number == 1 ? RawAnswer.Of(200, body) : RawAnswer.Completion());
        if (passes)
        {
            Assert.Equal("ok", await AskAsync(server, Quick));
            Assert.Contains("answered with an error", _notices.Sentences.Single(), StringComparison.Ordinal);
        }
        else
        {
            var error = await Assert.ThrowsAsync<RefusedException>(() => AskAsync(server, Quick));
            Assert.Matches("answered with an error: (no such model|model 'x' not found)", error.Message);
            Assert.Equal(1, server.Requests);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_web_page_is_named_as_one()
    {
        using var server = new RawServer(static (_, _) => RawAnswer.Of(200, "<!doctype html><title>Login</title>"));
        var error = await Assert.ThrowsAsync<ModelException>(() => AskAsync(server, Quick));
        Assert.Contains("a web page, which is not a completion: <!doctype html>", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, server.Requests);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_without_end_is_refused(bool announced)
    {
        var spaces = new string(' ', 5000);
        using var server = new RawServer((_, _) => announced
            ? RawAnswer.Of(200, spaces)
            : new RawAnswer("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + spaces, RawEnding.Close));
        var error = await Assert.ThrowsAsync<ModelException>(() => AskAsync(server, Quick with { MaxAnswerBytes = 4000 }));
        Assert.Contains("longer than 4,000 bytes", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, server.Requests);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_large_answer_comes_whole()
    {
        var text = string.Concat(Enumerable.Range(0, 200_000).Select(static n => (char)('a' + (n % 26))));
        using var server = new RawServer((_, _) => new RawAnswer(RawAnswer.Completion(text).Bytes.Replace("Content-Length", "X-Was", StringComparison.Ordinal), RawEnding.Close));
        Assert.Equal(text, await AskAsync(server, Quick));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_does_not_follow_to_another_address()
    {
        var asked = 0;
        using var other = new RawServer((_, _) => RawAnswer.Completion($"{Interlocked.Increment(ref asked)}"));
        using var server = new RawServer((_, _) => RawAnswer.Of(307, "", $"Location: {other.Address}/completions"));
        var error = await Assert.ThrowsAsync<RefusedException>(() => AskAsync(server, Quick));
        Assert.Contains($"sends calls to {other.Address}/completions", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, asked);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_name_that_no_network_knows_is_a_clear_error()
    {
        using var model = Open(new Uri("http://no-such-host.invalid/v1"), Quick with { Retries = 1 }, TimeProvider.System);
        var error = await Assert.ThrowsAsync<ModelException>(() => model.CompleteAsync(Request, CancellationToken.None));
        Assert.Contains("no-such-host.invalid", error.Message, StringComparison.Ordinal);
        Assert.Contains("name another with --endpoint", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_retry_that_is_cancelled_ends_at_once()
    {
        using var stop = new CancellationTokenSource();
        using var server = new RawServer((_, _) => RawAnswer.Of(429, "{}", "Retry-After: 250"));
        using var model = Open(server.Address, Quick, TimeProvider.System);
        var call = model.CompleteAsync(Request, stop.Token);
        while (_notices.Sentences.IsEmpty)
        {
            await Task.Delay(5);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pause_holds_no_place()
    {
        using var server = new RawServer(static (number, _) => number == 1 ? RawAnswer.Of(500, "{}", "Retry-After: 250") : RawAnswer.Completion());
        using var model = Open(server.Address, Quick with { MaxConcurrency = 1 }, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var paused = model.CompleteAsync(Request, stop.Token);
        while (_notices.Sentences.IsEmpty)
        {
            await Task.Delay(5);
        }

        Assert.Equal("ok", (await model.CompleteAsync(Request, CancellationToken.None)).Text);
        Assert.Equal((0, 1L), (_notices.Status.InFlight, _notices.Status.Retries));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => paused);
    }

    [Fact(Timeout = 60_000)]
    public async Task More_calls_than_the_ceiling_wait()
    {
        var go = new TaskCompletionSource();
        using var server = new RawServer((_, _) => RawAnswer.Completion() with { Until = go.Task });
        using var model = Open(server.Address, Quick with { MaxConcurrency = 4 }, TimeProvider.System);
        var calls = Enumerable.Range(0, 10).Select(_ => model.CompleteAsync(Request, CancellationToken.None)).ToList();
        while (server.InFlight < 4)
        {
            await Task.Delay(5);
        }

        Assert.Equal((4, 4, 4, 6), (_notices.Status.Limit, _notices.Status.Ceiling, _notices.Status.InFlight, _notices.Status.WaitingForLimit));
        go.SetResult();
        await Task.WhenAll(calls);
        Assert.Equal((0, 0), (_notices.Status.InFlight, _notices.Status.WaitingForLimit));
    }

    [Fact(Timeout = 60_000)]
    public async Task Requests_and_tokens_a_minute_hold_calls_back()
    {
        var time = new ManualTime();
        using var server = new RawServer(static (_, _) => RawAnswer.Completion());
        using var byRequests = Open(server.Address, Quick with { RequestsPerMinute = 60 }, time);
        Assert.Equal("ok", (await byRequests.CompleteAsync(Request, CancellationToken.None)).Text);
        var second = byRequests.CompleteAsync(Request, CancellationToken.None);
        Assert.Equal(1, _notices.Status.WaitingForRequests);
        time.Advance(TimeSpan.FromSeconds(1));
        await second;

        // The bill is 7 tokens, the guess over a hundred: of a second's 60, 53 are left and a guess must wait.
        using var byTokens = Open(server.Address, Quick with { TokensPerMinute = 3600 }, time);
        Assert.Equal("ok", (await byTokens.CompleteAsync(Request, CancellationToken.None)).Text);
        var next = byTokens.CompleteAsync(Request, CancellationToken.None);
        Assert.Equal(1, _notices.Status.WaitingForTokens);
        time.Advance(TimeSpan.FromSeconds(7.0 / 60) + TimeSpan.FromMilliseconds(1));
        await next;
        Assert.Equal(0, _notices.Status.WaitingForTokens);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_slow_attempt_gets_a_second_beside_it_and_the_first_good_answer_wins()
    {
        var never = new TaskCompletionSource();
        using var server = new RawServer((number, _) => RawAnswer.Completion($"{number}") with { Until = number == 1 ? never.Task : Task.CompletedTask });
        Assert.Equal("2", await AskAsync(server, Quick with { HedgeAfter = TimeSpan.FromMilliseconds(20) }));
        Assert.Equal((2, 1L, 0L, 0), (server.Requests, _notices.Status.Hedges, _notices.Status.Retries, _notices.Status.InFlight));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_hedge_that_fails_does_not_win()
    {
        var hedged = new TaskCompletionSource();
        using var server = new RawServer((number, _) =>
        {
            if (number == 1)
            {
                return RawAnswer.Completion("slow") with { Until = SoonAfterTheHedgeAsync() };
            }

            hedged.SetResult();
            return RawAnswer.Of(429, "{}");
        });
        Assert.Equal("slow", await AskAsync(server, Quick with { HedgeAfter = TimeSpan.FromMilliseconds(20) }));
        Assert.Equal((2, 0L), (server.Requests, _notices.Status.Retries));

        async Task SoonAfterTheHedgeAsync()
        {
            await hedged.Task;
            await Task.Delay(50);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_hedging_a_slow_attempt_is_alone()
    {
        using var server = new RawServer(static (_, _) => RawAnswer.Completion() with { Until = Task.Delay(200) });
        await AskAsync(server, Quick);
        Assert.Equal(1, server.Requests);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_is_gone_for_a_minute_is_waited_for_and_not_hammered()
    {
        var down = true;
        using var server = new RawServer((_, _) => Volatile.Read(ref down) ? RawAnswer.Of(502, "down") : RawAnswer.Completion());
        var time = new FastTime();
        using var model = Open(server.Address, new EndpointOptions { MaxConcurrency = 64, AttemptTimeout = Patient.AttemptTimeout }, time);
        var calls = Enumerable.Range(0, 64).Select(_ => model.CompleteAsync(Request, CancellationToken.None)).ToList();
        while (!_notices.Status.IsBreakerOpen)
        {
            await Task.Delay(1);
        }

        var whenOpened = server.Requests;
        await Task.Delay(20);
        Assert.InRange(server.Requests - whenOpened, 0, 64);
        Volatile.Write(ref down, false);
        Assert.All(await Task.WhenAll(calls), static completion => Assert.Equal("ok", completion.Text));
        Assert.False(_notices.Status.IsBreakerOpen);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(-365)]
    [InlineData(365)]
    public async Task A_clock_that_jumps_while_the_breaker_is_open_changes_nothing(int days)
    {
        var down = true;
        using var server = new RawServer((_, _) => Volatile.Read(ref down) ? RawAnswer.Of(502, "down") : RawAnswer.Completion());
        var time = new FastTime();
        using var model = Open(server.Address, new EndpointOptions { MaxConcurrency = 64, AttemptTimeout = Patient.AttemptTimeout }, time);
        var calls = Enumerable.Range(0, 64).Select(_ => model.CompleteAsync(Request, CancellationToken.None)).ToList();
        while (!_notices.Status.IsBreakerOpen)
        {
            await Task.Delay(1);
        }

        time.Jump = TimeSpan.FromDays(days);
        Volatile.Write(ref down, false);
        await Task.WhenAll(calls);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_stays_away_is_a_clear_error_for_every_call()
    {
        using var server = new RawServer(static (_, _) => RawAnswer.Of(502, "down"));
        using var model = Open(server.Address, Quick with { MaxConcurrency = 64 }, TimeProvider.System);
        var calls = Enumerable.Range(0, 64).Select(_ => model.CompleteAsync(Request, CancellationToken.None)).ToList();
        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAnyAsync<ModelException>(() => call);
            Assert.Contains(server.Address.AbsoluteUri, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_few_errors_of_a_single_user_do_not_open_the_breaker()
    {
        using var server = new RawServer(static (number, _) => number <= 16 ? RawAnswer.Of(500, "{}") : RawAnswer.Completion());
        using var model = Open(server.Address, Quick with { Retries = 16 }, TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => model.CompleteAsync(Request, CancellationToken.None)));
        Assert.Equal((24, false), (server.Requests, _notices.Status.IsBreakerOpen));
    }

    [Fact(Timeout = 60_000)]
    public async Task Being_turned_away_does_not_open_the_breaker()
    {
        using var server = new RawServer(static (number, _) => number <= 300 ? RawAnswer.Of(429, "{}", "Retry-After: 0") : RawAnswer.Completion());
        using var model = Open(server.Address, Quick with { Retries = 1000, MaxConcurrency = 32 }, TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => model.CompleteAsync(Request, CancellationToken.None)));
        Assert.Equal((332, 300L), (server.Requests, _notices.Status.Retries));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_says_come_back_at_once_does_not_use_up_a_call_s_patience()
    {
        using var server = new RawServer(static (number, _) => number <= 15 ? RawAnswer.Of(429, "{}", "Retry-After: 0") : RawAnswer.Completion("late"));
        using var model = Open(server.Address, Patient with { Retries = 16, FirstPause = TimeSpan.FromSeconds(2) }, new FastTime());
        Assert.Equal("late", (await model.CompleteAsync(Request, CancellationToken.None)).Text);

        // Of about two seconds, as chance has it; not none, as the server said.
        Assert.Matches(@"trying again in (?!0 s)\d(\.\d)? s \(1 of 16\)", _notices.Sentences.First());
    }

    [Fact(Timeout = 60_000)]
    public async Task Thousands_of_retries_are_told_in_a_few_lines()
    {
        using var server = new RawServer(static (number, _) => number <= 2000 ? RawAnswer.Of(429, "{}", "Retry-After: 0") : RawAnswer.Completion());
        using var model = Open(server.Address, Quick with { Retries = 10_000, MaxConcurrency = 32 }, TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => model.CompleteAsync(Request, CancellationToken.None)));
        Assert.InRange(_notices.Sentences.Count, 1, 12);
        Assert.Equal(2000, _notices.Status.Retries);
    }

    [Fact]
    public void Notices_that_were_held_back_are_counted_in_the_next()
    {
        var time = new ManualTime();
        var notices = new RetryNotices(_notices, time);
        for (var i = 0; i < 1500; i++)
        {
            notices.Report(static () => "A retry.");
        }

        time.Advance(TimeSpan.FromSeconds(5));
        notices.Report(static () => "Another.");
        Assert.Equal(["A retry.", "Another. 1,499 more retries since the last notice."], _notices.Sentences);
    }

    async Task<string> AskAsync(RawServer server, EndpointOptions options, TimeProvider? time = null)
    {
        using var model = Open(server.Address, options, time ?? TimeProvider.System);
        return (await model.CompleteAsync(Request, CancellationToken.None)).Text;
    }

    OpenAICompletionsModel Open(Uri address, EndpointOptions options, TimeProvider time) =>
        new(new ModelEndpoint(address, EndpointCredentials.Bearer("secret"), options, time, _notices), "m", options);

    sealed class Notices : ICallObserver
    {
        Func<CallStatus>? _status;

        public ConcurrentQueue<string> Sentences { get; } = new();

        public CallStatus Status => _status!();

        public void Report(string value) => Sentences.Enqueue(value);

        public void Watch(Func<CallStatus> status) => _status = status;
    }
}
