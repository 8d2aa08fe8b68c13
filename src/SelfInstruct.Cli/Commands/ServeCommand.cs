using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.Serving;

namespace SelfInstruct.Cli.Commands;

/// <summary>`serve`: a local model behind OpenAI's HTTP API.</summary>
static class ServeCommand
{
    const string TokenVariable = "SELFINSTRUCT_SERVE_TOKEN";

    static readonly ServingOptions Defaults = new();
    static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(10);

    static readonly Option<string> Model = new("--model") { Description = "starter, local:PATH or local:hf://OWNER/NAME.", Required = true };
    static readonly Option<string?> Name = new("--name") { Description = "As requests name the model. Default: starter, the file's or folder's name, OWNER/NAME." };
    static readonly Option<string> Host = new("--host") { Description = $"Address to listen on. Others than 127.0.0.1 and ::1 can be reached from elsewhere, and demand a token in {TokenVariable}.", DefaultValueFactory = static _ => Defaults.Address.ToString() };
    static readonly Option<int> Port = new("--port") { Description = "0: a free one. The first line of stdout is the address.", DefaultValueFactory = static _ => Defaults.Port };
    static readonly Option<int> MaxQueue = new("--max-queue") { Description = "Completions in progress and waiting; requests beyond are turned away (429).", DefaultValueFactory = static _ => Defaults.MaxQueue };
    static readonly Option<int> MaxChoices = new("--max-choices") { Description = "Completions of one prompt (n) at most.", DefaultValueFactory = static _ => Defaults.MaxChoices };
    static readonly Option<long> MaxRequestBytes = new("--max-request-bytes") { Description = "Bytes of a request at most (413).", DefaultValueFactory = static _ => Defaults.MaxRequestBytes };
    static readonly Option<int> Drain = new("--drain-seconds") { Description = "How long Ctrl-C waits for requests in progress, 55 at most; the exit code is 0.", DefaultValueFactory = static _ => (int)Defaults.Drain.TotalSeconds };

    public static Command Create()
    {
        var command = new Command("serve", "Answers by a local model over OpenAI's HTTP API, until Ctrl-C.") { Model, Name, Host, Port, MaxQueue, MaxChoices, MaxRequestBytes, Drain };
        command.SetBody(RunAsync);
        return command;
    }

    static async Task<CommandResult> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (options, token) = (ReadOptions(parsed), FindToken());
        if (token is null && !IPAddress.IsLoopback(options.Address))
        {
            throw new InvalidDataException($"--host {options.Address} can be reached from elsewhere: put a token that callers must know into {TokenVariable}, or listen on 127.0.0.1.");
        }

