using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace SelfInstruct.Models.Calls;

/// <summary>From an HTTP response to an answer, to a fault that may pass, or to an error that says where, what came, and what to do.</summary>
/// <param name="credentials">Whose key must not be shown when a server repeats it.</param>
/// <param name="maxBytes">A longer answer is refused.</param>
/// <param name="time">For a Retry-After that is a date, where the server does not send its own time.</param>
sealed class AnswerReading(EndpointCredentials credentials, int maxBytes, TimeProvider time)
{
    const int ShownOfBody = 200;

    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <exception cref="ModelException">Trying again would not help.</exception>
    public async ValueTask<Reply> ReadAsync<T>(HttpResponseMessage response, Uri uri, ExpectedAnswer<T> expected, CancellationToken cancellationToken)
    {
        using var body = await AnswerBody.ReadAsync(response.Content, expected.MaxBytes ?? maxBytes, cancellationToken).ConfigureAwait(false)
            ?? throw new ModelException($"{uri}: the answer is longer than {expected.MaxBytes ?? maxBytes:N0} bytes. Check that --endpoint names a model server.");
        return response.IsSuccessStatusCode ? ReadAnswer(response, uri, body.Bytes, expected) : ReadFault(response, uri, body.Bytes, expected.RefusalRemedy);
    }

    /// <summary>The error for a fault that did not pass.</summary>
    public RefusedException Refused(Uri uri, PassingFault fault, string refusalRemedy) => Refused(uri, fault.Status, fault.Body, refusalRemedy, null);

    /// <summary>The error for a refusal that came in another way than as an answer's status.</summary>
    public RefusedException Refused(Uri uri, HttpStatusCode status, ReadOnlySpan<byte> body, string refusalRemedy) => Refused(uri, status, Text(body), refusalRemedy, null);

    /// <summary>The same request may be answered later.</summary>
    public static bool MayPass(HttpStatusCode status, ProviderError? error) => IsPassing(status) && error?.IsAboutMoney != true;

    Reply ReadAnswer<T>(HttpResponseMessage response, Uri uri, ReadOnlyMemory<byte> body, ExpectedAnswer<T> expected)
    {
        if (expected.FromBytes is { } read)
        {
            return new Answer<T>(read(body.ToArray()));
        }

        JsonException? fault = null;
        try
        {
            if (JsonSerializer.Deserialize(body.Span, expected.Type!) is { } answer && expected.IsUsable(answer))
            {
                return new Answer<T>(answer);
            }
        }
        catch (JsonException e)
        {
            fault = e;
        }

        return fault is not null && IsCutShort(body.Span) ? new PassingFault(response.StatusCode, Text(body.Span), "sent an answer that ends in the middle", IsOverload: false, null)
            : ProviderError.Find(body) is { } error ? ReadFault(response, uri, body, expected.RefusalRemedy, error)
            : throw Nonsense(uri, body.Span, expected.Name, fault);
    }

    PassingFault ReadFault(HttpResponseMessage response, Uri uri, ReadOnlyMemory<byte> body, string refusalRemedy) =>
        ReadFault(response, uri, body, refusalRemedy, ProviderError.Find(body));

    PassingFault ReadFault(HttpResponseMessage response, Uri uri, ReadOnlyMemory<byte> body, string refusalRemedy, ProviderError? error)
    {
        var status = response.StatusCode;
        var text = Text(body.Span);
        var pause = FindRetryAfter(response);
        var mayPass = response.IsSuccessStatusCode ? error!.MayPass : MayPass(status, error);
        if (!mayPass || pause > LongestPause)
        {
            throw Refused(uri, status, text, refusalRemedy, response.Headers.Location);
        }

        var isOverload = status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or (HttpStatusCode)529 || (response.IsSuccessStatusCode && error!.IsOverload);
        return new PassingFault(status, text, response.IsSuccessStatusCode ? $"answered with an error ({Shorten(credentials.Redact(error!.Message))})" : $"answered {(int)status}", isOverload, pause);
    }

    /// <summary>Given in milliseconds, in seconds or as a date; null where the server does not say.</summary>
    TimeSpan? FindRetryAfter(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues("retry-after-ms", out var values) && double.TryParse(values.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds is >= 0 and < int.MaxValue)
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        return response.Headers.RetryAfter switch
        {
            { Delta: { } pause } => pause,

            // By the server's own clock where it sends it: ours may be wrong.
            { Date: { } date } => date - (response.Headers.Date ?? time.GetUtcNow()) is var pause && pause > TimeSpan.Zero ? pause : TimeSpan.Zero,
            _ => null,
        };
    }

    static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests
        || (status >= HttpStatusCode.InternalServerError && status is not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported));

    /// <summary>It begins as JSON, and nothing in it is wrong but that it ends.</summary>
    static bool IsCutShort(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    return false;
                }
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    ModelException Nonsense(Uri uri, ReadOnlySpan<byte> body, string expected, Exception? inner)
    {
        var text = Text(body);
        var what = text.AsSpan().TrimStart().StartsWith("<", StringComparison.Ordinal) ? "a web page, which" : "something that";
        return new($"{uri}: answered {what} is not {expected}: {Shorten(text)}. Check that --endpoint names an OpenAI-compatible server, version path included.", inner);
    }

    RefusedException Refused(Uri uri, HttpStatusCode status, string text, string refusalRemedy, Uri? location)
    {
        var error = ProviderError.Find(Encoding.UTF8.GetBytes(text));
        var answered = (int)status is >= 200 and < 300 ? "with an error" : $"{(int)status} {status}";
        var remedy = error?.IsAboutMoney == true ? "The account has no credit left: top it up at the provider; what was answered before is saved."
            : location is not null ? $"It sends calls to {(location.IsAbsoluteUri ? location.GetLeftPart(UriPartial.Path) : location.OriginalString)}; if that is right, give its base as --endpoint."
            : Remedy(status) ?? refusalRemedy;
        return new(status, text, $"{uri}: answered {answered}: {Shorten(error?.Message ?? text)}. {remedy}");
    }

    /// <summary>Null where what was asked is at fault.</summary>
    string? Remedy(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => $"Set {credentials.Variable} to a key that may use this model.",
        HttpStatusCode.PaymentRequired => "The account has no credit left: top it up at the provider; what was answered before is saved.",
        HttpStatusCode.NotFound => "Check the model's name and --endpoint (it ends with the version, as in /v1).",
        HttpStatusCode.TooManyRequests => "The provider's limit is reached; run again later, nothing is lost.",
        HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict or >= HttpStatusCode.InternalServerError => "Run again later; nothing is lost.",
        _ => null,
    };

    string Text(ReadOnlySpan<byte> body) => credentials.Redact(Encoding.UTF8.GetString(body));

    static string Shorten(string text)
    {
        // A terminal must not obey what a server says.
        var visible = string.Concat(text.Select(static c => char.IsControl(c) ? ' ' : c));
        var line = string.Join(' ', visible.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        return line.Length <= ShownOfBody ? line : line[..ShownOfBody] + "…";
    }
}
