using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SelfInstruct.Benchmarks;

/// <summary>
/// A model server of one answer, 50 ms after each request. The first part of the path says how it behaves: "steady",
/// "faulty" (10 % 429 with Retry-After 1, 10 % 503, 5 % connections broken, 5 % answers after 2 s) or "places-N" (429 to
/// all beyond N at once).
/// </summary>
internal sealed class CallsServer
{
    private static readonly TimeSpan Answering = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    private readonly Random _random = new(1);
    private readonly byte[] _answer = Encoding.UTF8.GetBytes($$$"""{"id":"cmpl-1","object":"text_completion","model":"m","choices":[{"index":0,"text":"{{{Instructions()}}}","logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":260,"completion_tokens":170,"total_tokens":430}}""");
    private long _requests;
    private int _serving;

    /// <summary>Prints its address, and runs until its input ends.</summary>
    public static async Task RunAsync(TextWriter output)
    {
        var server = new CallsServer();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        await using (app.ConfigureAwait(false))
        {
            app.Run(server.AnswerAsync);
            await app.StartAsync(CancellationToken.None).ConfigureAwait(false);
            await output.WriteLineAsync(app.Urls.Single().AsMemory(), CancellationToken.None).ConfigureAwait(false);
            await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            await Console.In.ReadToEndAsync(CancellationToken.None).ConfigureAwait(false);
            await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static string Instructions() => string.Join("\\n", Enumerable.Range(9, 8).Select(static n =>
        $"{n}. Describe in two or three sentences how number {n} of the invented procedures is carried out."));

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/statistics")
        {
            await context.Response.WriteAsync(string.Create(
                CultureInfo.InvariantCulture, $"{Interlocked.Read(ref _requests)} {Environment.CpuUsage.TotalTime.TotalSeconds}"), context.RequestAborted).ConfigureAwait(false);
            return;
        }

        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted).ConfigureAwait(false);
        Interlocked.Increment(ref _requests);
        var behaviour = context.Request.Path.Value!.Split('/')[1];
        var serving = Interlocked.Increment(ref _serving);
        try
        {
            await (behaviour == "faulty" ? AnswerBadlyAsync(context)
                : behaviour.StartsWith("places-", StringComparison.Ordinal) && serving > int.Parse(behaviour[7..]) ? RefuseAsync(context, StatusCodes.Status429TooManyRequests, null)
                : AnswerAsync(context, Answering)).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _serving);
        }
    }

    private async Task AnswerAsync(HttpContext context, TimeSpan pause)
    {
        await Task.Delay(pause, context.RequestAborted).ConfigureAwait(false);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = _answer.Length;
        await context.Response.Body.WriteAsync(_answer, context.RequestAborted).ConfigureAwait(false);
    }

    private Task AnswerBadlyAsync(HttpContext context)
    {
        double lot;
        lock (_random)
        {
            lot = _random.NextDouble();
        }

        switch (lot)
        {
            case < 0.1:
                return RefuseAsync(context, StatusCodes.Status429TooManyRequests, "1");
            case < 0.2:
                return RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, null);
            case < 0.25:
                context.Abort();
                return Task.CompletedTask;
            default:
                return AnswerAsync(context, lot < 0.3 ? Slow : Answering);
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string? retryAfter)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = retryAfter;
        return Task.CompletedTask;
    }
}
