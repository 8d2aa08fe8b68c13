using System.Security.Authentication;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace SelfInstruct.Models.Calls;

/// <summary>
/// Two pipelines, one around the other: <see cref="Retrying"/> around a call, pauses and the waiting for an open breaker
/// included; <see cref="Attempt"/>, breaker and time-out, around what is sent. Between the two an attempt waits for its turn.
/// </summary>
sealed class Resilience
{
    const int ShortPausesBelieved = 5;

    static readonly TimeSpan LongestBreak = TimeSpan.FromSeconds(30);
    static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);

    readonly EndpointOptions _options;
    readonly TimeProvider _time;
    readonly CircuitBreakerStateProvider _breaker = new();
    long _brokenSince;

    public Resilience(EndpointOptions options, TimeProvider time, RetryNotices notices)
    {
        // Polly measures breaks by the wall clock.
        (_options, _time) = (options, new SteadyTime(time));
        Retrying = new ResiliencePipelineBuilder<Reply> { TimeProvider = _time }.AddRetry(CreateRetry(notices)).AddRetry(CreateWait()).Build();

        // Time-outs need timers alone, and those of the system's own clock are pooled.
        var timeout = new ResiliencePipelineBuilder<Reply> { TimeProvider = time }.AddTimeout(options.AttemptTimeout).Build();
        Attempt = new ResiliencePipelineBuilder<Reply> { TimeProvider = _time }.AddCircuitBreaker(CreateBreaker()).AddPipeline(timeout).Build();
    }

    public ResiliencePipeline<Reply> Retrying { get; }

    public ResiliencePipeline<Reply> Attempt { get; }

    public bool IsBreakerOpen => Interlocked.Read(ref _brokenSince) != 0;

    /// <summary>A call may wait for a broken server as long as its pauses would be together.</summary>
    TimeSpan Patience => Enumerable.Range(0, _options.Retries).Aggregate(TimeSpan.Zero, (sum, n) => sum + Doubled(_options.FirstPause, n, LongestBackoff));

    RetryStrategyOptions<Reply> CreateRetry(RetryNotices notices) => new()
    {
        // Polly takes no 0; ShouldHandle counts for it.
        MaxRetryAttempts = Math.Max(1, _options.Retries),
        Delay = _options.FirstPause,
        MaxDelay = LongestBackoff,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        ShouldHandle = arguments => ValueTask.FromResult(_options.Retries > 0 && (arguments.Outcome.Result is PassingFault || IsPassing(arguments.Outcome.Exception))),
        DelayGenerator = arguments => ValueTask.FromResult(FindPause(arguments.Outcome.Result as PassingFault, arguments.AttemptNumber)),
        OnRetry = arguments =>
        {
            notices.Report(() => $"{Describe(arguments.Outcome)}; trying again in {arguments.RetryDelay.TotalSeconds:0.#} s ({arguments.AttemptNumber + 1} of {_options.Retries}).");
            return ValueTask.CompletedTask;
        },
    };

    /// <summary>Null for our own growing pause: where the server names none, names nothing worth the name, or has named a short one several times in vain.</summary>
    TimeSpan? FindPause(PassingFault? fault, int attempt) => fault?.RetryAfter switch
    {
        null => null,
        { } pause when pause <= TimeSpan.Zero => null,
        { } pause when attempt >= ShortPausesBelieved && pause < Doubled(_options.FirstPause, attempt, LongestBackoff) => null,
        { } pause => pause,
    };

    /// <summary>While the breaker is open an attempt is not used up: it waits, and looks again.</summary>
    RetryStrategyOptions<Reply> CreateWait() => new()
    {
        MaxRetryAttempts = int.MaxValue,
        Delay = Shorter(_options.FirstPause, TimeSpan.FromSeconds(0.5)),
        BackoffType = DelayBackoffType.Constant,
        UseJitter = true,
        ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is BrokenCircuitException && MayStillRecover()),
    };

    CircuitBreakerStrategyOptions<Reply> CreateBreaker() => new()
    {
        // A few calls in flight through a bad minute must not trip it: four fifths of at least 20 attempts in 10 s.
        FailureRatio = 0.8,
        MinimumThroughput = 20,
        SamplingDuration = TimeSpan.FromSeconds(10),
        StateProvider = _breaker,
        BreakDurationGenerator = arguments => ValueTask.FromResult(Doubled(_options.FirstPause, arguments.HalfOpenAttempts, LongestBreak)),
        ShouldHandle = static arguments => ValueTask.FromResult(
            arguments.Outcome.Exception is HttpRequestException or IOException || arguments.Outcome.Result is PassingFault { Status: >= System.Net.HttpStatusCode.InternalServerError }),
        OnOpened = _ =>
        {
            Interlocked.CompareExchange(ref _brokenSince, _time.GetTimestamp(), 0);
            return ValueTask.CompletedTask;
        },
        OnClosed = _ =>
        {
            Interlocked.Exchange(ref _brokenSince, 0);
            return ValueTask.CompletedTask;
        },
    };

    /// <summary>An attempt that is under way to test the server may take its time.</summary>
    bool MayStillRecover()
    {
        var since = Interlocked.Read(ref _brokenSince);
        return since == 0 || _breaker.CircuitState == CircuitState.HalfOpen || _time.GetElapsedTime(since) < Patience;
    }

    /// <summary>A certificate that is refused once is refused always.</summary>
    static bool IsPassing(Exception? fault) =>
        fault is IOException or TimeoutRejectedException or HttpRequestException { InnerException: not AuthenticationException };

    static string Describe(Outcome<Reply> outcome) => outcome switch
    {
        { Result: PassingFault fault } => $"The server {fault.Reason}",
        { Exception: TimeoutRejectedException timeout } => $"No answer within {timeout.Timeout.TotalSeconds:0.#} s",
        _ => $"No answer ({outcome.Exception?.Message.TrimEnd('.')})",
    };

    static TimeSpan Doubled(TimeSpan first, int times, TimeSpan longest) => Shorter(first * Math.Pow(2, Math.Min(times, 30)), longest);

    static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
