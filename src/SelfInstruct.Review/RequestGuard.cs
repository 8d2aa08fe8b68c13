using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SelfInstruct.Review;

/// <summary>Stands before every request: who may ask, from where, and how much; and says what failed.</summary>
/// <param name="options">Address, names and limits.</param>
/// <param name="annotators">Whose tokens count.</param>
/// <param name="notices">Told of failures, for the one who runs the server.</param>
sealed class RequestGuard(ReviewOptions options, Annotators annotators, IProgress<string> notices)
{
    public const string AntiforgeryHeader = "X-CSRF";
    const string TokenField = "token";

    /// <summary>Of a request that passed.</summary>
    public static Annotator Who(HttpContext context) => (Annotator)context.Items[typeof(Annotator)]!;

    public static string TokenOf(HttpContext context) => context.Request.Cookies[CookieName(context)] ?? "";

    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        SetHeaders(context.Response.Headers);
        try
        {
            if (await MayPassAsync(context).ConfigureAwait(false))
            {
                await next(context).ConfigureAwait(false);
                if (context.Response is { HasStarted: false, StatusCode: 404 or 405 })
                {
                    await AnswerAsync(context, context.Response.StatusCode, "There is nothing here.").ConfigureAwait(false);
                }
            }
        }
        catch (RefusalException e)
        {
            await AnswerAsync(context, e.Status, e.Message).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            await AnswerAsync(context, e.StatusCode, e.StatusCode == 413 ? "That is larger than this page takes." : "The request could not be read.").ConfigureAwait(false);
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            // Whoever asked has gone.
        }
        catch (IOException e)
        {
            notices.Report($"{e.Message} Make room and start the review again at the same port: pages keep what is unsaved, and send it then.");
            await AnswerAsync(context, 503, "It could not be saved on the server's disk; it is kept here. Tell the lead.").ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            notices.Report($"A request failed: {e}");
            await AnswerAsync(context, 500, "The server failed at this request; the lead's console says how.").ConfigureAwait(false);
        }
    }

    /// <summary>False where it is answered already.</summary>
    async Task<bool> MayPassAsync(HttpContext context)
    {
        var request = context.Request;
        if (!IsOurs(request.Host.Host))
        {
            // A web page can have its own name resolved to this machine; its name is then what stands in Host.
            throw new RefusalException(421, "This page is not served under that name.");
        }

        if (request.ContentLength > options.MaxRequestBytes)
        {
            throw new RefusalException(413, "That is larger than this page takes.");
        }

        if (HttpMethods.IsGet(request.Method) && request.Path == "/" && request.Query.TryGetValue(TokenField, out var given) && annotators.Find(given) is not null)
        {
            Enter(context, given!);
            return false;
        }

        var token = TokenOf(context);
        if (annotators.Find(token) is not { } who)
        {
            await RefuseStrangerAsync(context).ConfigureAwait(false);
            return false;
        }

        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && (IsFromElsewhere(request) || !Annotators.IsAntiforgery(token, request.Headers[AntiforgeryHeader])))
        {
            throw new RefusalException(403, $"The header {AntiforgeryHeader} is missing or wrong. Load the page again.");
        }

        context.Items[typeof(Annotator)] = who;
        return true;
    }

    /// <summary>The token leaves the address bar; scripts never see it again.</summary>
    static void Enter(HttpContext context, string token)
    {
        context.Response.Cookies.Append(CookieName(context), token, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Path = "/",
            MaxAge = TimeSpan.FromDays(90),
            IsEssential = true,
        });
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = "/";
    }

    /// <summary>
    /// After a link on another site the browser keeps a strict cookie back for the whole chain of redirects; asked again by
    /// a page of our own it sends it. So the first refusal of the page itself asks once more.
    /// </summary>
    static async Task RefuseStrangerAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        if (context.Request.Path != "/")
        {
            await AnswerAsync(context, StatusCodes.Status401Unauthorized, "Open the link with your token.").ConfigureAwait(false);
            return;
        }

        var again = context.Request.Query.ContainsKey("again") ? "" : "<meta http-equiv=\"refresh\" content=\"0;url=/?again\">";
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(
            $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">{again}<title>Review</title><h1>Open the link with your token</h1><p>The lead has it: <code>selfinstruct review</code> prints the links.</p>",
            context.RequestAborted).ConfigureAwait(false);
    }

    bool IsOurs(string host) => IPAddress.TryParse(host.Trim('[', ']'), out var address)
        ? IPAddress.IsLoopback(address) || !IPAddress.IsLoopback(options.Address)
        : host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || options.Names.Contains(host, StringComparer.OrdinalIgnoreCase);

    static bool IsFromElsewhere(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin")
        || (request.Headers.Origin.ToString() is { Length: > 0 } origin && !origin.Equals($"http://{request.Host}", StringComparison.OrdinalIgnoreCase) && !origin.Equals($"https://{request.Host}", StringComparison.OrdinalIgnoreCase));

    /// <summary>Cookies are of a host, whatever its port: two reviews on one machine must not take each other's.</summary>
    static string CookieName(HttpContext context) => $"selfinstruct-review-{context.Connection.LocalPort}";

    static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }

    static async Task AnswerAsync(HttpContext context, int status, string message)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        if (status == 413)
        {
            // What is left of the body is not read.
            context.Response.Headers.Connection = "close";
        }

        if (!HttpMethods.IsHead(context.Request.Method) && context.Features.Get<IHttpResponseBodyFeature>() is not null)
        {
            await ReviewServer.WriteJsonAsync(context, new ErrorMessage(message), ReviewMessages.Format.ErrorMessage).ConfigureAwait(false);
        }
    }
}
