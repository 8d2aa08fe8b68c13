using SelfInstruct.Models;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Runs;

public sealed class CompletionLogTests : IDisposable
{
    static readonly CompletionRequest Request = Ask("one two", 1);

    readonly TemporaryFolder _folder = new();

    string LogPath => _folder.In("completions.jsonl");

    [Fact(Timeout = 10_000)]
    public async Task A_request_that_was_answered_is_not_asked_again_even_by_a_later_process()
    {
        var model = new CountingModel();
        await using (var log = await OpenAsync(model))
        {
            await log.CompleteAsync(Request, CancellationToken.None);
            await log.CompleteAsync(Request, CancellationToken.None);
        }

        await using var later = await OpenAsync(model);
        Assert.Equal("answer 1", (await later.CompleteAsync(Request, CancellationToken.None)).Text);
        Assert.Equal((1, 1), (model.Calls, later.Calls));
    }

    [Fact(Timeout = 10_000)]
    public async Task Equal_requests_in_flight_are_one_call()
    {
        var release = new TaskCompletionSource();
        var model = new CountingModel { Before = release.Task };
        await using var log = await OpenAsync(model);
        var asked = Enumerable.Range(0, 50).Select(_ => log.CompleteAsync(Request, CancellationToken.None)).ToList();
        release.SetResult();
        Assert.All(await Task.WhenAll(asked), static answer => Assert.Equal("answer 1", answer.Text));
        Assert.Equal((1, 1), (model.Calls, log.Calls));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_failed_call_is_no_answer_and_is_made_again()
    {
        var model = new CountingModel { Failures = 1 };
        await using var log = await OpenAsync(model);
        await Assert.ThrowsAsync<ModelException>(() => log.CompleteAsync(Request, CancellationToken.None));
        Assert.Equal(0, log.Calls);
        Assert.Equal("answer 2", (await log.CompleteAsync(Request, CancellationToken.None)).Text);
    }

    [Fact(Timeout = 10_000)]
    public async Task An_answer_is_on_the_disk_before_it_is_given_out()
    {
        await using var log = await OpenAsync(new CountingModel());
        var answer = await log.CompleteAsync(Request, CancellationToken.None);
        Assert.Contains(answer.Key, Assert.Single(File.ReadLines(LogPath)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_tells_every_part_of_a_request_apart()
    {
        CompletionRequest[] requests =
        [
            Request,
            Ask("one  two", 1),
            Ask("one two", 2),
            Request with { IsMessage = true },
            Request with { Sampling = Request.Sampling with { Temperature = 0.5 } },
            Request with { Sampling = Request.Sampling with { TopP = 0.5 } },
            Request with { Sampling = Request.Sampling with { FrequencyPenalty = 1 } },
            Request with { Sampling = Request.Sampling with { PresencePenalty = 1 } },
            Request with { Sampling = Request.Sampling with { MaxTokens = 2 } },
            Request with { Sampling = Request.Sampling with { Stop = ["a", "b"] } },
            Request with { Sampling = Request.Sampling with { Stop = ["ab"] } },
        ];
        Assert.Equal(requests.Length, requests.Select(static request => CompletionLog.KeyOf("m", request)).Distinct().Count());
        Assert.NotEqual(CompletionLog.KeyOf("m", Request), CompletionLog.KeyOf("n", Request));
        Assert.Equal(CompletionLog.KeyOf("m", Request), CompletionLog.KeyOf("m", Request with { Origin = new RequestOrigin("instances", 3, 4, 5) }));
    }

    [Fact(Timeout = 10_000)]
    public async Task Usage_is_counted_by_stage_over_processes()
    {
        await using (var log = await OpenAsync(new CountingModel()))
        {
            await log.CompleteAsync(Request with { Origin = new RequestOrigin("instructions", 0, 0, 2) }, CancellationToken.None);
        }

        await using var later = await OpenAsync(new CountingModel());
        await later.CompleteAsync(Ask("three", 1) with { Origin = new RequestOrigin("instances", 0, 0, 1) }, CancellationToken.None);
        Assert.Equal([new StageUsage("instances", 1, 10, 5), new StageUsage("instructions", 1, 10, 5)], later.Usage.Stages.AsEnumerable());
        Assert.Equal((20, 10, 3), (later.PromptTokens, later.CompletionTokens, later.DroppedDemonstrations));
    }

    [Theory]
    [InlineData("""{"key":"a","prompt":"p","sampling":{"stage":"no"},"text":"\n \"stage\":","finish_reason":"stop","usage":{"prompt_tokens":3,"completion_tokens":4},"stage":"instances","dropped_demonstrations":5}""")]
    [InlineData("""{"stage":"x","usage":{"completion_tokens":4,"more":{"a":[1]},"prompt_tokens":3},"finish_reason":"stop","key":"a"}""")]
    [InlineData("""{"stage":"x","usage":{"completion_tokens":4},"finish_reason":"stop","key":"a"}""")]
    [InlineData("""{"usage":{"completion_tokens":4,"prompt_tokens":3},"finish_reason":"stop","key":"a"}""")]
    [InlineData("""{"stage":"x","usage":{"completion_tokens":4,"prompt_tokens":"3"},"finish_reason":"stop","key":"a"}""")]
    [InlineData("""{"stage":"x","usage":[],"finish_reason":"stop","key":"a"}""")]
    [InlineData("""{"stage":"x","usage":{"completion_tokens":4,"prompt_tokens":3},"finish_reason":"stop","key":"a" """)]
    [InlineData("not json")]
    public void The_fast_reading_of_a_line_says_what_deserializing_it_says(string line)
    {
        RecordedUsage? slow = null;
        try
        {
            slow = JsonLines.Parse("log", 1, System.Text.Encoding.UTF8.GetBytes(line), RunJson.Format.RecordedUsage);
        }
        catch (InvalidDataException)
        {
        }

        var read = new RecordedUsageReader().TryRead(System.Text.Encoding.UTF8.GetBytes(line), out var stage, out var usage, out var dropped);
        Assert.Equal(slow is not null, read);
        if (slow is not null)
        {
            Assert.Equal((slow.Stage, slow.Usage, slow.DroppedDemonstrations), (stage, usage, dropped));
        }
    }

    [Fact(Timeout = 10_000)]
    public async Task No_call_starts_that_the_money_does_not_cover()
    {
        // 15 tokens a call at 10,000 dollars a million are 0.15 dollars.
        var model = new CountingModel();
        await using var log = await OpenAsync(model, new Budget(1, null, new Prices(10_000, 10_000)));
        var error = await Assert.ThrowsAsync<BudgetSpentException>(() => AskManyAsync(log, 100));
        Assert.Contains("--max-cost", error.Message, StringComparison.Ordinal);
        Assert.Equal(6, model.Calls);
    }

    [Fact(Timeout = 10_000)]
    public async Task Calls_in_flight_hold_their_share_of_the_budget()
    {
        var release = new TaskCompletionSource();
        var model = new CountingModel();
        await using var log = await OpenAsync(model, new Budget(null, 100, Prices.Free));
        await log.CompleteAsync(Request, CancellationToken.None);
        model.Before = release.Task;
        var asked = Enumerable.Range(0, 20).Select(n => log.CompleteAsync(Ask("more", n + 10), CancellationToken.None)).ToList();
        release.SetResult();
        await Task.WhenAll(asked).ContinueWith(static _ => { }, TaskScheduler.Default);

        // 15 are used; each further call takes 15; a sixth would make 105, and nothing is left in flight to wait for.
        Assert.Equal(6, model.Calls);
        Assert.Equal(15, asked.Count(static task => task.Exception?.InnerException is BudgetSpentException));
    }

    [Fact(Timeout = 10_000)]
    public async Task The_first_calls_of_a_stage_hold_the_longest_answer_they_may_have()
    {
        // 10 tokens of prompt and up to 50 of answer: only one goes at first; its 15 let the others follow.
        var release = new TaskCompletionSource();
        var model = new CountingModel { Before = release.Task };
        await using var log = await OpenAsync(model, new Budget(null, 100, Prices.Free));
        var asked = Enumerable.Range(0, 64).Select(n => log.CompleteAsync(Ask("more", n) with { Sampling = Request.Sampling with { MaxTokens = 50, Seed = n } }, CancellationToken.None)).ToList();
        await Task.Delay(50);
        Assert.Equal(1, model.Calls);
        release.SetResult();
        await Task.WhenAll(asked).ContinueWith(static _ => { }, TaskScheduler.Default);
        Assert.Equal(6, model.Calls);
        Assert.True(log.PromptTokens + log.CompletionTokens <= 100);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_caller_does_not_fall_with_the_one_who_asked_first()
    {
        using var cancelled = new CancellationTokenSource();
        var model = new CancellableModel();
        await using var log = await OpenAsync(model);
        var first = log.CompleteAsync(Request, cancelled.Token);
        var second = log.CompleteAsync(Request, CancellationToken.None);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        model.Release.SetResult();
        Assert.Equal("late", (await second).Text);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_failure_that_nobody_waited_for_is_not_handed_to_a_later_caller()
    {
        var release = new TaskCompletionSource();
        var model = new CountingModel { Before = release.Task, Failures = 1 };
        await using var log = await OpenAsync(model);
        using var impatient = new CancellationTokenSource();
        var first = log.CompleteAsync(Request, impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        release.SetResult();
        await Task.Delay(50);
        Assert.Equal("answer 2", (await log.CompleteAsync(Request, CancellationToken.None)).Text);
    }

    [Fact(Timeout = 10_000)]
    public async Task What_an_earlier_process_spent_counts_and_a_recorded_answer_costs_nothing()
    {
        var model = new CountingModel();
        await using (var log = await OpenAsync(model))
        {
            await log.CompleteAsync(Request, CancellationToken.None);
        }

        await using var later = await OpenAsync(model, new Budget(null, 15, Prices.Free));
        await later.CompleteAsync(Request, CancellationToken.None);
        var error = await Assert.ThrowsAsync<BudgetSpentException>(() => later.CompleteAsync(Ask("other", 1), CancellationToken.None));
        Assert.Contains("--max-tokens", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, model.Calls);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_failed_call_gives_its_share_back()
    {
        var model = new CountingModel { Failures = 1 };
        await using var log = await OpenAsync(model, new Budget(null, 15, Prices.Free));
        await Assert.ThrowsAsync<ModelException>(() => log.CompleteAsync(Request, CancellationToken.None));
        await log.CompleteAsync(Request, CancellationToken.None);
        Assert.Equal(1, log.Calls);
    }

    public void Dispose() => _folder.Dispose();

    Task<CompletionLog> OpenAsync(ILanguageModel model, Budget? budget = null) =>
        CompletionLog.OpenAsync(JsonLinesLog.Open(LogPath, CompletionLog.KeyField), model, TimeProvider.System, budget, CancellationToken.None);

    static async Task AskManyAsync(CompletionLog log, int count)
    {
        for (var n = 0; n < count; n++)
        {
            await log.CompleteAsync(Ask("more", n), CancellationToken.None);
        }
    }

    static CompletionRequest Ask(string prompt, long seed) => new(prompt, new Sampling(0, 1, 0, 0, 1, [], seed));

    /// <summary>Answers when released.</summary>
    sealed class CancellableModel : ILanguageModel
    {
        public TaskCompletionSource Release { get; } = new();

        public string Id => "cancellable";

        public int ContextLength => 100;

        public bool IsChat => false;

        public int MaxConcurrency => 8;

        public int CountTokens(string text) => 10;

        public async Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
        {
            await Release.Task.WaitAsync(cancellationToken);
            return new Completion("late", "stop", new TokenUsage(10, 5));
        }
    }

    /// <summary>Every prompt has 10 tokens, every answer 5.</summary>
    sealed class CountingModel : ILanguageModel
    {
        int _calls;

        public int Calls => _calls;

        public int Failures { get; init; }

        public Task Before { get; set; } = Task.CompletedTask;

        public string Id => "counting";

        public int ContextLength => 100;

        public bool IsChat => false;

        public int MaxConcurrency => 8;

        public int CountTokens(string text) => 10;

        public async Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
        {
            var call = Interlocked.Increment(ref _calls);
            await Before;
            return call <= Failures ? throw new ModelException("out of order") : new Completion($"answer {call}", "stop", new TokenUsage(10, 5));
        }
    }
}