        var line = new StatusLine(Console.Error, isTerminal: false, TimeProvider.System);
        var notices = new RetryNotices(line, Console.Error);
        using var model = Open(parsed.GetValue(Model)!, notices);
        var served = new ServedModel(parsed.GetValue(Name) ?? NameOf(parsed.GetValue(Model)!), model, TimeProvider.System.GetUtcNow());
        var server = await StartAsync(served, options, token, notices, cancellationToken).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            Console.WriteLine(server.Address.AbsoluteUri.TrimEnd('/'));
            Console.Error.WriteLine($"serving {served.Name}: context {model.ContextLength:N0}, {(model.IsChat ? "chat and text" : "text only")}{(token is null ? "" : ", with a token")}. Ctrl-C ends it.");
            await WatchAsync(server, cancellationToken).ConfigureAwait(false);
            Console.Error.WriteLine($"stopping: waiting up to {options.Drain.TotalSeconds} s for {server.Status.InProgress} completions.");
            await server.StopAsync().ConfigureAwait(false);
            Console.Error.WriteLine(Describe(server.Status));
            return new CommandResult(Counts(served, server));
        }
    }

    static async Task<OpenAIServer> StartAsync(ServedModel served, ServingOptions options, AccessToken? token, IProgress<string> notices, CancellationToken cancellationToken)
    {
        try
        {
            return await OpenAIServer.StartAsync(served, options, token, TimeProvider.System, new Random(), notices, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            throw new InvalidDataException($"--host {options.Address} --port {options.Port}: cannot listen there: {e.Message.TrimEnd('.')}. Take another port, or 0 for a free one.", e);
        }
    }

    /// <summary>Until cancelled; a line every ten seconds in which something happened.</summary>
    static async Task WatchAsync(OpenAIServer server, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(StatusInterval);
        try
        {
            for (var before = server.Status; await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);)
            {
                var now = server.Status;
                if (now != before)
                {
                    Console.Error.WriteLine(string.Create(
                        CultureInfo.InvariantCulture, $"{Describe(now)}  {(now.CompletionTokens - before.CompletionTokens) / StatusInterval.TotalSeconds:N0} tokens/s"));
                }

                before = now;
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how a server ends.
        }
    }

    static string Describe(ServingStatus status) => string.Create(
        CultureInfo.InvariantCulture,
        $"{status.Requests:N0} requests  {status.InProgress:N0} in progress  {status.Completions:N0} completions  {status.CompletionTokens:N0} tokens{Part(status.Cancelled, "cancelled")}{Part(status.Refused, "refused")}{Part(status.Failed, "failed")}");

    static string Part(long count, string what) => count > 0 ? string.Create(CultureInfo.InvariantCulture, $"  {count:N0} {what}") : "";

    static JsonObject Counts(ServedModel served, OpenAIServer server) => new()
    {
        ["address"] = server.Address.AbsoluteUri.TrimEnd('/'),
        ["model"] = served.Name,
        ["requests"] = server.Status.Requests,
        ["completions"] = server.Status.Completions,
        ["cancelled"] = server.Status.Cancelled,
        ["refused"] = server.Status.Refused,
        ["failed"] = server.Status.Failed,
        ["prompt_tokens"] = server.Status.PromptTokens,
        ["completion_tokens"] = server.Status.CompletionTokens,
    };

    static LocalLanguageModel Open(string spec, IProgress<string> notices) =>
        spec == "starter" || spec.StartsWith("local:", StringComparison.Ordinal)
            ? (LocalLanguageModel)new ModelSelection(new SelfInstructOptions { Model = spec }, notices).Open(0, TimeProvider.System)
            : throw new InvalidDataException($"--model {spec}: does not run here, and cannot be served. Known: starter, local:PATH, local:hf://OWNER/NAME.");

    static string NameOf(string spec) =>
        spec == "starter" ? spec
        : spec.StartsWith("local:hf://", StringComparison.Ordinal) ? spec["local:hf://".Length..].Split('@')[0]
        : Path.GetFileName(Path.TrimEndingDirectorySeparator(spec["local:".Length..]));

    static ServingOptions ReadOptions(ParseResult parsed) => new()
    {
        Address = ParseAddress(parsed.GetValue(Host)!),
        Port = (int)InRange(parsed.GetValue(Port), "--port", 0, IPEndPoint.MaxPort),
        MaxQueue = (int)InRange(parsed.GetValue(MaxQueue), "--max-queue", 1, 1_000_000),
        MaxChoices = (int)InRange(parsed.GetValue(MaxChoices), "--max-choices", 1, 10_000),
        MaxRequestBytes = InRange(parsed.GetValue(MaxRequestBytes), "--max-request-bytes", 1, 1 << 30),
        Drain = TimeSpan.FromSeconds(InRange(parsed.GetValue(Drain), "--drain-seconds", 0, 55)),
    };

    static IPAddress ParseAddress(string host) =>
        host == "localhost" ? IPAddress.Loopback
        : IPAddress.TryParse(host, out var address) ? address
        : throw new InvalidDataException($"--host {host}: not an address. It must be one of this machine's, as 127.0.0.1 or 0.0.0.0 for all of them, or localhost.");

    static long InRange(long value, string option, long least, long most) =>
        value >= least && value <= most ? value : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{option} is {value}; it must be from {least} to {most}."));

    static AccessToken? FindToken()
    {
        var token = Environment.GetEnvironmentVariable(TokenVariable)?.Trim();
        try
        {
            return string.IsNullOrEmpty(token) ? null : new AccessToken(token);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{TokenVariable} holds a character that no token has, such as a space or a line end inside. Set it again.", e);
        }
    }
}
