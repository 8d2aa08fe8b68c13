using System.Net;
using Microsoft.AspNetCore.Http;
using SelfInstruct.Serving.Answers;
using SelfInstruct.Serving.Requests;

namespace SelfInstruct.Serving;

/// <summary>Stands before every request: who may ask, and how failures are told.</summary>
/// <param name="address">That the server listens on.</param>
/// <param name="token">Null: none is asked for.</param>
/// <param name="counts">Told of refusals and failures.</param>
/// <param name="notices">Told of failures, for the one who runs the server.</param>
sealed class RequestGuard(IPAddress address, AccessToken? token, ServingCounts counts, IProgress<string> notices)
{
    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            Check(context);
            await next(context).ConfigureAwait(false);
            if (context.Response is { HasStarted: false, StatusCode: 404 or 405 })
            {
                throw NoSuchPlace(context);
            }
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            counts.Cancel();
        }
        catch (RefusalException e)
        {
            await RefuseAsync(context, e).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(context, new RefusalException(e.StatusCode, e.StatusCode == 413 ? "The body of the request is larger than this server takes." : "The request could not be read.", code: e.StatusCode == 413 ? "request_too_large" : null)).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await FailAsync(context, e).ConfigureAwait(false);
        }
    }

    void Check(HttpContext context)
    {
        if (IPAddress.IsLoopback(address) && !IsThisMachine(context.Request.Host.Host))
        {
            // A web page can have its own name resolved to this machine; its name is then what stands in Host.
            throw new RefusalException(421, "This server is for its own machine: ask it as localhost or 127.0.0.1.", code: "misdirected_request");
        }

        if (token is not null && context.Request.Path != "/health" && !token.IsGivenBy(context.Request.Headers.Authorization))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            throw new RefusalException(401, "Incorrect API key provided, or none. It goes into the header Authorization, as Bearer and the token.", code: "invalid_api_key");
        }
    }

    static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var named) && IPAddress.IsLoopback(named));

    static RefusalException NoSuchPlace(HttpContext context) => context.Response.StatusCode == 405
        ? new RefusalException(405, $"Not allowed to {Visible(context.Request.Method)} here; allowed: {context.Response.Headers.Allow}.", code: "method_not_allowed")
        : new RefusalException(404, $"Unknown request URL: {Visible(context.Request.Path)}. This server has /v1/models, /v1/completions, /v1/chat/completions and /health.", code: "unknown_url");

    async Task RefuseAsync(HttpContext context, RefusalException refusal)
    {
        counts.Refuse();
        if (refusal.Status == 429)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        await AnswerAsync(context, refusal).ConfigureAwait(false);
    }

    async Task FailAsync(HttpContext context, Exception e)
    {
        counts.Fail();
        notices.Report($"A request failed: {e.GetType().Name}: {Visible(e.Message)}");
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        await AnswerAsync(context, ErrorAnswers.Internal).ConfigureAwait(false);
    }

    static async Task AnswerAsync(HttpContext context, RefusalException refusal)
    {
        var body = ErrorAnswers.Write(refusal);
        context.Response.StatusCode = refusal.Status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    static string Visible(string? text) => string.Concat((text ?? "").Take(200).Select(static c => char.IsControl(c) ? '?' : c));
}
