using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Polly.CircuitBreaker;
using Polly.Timeout;
using SelfInstruct.Models.Calls;

namespace SelfInstruct.Models;

/// <summary>
/// One provider's HTTP address. Time-outs, broken connections, answers cut short, 408, 409, 429 and 5xx are retried with
/// growing, jittered pauses, or as long as Retry-After says; anything else fails at once. How many attempts are in flight
/// follows what the server takes, up to the ceiling of the options.
/// </summary>
public sealed class ModelEndpoint : IDisposable
{
    static readonly MediaTypeHeaderValue Json = new("application/json", Encoding.UTF8.WebName);

    static readonly ExpectedAnswer<byte[]> FileBytes = new("a file", null, static _ => true, "The server does not give this file.") { FromBytes = static bytes => bytes, MaxBytes = 512 << 20 };

    readonly HttpClient _http;
    readonly EndpointCredentials _credentials;
    readonly EndpointOptions _options;
    readonly TimeProvider _time;
    readonly RetryNotices _notices;
    readonly Resilience _resilience;
    readonly AdaptiveLimit _limit;
    readonly Pace? _requests;
    readonly Pace? _tokens;
    readonly AnswerReading _reading;
    readonly ConcurrentDictionary<string, Uri> _uris = [];
    long _hedges;

    /// <param name="baseAddress">With its version, for example http://127.0.0.1:8000/v1.</param>
    /// <param name="credentials">How calls are authorised.</param>
    /// <param name="options">Limits and patience.</param>
    /// <param name="time">Measures pauses and limits.</param>
    /// <param name="notices">Told of retries, in sentences; an <see cref="ICallObserver"/> is given the status as well.</param>
    public ModelEndpoint(
        Uri baseAddress, EndpointCredentials credentials, EndpointOptions options, TimeProvider time, IProgress<string>? notices = null)
    {
        // User and password of an address are secrets too.
        Address = new UriBuilder(baseAddress) { UserName = "", Password = "" }.Uri;
        (_credentials, _options, _time) = (credentials, options, time);
        _http = CreateClient(Address, options);
        credentials.AddTo(_http.DefaultRequestHeaders);

        _notices = new RetryNotices(notices, time);
        _resilience = new Resilience(options, time, _notices);
        _limit = new AdaptiveLimit(options.MaxConcurrency, time);
        _requests = options.RequestsPerMinute is { } requests ? new Pace(requests, time) : null;
        _tokens = options.TokensPerMinute is { } tokens ? new Pace(tokens, time) : null;
        _reading = new AnswerReading(credentials, options.MaxAnswerBytes, time);
        (notices as ICallObserver)?.Watch(() => Status);
    }

    public Uri Address { get; }

    /// <summary>What the calls are doing at this moment.</summary>
    public CallStatus Status
    {
        get
        {
            var (limit, inFlight, waiting) = _limit.Status;
            return new CallStatus(
                limit, _options.MaxConcurrency, inFlight, waiting, _requests?.Waiting ?? 0, _tokens?.Waiting ?? 0,
                _notices.Count, Interlocked.Read(ref _hedges), _resilience.IsBreakerOpen);
        }
    }

