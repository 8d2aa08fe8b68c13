using System.Net;
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
using SelfInstruct.Serving.Answers;
using SelfInstruct.Serving.Requests;

namespace SelfInstruct.Serving;

/// <summary>OpenAI's HTTP API over one local model. A request passes the guard, is read, gets its places, and is answered.</summary>
public sealed class OpenAIServer : IAsyncDisposable
{
    readonly WebApplication _application;
    readonly ServingCounts _counts;

    OpenAIServer(WebApplication application, ServingCounts counts, Uri address) => (_application, _counts, Address) = (application, counts, address);

    /// <summary>With the port that was found, without a path.</summary>
    public Uri Address { get; }

    public ServingStatus Status => _counts.Status;

    /// <param name="served">Outlives the server.</param>
    /// <param name="options">Where it listens, and limits.</param>
    /// <param name="token">Null: none is asked for, which only a loopback address may do.</param>
    /// <param name="time">Stamps answers.</param>
    /// <param name="seeds">For requests without a seed.</param>
    /// <param name="notices">Told of failures.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="ArgumentException">No token, and not a loopback address.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<OpenAIServer> StartAsync(
        ServedModel served, ServingOptions options, AccessToken? token, TimeProvider time, Random seeds, IProgress<string> notices, CancellationToken cancellationToken)
    {
        if (token is null && !IPAddress.IsLoopback(options.Address))
        {
            throw new ArgumentException("An address that others can reach needs a token.", nameof(token));
        }

        var admission = new Admission(options.MaxQueue);
        var counts = new ServingCounts(admission);
        var application = Build(options);
        var guard = new RequestGuard(options.Address, token, counts, notices);
        application.Use(next => context => guard.PassAsync(context, next));
        Map(application, served, options, new CompletionsEndpoint(served, admission, counts, time), Locked(seeds));
        application.MapGet("/health", context => AnswerAsync(context, new Health("ok", counts.Status.InProgress, counts.Status.Cancelled), AnswerJson.Format.Health));
        await application.StartAsync(cancellationToken).ConfigureAwait(false);
        var addresses = application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        return new OpenAIServer(application, counts, new Uri(addresses.Addresses.First()));
    }

    /// <summary>Takes no more requests, and waits for those in progress, as long as the options say.</summary>
    public Task StopAsync() => _application.StopAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    /// <summary>Nothing of it comes from files or the environment.</summary>
    static WebApplication Build(ServingOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes;
            kestrel.Limits.MaxConcurrentConnections = options.MaxQueue + 256;
            kestrel.Listen(options.Address, options.Port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Drain);

        // Whoever started the server listens to signals.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        return builder.Build();
    }

    static void Map(WebApplication application, ServedModel served, ServingOptions options, CompletionsEndpoint completions, Func<long> newSeed)
    {
        var model = new ListedModel(served.Name, "model", served.Since.ToUnixTimeSeconds(), "local", served.Model.ContextLength);
        application.MapGet("/v1/models", context => AnswerAsync(context, new ListedModels("list", [model]), AnswerJson.Format.ListedModels));

        // A name may have slashes, as those of the hub do.
        application.MapGet("/v1/models/{**name}", context =>
        {
            served.ThrowUnlessNamed(context.Request.RouteValues["name"] as string);
            return AnswerAsync(context, model, AnswerJson.Format.ListedModel);
        });
        application.MapPost("/v1/completions", context => completions.AnswerAsync(context, fields => TextRequest.Read(fields, options, newSeed), new TextForm()));
        application.MapPost("/v1/chat/completions", context => completions.AnswerAsync(
            context, fields => ChatRequest.Read(fields, served.Model.ContextLength, options, newSeed), new ChatForm()));
    }

    static Task AnswerAsync<T>(HttpContext context, T answer, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer, type), context.RequestAborted).AsTask();
    }

    static Func<long> Locked(Random seeds) => () =>
    {
        lock (seeds)
        {
            return seeds.NextInt64();
        }
    };

    sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
