using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace SelfInstruct.Review;

/// <summary>The review page over HTTP. A request passes the guard, then asks the desk.</summary>
public sealed class ReviewServer : IAsyncDisposable
{
    readonly WebApplication _application;
    readonly ReviewStore? _store;

    ReviewServer(WebApplication application, ReviewStore? store, Uri address) => (_application, _store, Address) = (application, store, address);

    /// <summary>With the port that was found, without a path.</summary>
    public Uri Address { get; }

    /// <param name="folder">Where answers are kept; its evaluation folder is made.</param>
    /// <param name="set">What is asked; null: there is only a run to watch.</param>
    /// <param name="annotators">Who may ask.</param>
    /// <param name="watch">A run to be watched; null: none.</param>
    /// <param name="time">Stamps answers.</param>
    /// <param name="notices">Told of failures.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="InvalidDataException">A file of the review is damaged or open elsewhere.</exception>
    public static async Task<ReviewServer> StartAsync(
        ReviewFolder folder, ItemSet? set, Annotators annotators, LiveWatch? watch, ReviewOptions options, TimeProvider time, IProgress<string> notices, CancellationToken cancellationToken)
    {
        var store = set is null ? null : await ReviewStore.OpenAsync(folder, set, cancellationToken).ConfigureAwait(false);
        var application = Build(options);
        var guard = new RequestGuard(options, annotators, notices);
        application.Use(next => context => guard.PassAsync(context, next));
        MapPage(application);
        var version = Version;
        var desk = store is null ? null : new ReviewDesk(store, time, version);
        application.MapGet("/api/session", context => WriteJsonAsync(context, Session(context), ReviewMessages.Format.SessionMessage));
        if (desk is not null)
        {
            MapDesk(application, desk);
            MapLead(application, desk, annotators, options);
        }

        if (watch is not null)
        {
            application.MapGet("/api/live", context => StreamAsync(context, watch, options.LiveInterval, application.Lifetime.ApplicationStopping));
        }

        try
        {
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await application.DisposeAsync().ConfigureAwait(false);
            if (store is not null)
            {
                await store.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }

        var addresses = application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        return new ReviewServer(application, store, new Uri(addresses.Addresses.First()));

        SessionMessage Session(HttpContext context) => new(
            RequestGuard.Who(context).Name, RequestGuard.Who(context).IsLead, set?.Task.Name(), version, Annotators.Antiforgery(RequestGuard.TokenOf(context)),
            watch is not null, desk?.Progress(RequestGuard.Who(context)) ?? new ReviewProgress(0, 0, 0), Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder.Path))));
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
        if (_store is not null)
        {
            await _store.DisposeAsync().ConfigureAwait(false);
        }
    }

    internal static Task WriteJsonAsync<T>(HttpContext context, T answer, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        var bytes = JsonSerializer.SerializeToUtf8Bytes(answer, type);
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    static string Version { get; } = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>Nothing of it comes from files or the environment.</summary>
    static WebApplication Build(ReviewOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes;
            kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 << 10;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(options.Address, options.Port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));

        // Whoever started the server listens to signals.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        return builder.Build();
    }

    static void MapPage(WebApplication application)
    {
        application.MapGet("/", static context => WriteFileAsync(context, "index.html"));
        application.MapGet("/page/{name}", static context => WriteFileAsync(context, context.Request.RouteValues["name"] as string ?? ""));
    }

    static void MapDesk(WebApplication application, ReviewDesk desk)
    {
        application.MapGet("/api/items", context => WriteJsonAsync(
            context, desk.Positions(RequestGuard.Who(context), context.Request.Query["filter"].ToString() is { Length: > 0 } filter ? filter : "pending"), ReviewMessages.Format.PositionsMessage));
        application.MapGet("/api/items/{position:int}", context => WriteJsonAsync(
            context, desk.Item(RequestGuard.Who(context), int.Parse((string)context.Request.RouteValues["position"]!), context.Request.Query.ContainsKey("adjudicate")), ReviewMessages.Format.ItemMessage));
        application.MapPost("/api/ratings", async context =>
        {
            var message = await ReadAsync(context, ReviewMessages.Format.RatingMessage).ConfigureAwait(false);
            await WriteJsonAsync(context, await desk.SaveAsync(RequestGuard.Who(context), message).ConfigureAwait(false), ReviewMessages.Format.SavedMessage).ConfigureAwait(false);
        });
        application.MapPost("/api/edits", async context =>
        {
            var message = await ReadAsync(context, ReviewMessages.Format.EditMessage).ConfigureAwait(false);
            await WriteJsonAsync(context, await desk.SaveAsync(RequestGuard.Who(context), message).ConfigureAwait(false), ReviewMessages.Format.SavedMessage).ConfigureAwait(false);
        });
    }

    static void MapLead(WebApplication application, ReviewDesk desk, Annotators annotators, ReviewOptions options)
    {
        application.MapGet("/api/lead", context => WriteJsonAsync(ForLead(context), desk.Lead(annotators.All, options.Seed), ReviewMessages.Format.LeadFigures));
        application.MapGet("/api/export.jsonl", context => DownloadAsync(
            ForLead(context), "review.jsonl", "application/x-ndjson; charset=utf-8", AnnotationExport.ToJsonLines(desk.Standing()) + AnnotationExport.ToJsonLines(desk.AllEdits())));
        application.MapGet("/api/export.csv", context => DownloadAsync(
            ForLead(context), "review.csv", "text/csv; charset=utf-8", desk.AllEdits() is { IsEmpty: false } edits ? AnnotationExport.ToCsv(edits) : AnnotationExport.ToCsv(desk.Standing())));
    }

    static HttpContext ForLead(HttpContext context) =>
        RequestGuard.Who(context).IsLead ? context : throw new RefusalException(403, "This is for the lead.");

    static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
    {
        if (!context.Request.HasJsonContentType())
        {
            throw new RefusalException(415, "The body must be JSON, with the header Content-Type: application/json.");
        }

        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted).ConfigureAwait(false)
                ?? throw new RefusalException(400, "The body is null.");
        }
        catch (JsonException e)
        {
            throw new RefusalException(400, $"The body is not what belongs here: {e.Message}");
        }
    }

    static Task WriteFileAsync(HttpContext context, string name)
    {
        if (PageFiles.Find(name) is not ({ } bytes, { } type))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    static Task DownloadAsync(HttpContext context, string name, string type, string text)
    {
        context.Response.ContentType = type;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), context.RequestAborted).AsTask();
    }

    /// <summary>Server-sent events: the run whenever it has changed.</summary>
    static async Task StreamAsync(HttpContext context, LiveWatch watch, TimeSpan interval, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        using var timer = new PeriodicTimer(interval);
        string? before = null;
        try
        {
            do
            {
                var now = JsonSerializer.Serialize(watch.Look(), ReviewMessages.Format.RunSnapshot);

                // The line without news keeps proxies from closing, and shows here that the reader has gone.
                await context.Response.WriteAsync(now == before ? ":\n\n" : $"data: {now}\n\n", either.Token).ConfigureAwait(false);
                await context.Response.Body.FlushAsync(either.Token).ConfigureAwait(false);
                before = now;
            }
            while (await timer.WaitForNextTickAsync(either.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The reader has gone, or the server ends.
        }
    }

    sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