    /// <summary>Asks for a completion.</summary>
    /// <exception cref="ModelException">No usable answer after the retries; says where, what came, and what to do.</exception>
    public Task<ModelAnswer> PostAsync<T>(string path, T body, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        PostAsync(path, body, type, OpenAIAnswers.Expected, cancellationToken);

    /// <exception cref="ModelException">No usable answer after the retries; says where, what came, and what to do.</exception>
    internal async Task<TAnswer> PostAsync<T, TAnswer>(string path, T body, JsonTypeInfo<T> type, ExpectedAnswer<TAnswer> expected, CancellationToken cancellationToken)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, type);
        var uri = _uris.GetOrAdd(path, static (path, address) => UriOf(address, path), Address);
        return await CallAsync(new Call<TAnswer>(HttpMethod.Post, uri, bytes, Json, _tokens is null ? 0 : RequestTokens.Estimate(bytes), expected), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="PostAsync{T, TAnswer}"/>, for what must not be made twice: tried again only where the server says that it has too much to do.</summary>
    /// <exception cref="LostAnswerException">It may have been made all the same.</exception>
    internal Task<TAnswer> PostOnceAsync<T, TAnswer>(string path, T body, JsonTypeInfo<T> type, ExpectedAnswer<TAnswer> expected, CancellationToken cancellationToken) =>
        CallAsync(new Call<TAnswer>(HttpMethod.Post, UriOf(Address, path), JsonSerializer.SerializeToUtf8Bytes(body, type), Json, 0, expected, IsOnce: true), cancellationToken);

    /// <summary>As <see cref="PostAsync{T, TAnswer}"/>, without a body.</summary>
    /// <exception cref="ModelException">No usable answer after the retries.</exception>
    internal Task<TAnswer> GetAsync<TAnswer>(string path, ExpectedAnswer<TAnswer> expected, CancellationToken cancellationToken) =>
        CallAsync(new Call<TAnswer>(HttpMethod.Get, UriOf(Address, path), null, null, 0, expected), cancellationToken);

    /// <summary>The bytes of a file that the server keeps.</summary>
    /// <exception cref="ModelException">No usable answer after the retries; or more than half a gibibyte.</exception>
    internal Task<byte[]> DownloadAsync(string path, CancellationToken cancellationToken) =>
        GetAsync(path, FileBytes, cancellationToken);

    /// <summary>A file as a form of two fields, purpose and file.</summary>
    /// <exception cref="ModelException">No usable answer after the retries.</exception>
    internal Task<TAnswer> UploadAsync<TAnswer>(
        string path, string purpose, string fileName, ReadOnlyMemory<byte> file, ExpectedAnswer<TAnswer> expected, CancellationToken cancellationToken)
    {
        var (form, type) = FileForm.Write(purpose, fileName, file.Span);
        return CallAsync(new Call<TAnswer>(HttpMethod.Post, UriOf(Address, path), form, type, 0, expected), cancellationToken);
    }

    /// <summary>The error that a call would have ended with, had its answer been this.</summary>
    internal RefusedException Refused(string path, HttpStatusCode status, ReadOnlySpan<byte> body, string refusalRemedy) =>
        _reading.Refused(UriOf(Address, path), status, body, refusalRemedy);

    /// <summary>A server's words without the key, should it repeat it.</summary>
    internal string Redact(string text) => _credentials.Redact(text);

    async Task<TAnswer> CallAsync<TAnswer>(Call<TAnswer> call, CancellationToken cancellationToken)
    {
        _credentials.ThrowIfMissing();
        try
        {
            var reply = await _resilience.Retrying.ExecuteAsync(
                static (state, token) => state.Endpoint.TryAsync(state.Call, token), (Endpoint: this, Call: call), cancellationToken).ConfigureAwait(false);
            return reply is Answer<TAnswer> answer ? answer.Value : throw _reading.Refused(call.Uri, (PassingFault)reply, call.Expected.RefusalRemedy);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutRejectedException or BrokenCircuitException)
        {
            var cause = e is BrokenCircuitException ? e.InnerException?.Message ?? "nearly every call failed" : e.Message;
            throw new ModelException(NoAnswer(call.Uri, cause), e);
        }
    }

    public void Dispose() => _http.Dispose();

    static string NoAnswer(Uri uri, string cause) => $"{uri}: no answer ({cause}). Start the server, or name another with --endpoint; what was answered before is saved.";

    static Uri UriOf(Uri address, string path) => new($"{address.AbsoluteUri.TrimEnd('/')}/{path}");

    /// <summary>For one address: no redirects, no cookies, no proxy on the way to this machine, and no time-out of its own.</summary>
    internal static HttpClient CreateClient(Uri address, EndpointOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxConnectionsPerServer = options.MaxConcurrency,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            UseProxy = !address.IsLoopback,
            UseCookies = false,

            // A key must not follow to another host.
            AllowAutoRedirect = false,
        };
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>One attempt; with hedging, a second beside it when it is slow.</summary>
    async ValueTask<Reply> TryAsync<T>(Call<T> call, CancellationToken cancellationToken)
    {
        await EnterAsync(call, cancellationToken).ConfigureAwait(false);
        return await (call.IsOnce ? SendOnceAsync(call, cancellationToken) : _options.HedgeAfter is { } pause ? HedgeAsync(call, pause, cancellationToken) : SendEnteredAsync(call, cancellationToken)).ConfigureAwait(false);
    }

    async Task<Reply> SendOnceAsync<T>(Call<T> call, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await SendEnteredAsync(call, cancellationToken).ConfigureAwait(false);
            return reply is PassingFault { IsOverload: false } fault
                ? throw new LostAnswerException(_reading.Refused(call.Uri, fault, call.Expected.RefusalRemedy))
                : reply;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutRejectedException)
        {
            throw new LostAnswerException(new ModelException(NoAnswer(call.Uri, e.Message), e));
        }
    }

