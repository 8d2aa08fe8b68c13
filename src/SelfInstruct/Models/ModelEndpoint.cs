using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace SelfInstruct.Models;

/// <summary>
/// One provider's HTTP address. Time-outs, broken connections, 408, 429 and 5xx are retried with growing,
/// jittered pauses, or as long as Retry-After says; anything else fails at once.
/// </summary>
public sealed class ModelEndpoint : IDisposable
{
    const int ShownOfBody = 200;

    static readonly ExpectedAnswer<ModelAnswer> Completion = new(
        "a completion",
        ModelJson.Format.ModelAnswer,
        static answer => answer.Choices is [not null, ..],
        "The server does not take this request; a model with a longer context or another kind (openai: for chat, openai-completions: for text) may.");

    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    readonly HttpClient _http;
    readonly ResiliencePipeline<HttpResponseMessage> _retrying;
    readonly EndpointCredentials _credentials;

    /// <param name="baseAddress">With its version, for example http://127.0.0.1:8000/v1.</param>
    /// <param name="credentials">How calls are authorised.</param>
    /// <param name="options">Patience.</param>
    /// <param name="time">Measures pauses.</param>
    /// <param name="notices">Told, in a sentence, of every retry.</param>
    public ModelEndpoint(
        Uri baseAddress, EndpointCredentials credentials, EndpointOptions options, TimeProvider time, IProgress<string>? notices = null)
    {
        // User and password of an address are secrets too.
        Address = new UriBuilder(baseAddress) { UserName = "", Password = "" }.Uri;
        _credentials = credentials;
        _http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Timeout.InfiniteTimeSpan };
        credentials.AddTo(_http.DefaultRequestHeaders);

        _retrying = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(CreateRetry(options, time, notices))
            .AddTimeout(options.AttemptTimeout)
            .Build();
    }

    public Uri Address { get; }

    /// <summary>Asks for a completion.</summary>
    /// <exception cref="ModelException">No usable answer after the retries; says where, what came, and what to do.</exception>
    public Task<ModelAnswer> PostAsync<T>(string path, T body, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        PostAsync(path, body, type, Completion, cancellationToken);

    /// <exception cref="ModelException">No usable answer after the retries; says where, what came, and what to do.</exception>
    internal async Task<TAnswer> PostAsync<T, TAnswer>(string path, T body, JsonTypeInfo<T> type, ExpectedAnswer<TAnswer> expected, CancellationToken cancellationToken)
    {
        _credentials.ThrowIfMissing();

        var uri = new Uri($"{Address.AbsoluteUri.TrimEnd('/')}/{path}");
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, type);
        try
        {
            using var response = await _retrying.ExecuteAsync(
                async token =>
                {
                    using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new ByteArrayContent(bytes) };
                    request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", Encoding.UTF8.WebName);
                    return await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, token).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);

            // Not ReadAsStringAsync: it fails on a charset it does not know, and JSON is UTF-8 whatever the header says.
            var text = _credentials.Redact(Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false)));
            return response.IsSuccessStatusCode ? Parse(uri, text, expected) : throw Refused(uri, response.StatusCode, text, expected.RefusalRemedy);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutRejectedException)
        {
            throw new ModelException($"{uri}: no answer ({e.Message}). Start the server, or name another with --endpoint; what was answered before is saved.", e);
        }
    }

    public void Dispose() => _http.Dispose();

    static RetryStrategyOptions<HttpResponseMessage> CreateRetry(EndpointOptions options, TimeProvider time, IProgress<string>? notices) => new()
    {
        MaxRetryAttempts = options.Retries,
        Delay = options.FirstPause,
        MaxDelay = TimeSpan.FromMinutes(1),
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
            .Handle<HttpRequestException>()
            .Handle<TimeoutRejectedException>()
            .HandleResult(response => IsPassing(response.StatusCode) && !(FindRetryAfter(response, time) > LongestPause)),
        DelayGenerator = arguments => ValueTask.FromResult(FindRetryAfter(arguments.Outcome.Result, time)),
        OnRetry = arguments =>
        {
            var reason = arguments.Outcome.Result is { } response ? $"answered {(int)response.StatusCode}" : arguments.Outcome.Exception?.Message;
            notices?.Report($"The server {reason}; trying again in {arguments.RetryDelay.TotalSeconds:0.#} s ({arguments.AttemptNumber + 1} of {options.Retries}).");
            arguments.Outcome.Result?.Dispose();
            return ValueTask.CompletedTask;
        },
    };

    static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;

    /// <summary>Given in seconds or as a date; null where the server does not say.</summary>
    static TimeSpan? FindRetryAfter(HttpResponseMessage? response, TimeProvider time) => response?.Headers.RetryAfter switch
    {
        { Delta: { } pause } => pause,
        { Date: { } date } => date - time.GetUtcNow() is var pause && pause > TimeSpan.Zero ? pause : TimeSpan.Zero,
        _ => null,
    };

    static TAnswer Parse<TAnswer>(Uri uri, string text, ExpectedAnswer<TAnswer> expected)
    {
        try
        {
            return JsonSerializer.Deserialize(text, expected.Type) is { } answer && expected.IsUsable(answer) ? answer : throw Nonsense(uri, text, expected.Name, null);
        }
        catch (JsonException e)
        {
            throw Nonsense(uri, text, expected.Name, e);
        }
    }

    static ModelException Nonsense(Uri uri, string text, string expected, Exception? inner) =>
        new($"{uri}: answered something that is not {expected}: {Shorten(text)}. Check that --endpoint names an OpenAI-compatible server, version path included.", inner);

    RefusedException Refused(Uri uri, HttpStatusCode status, string text, string refusalRemedy) =>
        new(status, text, $"{uri}: answered {(int)status} {status}: {Shorten(text)}. {(status == HttpStatusCode.BadRequest ? refusalRemedy : Remedy(status))}");

    string Remedy(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => $"Set {_credentials.Variable} to a key that may use this model.",
        HttpStatusCode.NotFound => "Check the model's name and --endpoint (it ends with the version, as in /v1).",
        HttpStatusCode.TooManyRequests => "The provider's limit is reached; run again later, nothing is lost.",
        _ => "Run again later; nothing is lost.",
    };

    static string Shorten(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= ShownOfBody ? line : line[..ShownOfBody] + "…";
    }
}

/// <param name="Name">With its article, for errors.</param>
/// <param name="Type">How it is read.</param>
/// <param name="IsUsable">Whether it holds what was asked for.</param>
/// <param name="RefusalRemedy">What to do when the server answers 400.</param>
sealed record ExpectedAnswer<T>(string Name, JsonTypeInfo<T> Type, Func<T, bool> IsUsable, string RefusalRemedy);

/// <summary>Patience with a server.</summary>
public sealed record EndpointOptions
{
    /// <summary>Further attempts after the first.</summary>
    public int Retries { get; init; } = 6;

    /// <summary>Before the first retry; doubles from there, to a minute at most.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Calls in flight at once.</summary>
    public int MaxConcurrency { get; init; } = 8;

    /// <summary>Tokens of the model's context; a server does not say.</summary>
    public int ContextLength { get; init; } = 8192;
}