    /// <summary>The first good reply of two; the other attempt is given up.</summary>
    async Task<Reply> HedgeAsync<T>(Call<T> call, TimeSpan pause, CancellationToken cancellationToken)
    {
        using var losers = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = SendEnteredAsync(call, losers.Token);
        List<Task<Reply>> running = [first];
        try
        {
            if (await Task.WhenAny(first, Task.Delay(pause, _time, losers.Token)).ConfigureAwait(false) != first)
            {
                running.Add(SendHedgeAsync(call, losers.Token));
            }

            var winner = await Task.WhenAny(running).ConfigureAwait(false);
            winner = winner is { IsCompletedSuccessfully: true, Result: Answer<T> } ? winner : running.Find(task => task != winner) ?? winner;
            return await winner.ConfigureAwait(false);
        }
        finally
        {
            await losers.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task<Reply> SendHedgeAsync<T>(Call<T> call, CancellationToken cancellationToken)
    {
        await EnterAsync(call, cancellationToken).ConfigureAwait(false);
        Interlocked.Increment(ref _hedges);
        return await SendEnteredAsync(call, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until the attempt may be sent; <see cref="SendEnteredAsync"/> must follow.</summary>
    async ValueTask EnterAsync<T>(Call<T> call, CancellationToken cancellationToken)
    {
        if (_requests is not null)
        {
            await _requests.TakeAsync(1, cancellationToken).ConfigureAwait(false);
        }

        var taken = 0;
        try
        {
            if (_tokens is not null)
            {
                await _tokens.TakeAsync(call.Tokens, cancellationToken).ConfigureAwait(false);
                taken = call.Tokens;
            }

            await _limit.EnterAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nothing was sent.
            _requests?.GiveBack(1);
            _tokens?.GiveBack(taken);
            throw;
        }
    }

    async Task<Reply> SendEnteredAsync<T>(Call<T> call, CancellationToken cancellationToken)
    {
        var started = _limit.Now;
        var outcome = AttemptOutcome.Unrelated;
        try
        {
            var reply = await _resilience.Attempt.ExecuteAsync(
                static (state, token) => state.Endpoint.SendAsync(state.Call, token), (Endpoint: this, Call: call), cancellationToken).ConfigureAwait(false);
            outcome = reply.Outcome;
            CorrectTokens(call, reply);
            return reply;
        }
        catch (BrokenCircuitException)
        {
            // Nothing was sent.
            _requests?.GiveBack(1);
            _tokens?.GiveBack(call.Tokens);
            throw;
        }
        finally
        {
            _limit.Exit(started, outcome);
        }
    }

    async ValueTask<Reply> SendAsync<T>(Call<T> call, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(call.Method, call.Uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = call.Body is null ? null : new ByteArrayContent(call.Body) { Headers = { ContentType = call.ContentType } },
        };
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            return await _reading.ReadAsync(response, call.Uri, call.Expected, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException("the connection could not be made in time", e);
        }
    }

    void CorrectTokens<T>(Call<T> call, Reply reply)
    {
        if (_tokens is not null && reply is Answer<T> answer && call.Expected.TokensOf(answer.Value) is { } billed)
        {
            _tokens.GiveBack(call.Tokens - billed);
        }
    }

    /// <param name="Body">Null where there is none.</param>
    /// <param name="Tokens">Estimated; 0 where they are not counted.</param>
    /// <param name="IsOnce">Not to be sent again where an earlier attempt may have had its effect.</param>
    sealed record Call<T>(HttpMethod Method, Uri Uri, byte[]? Body, MediaTypeHeaderValue? ContentType, int Tokens, ExpectedAnswer<T> Expected, bool IsOnce = false);
}
