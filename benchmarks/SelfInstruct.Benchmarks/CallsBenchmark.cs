using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SelfInstruct.Models;
using SelfInstruct.Runs;

namespace SelfInstruct.Benchmarks;

/// <summary>
/// Calls to a server in another process that answers after 50 ms: bare (HttpClient and JSON alone), through the call layer
/// (retries, breaker, time-outs, limits), and through the durable log as well; each measurement in a process of its own.
/// </summary>
internal static class CallsBenchmark
{
    private const int FaultyCalls = 20_000;
    private const int CompiledAfter = 30_000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(5);
    private static readonly Sampling Sampling = new(0.7, 0.5, 0, 2, 1024, ["\n\n", "\n16", "16.", "16 ."], 0);
    private static readonly ImmutableArray<double> Percentiles = [0.5, 0.95, 0.99];

    private static readonly string Demonstrations = string.Join('\n', Enumerable.Range(1, 8).Select(static n =>
        $"{n}. Given a paragraph about subject {n}, write a short question whose answer is contained in it, and explain why."));

    public static async Task RunAsync(TextWriter output)
    {
        using var server = StartSelf("calls", "serve");
        try
        {
            var address = await server.StandardOutput.ReadLineAsync().ConfigureAwait(false);
            output.WriteLine("| calls | in flight | requests/s | client CPU µs/request | server CPU µs/request | p50 ms | p95 ms | p99 ms | peak memory MB |");
            output.WriteLine("|---|---|---|---|---|---|---|---|---|");
            foreach (var inFlight in new[] { 1, 100, 1000, 4000 })
            {
                foreach (var kind in new[] { "bare", "layer", "logged" })
                {
                    await RunClientProcessAsync(kind, $"{address}/steady/v1", inFlight, output).ConfigureAwait(false);
                }
            }

            output.WriteLine();
            output.WriteLine($"| {FaultyCalls:N0} calls, 200 in flight | answered | seconds | calls/s | server calls | retries | hedges | p50 ms | p95 ms | p99 ms |");
            output.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
            await RunClientProcessAsync("faults", $"{address}/faulty/v1", 200, output).ConfigureAwait(false);
            await RunClientProcessAsync("hedged", $"{address}/faulty/v1", 200, output).ConfigureAwait(false);

            output.WriteLine();
            output.WriteLine("| places at the server | second | limit | answered | turned away |");
            output.WriteLine("|---|---|---|---|---|");
            await RunClientProcessAsync("places", address!, 1000, output).ConfigureAwait(false);
        }
        finally
        {
            server.StandardInput.Close();
            await server.WaitForExitAsync().ConfigureAwait(false);
        }
    }

    /// <param name="kind">"bare", "layer", "logged", "faults", "hedged" or "places".</param>
    /// <param name="address">Of the server and how it is to behave.</param>
    /// <param name="inFlight">Calls at once.</param>
    public static Task RunClientAsync(string kind, Uri address, int inFlight, TextWriter output) => kind switch
    {
        "bare" => MeasureBareAsync(address, inFlight, output),
        "layer" => MeasureLayerAsync(address, inFlight, output),
        "logged" => MeasureLoggedAsync(address, inFlight, output),
        "faults" => MeasureFaultsAsync(kind, address, new EndpointOptions { MaxConcurrency = inFlight }, output),
        "hedged" => MeasureFaultsAsync(kind, address, new EndpointOptions { MaxConcurrency = inFlight, HedgeAfter = TimeSpan.FromMilliseconds(400) }, output),
        "places" => MeasurePlacesAsync(address, inFlight, output),
        _ => throw new ArgumentException($"{kind}: not a measurement.", nameof(kind)),
    };

    private static async Task MeasureBareAsync(Uri address, int inFlight, TextWriter output)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = inFlight, UseProxy = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
        var uri = new Uri(address.AbsoluteUri + "/completions");
        await MeasureAsync("bare", address, inFlight, output, async n =>
        {
            var body = new CompletionsBody("m", PromptOf(n), 0.7, 0.5, 0, 2, 1024, null, Sampling.Stop, n);
            using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, ModelJson.Format.CompletionsBody));
            using var response = await http.PostAsync(uri, content).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
            var stream = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
            var answer = await JsonSerializer.DeserializeAsync(stream, ModelJson.Format.ModelAnswer).ConfigureAwait(false);
            return answer!.Choices!.Value[0]!.Text!.Length;
        }).ConfigureAwait(false);
    }

    private static async Task MeasureLayerAsync(Uri address, int inFlight, TextWriter output)
    {
        using var model = Open(address, Everything(inFlight), out _);
        await MeasureAsync("layer", address, inFlight, output, async n =>
            (await model.CompleteAsync(new CompletionRequest(PromptOf(n), Sampling with { Seed = n }), CancellationToken.None).ConfigureAwait(false)).Text.Length).ConfigureAwait(false);
    }

    private static EndpointOptions Everything(int inFlight) =>
        new() { MaxConcurrency = inFlight, RequestsPerMinute = 100_000_000, TokensPerMinute = int.MaxValue };

    private static async Task MeasureLoggedAsync(Uri address, int inFlight, TextWriter output)
    {
        using var model = Open(address, Everything(inFlight), out _);
        var folder = Directory.CreateTempSubdirectory("calls-");
        try
        {
            var file = JsonLinesLog.Open(Path.Combine(folder.FullName, "completions.jsonl"), CompletionLog.KeyField);
            var log = await CompletionLog.OpenAsync(file, model, TimeProvider.System, null, CancellationToken.None).ConfigureAwait(false);
            await using (log.ConfigureAwait(false))
            {
                await MeasureAsync("logged", address, inFlight, output, async n =>
                    (await log.CompleteAsync(new CompletionRequest(PromptOf(n), Sampling with { Seed = n }), CancellationToken.None).ConfigureAwait(false)).Text.Length).ConfigureAwait(false);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>So many callers, each with one call after another; counted after a warm-up.</summary>
    private static async Task MeasureAsync(string kind, Uri address, int inFlight, TextWriter output, Func<int, Task<int>> call)
    {
        using var statistics = new Statistics(address);
        var clock = Stopwatch.StartNew();
        List<double>[] latencies = [.. Enumerable.Range(0, inFlight).Select(static _ => new List<double>())];
        var (numbers, done, isMeasured, isOver) = (0, 0, false, false);
        var callers = latencies.Select(taken => Task.Run(async () =>
        {
            while (!Volatile.Read(ref isOver))
            {
                var began = clock.Elapsed;
                await call(Interlocked.Increment(ref numbers)).ConfigureAwait(false);
                if (Volatile.Read(ref isMeasured))
                {
                    taken.Add((clock.Elapsed - began).TotalMilliseconds);
                }

                Interlocked.Increment(ref done);
            }
        })).ToList();

        await Task.Delay(WarmUp).ConfigureAwait(false);
        while (inFlight > 1 && Volatile.Read(ref done) < CompiledAfter && clock.Elapsed < LongestWarmUp)
        {
            await Task.Delay(100).ConfigureAwait(false);
        }

        Volatile.Write(ref isMeasured, true);
        var (before, doneBefore, cpuBefore, from) = (await statistics.ReadAsync().ConfigureAwait(false), done, Environment.CpuUsage.TotalTime, clock.Elapsed);
        long peak = 0;
        while (clock.Elapsed < from + Measured)
        {
            await Task.Delay(100).ConfigureAwait(false);
            peak = Math.Max(peak, Environment.WorkingSet);
        }

        var (count, cpu, seconds) = (Volatile.Read(ref done) - doneBefore, Environment.CpuUsage.TotalTime - cpuBefore, (clock.Elapsed - from).TotalSeconds);
        var after = await statistics.ReadAsync().ConfigureAwait(false);
        isOver = true;
        await Task.WhenAll(callers).ConfigureAwait(false);
        var serverCost = (after.CpuSeconds - before.CpuSeconds) / (after.Requests - before.Requests);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {kind} | {inFlight:N0} | {count / seconds:N0} | {cpu.TotalMicroseconds / count:0} | {serverCost * 1e6:0} | {Show(latencies.SelectMany(static taken => taken))} | {peak / 1e6:0} |"));
    }

    private static async Task MeasureFaultsAsync(string kind, Uri address, EndpointOptions options, TextWriter output)
    {
        using var statistics = new Statistics(address);
        using var model = Open(address, options, out var endpoint);
        var before = await statistics.ReadAsync().ConfigureAwait(false);
        var clock = Stopwatch.StartNew();
        var latencies = new double[FaultyCalls];
        var answered = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, FaultyCalls), new ParallelOptions { MaxDegreeOfParallelism = options.MaxConcurrency }, async (n, token) =>
        {
            var began = clock.Elapsed;
            await model.CompleteAsync(new CompletionRequest(PromptOf(n), Sampling), token).ConfigureAwait(false);
            latencies[n] = (clock.Elapsed - began).TotalMilliseconds;
            Interlocked.Increment(ref answered);
        }).ConfigureAwait(false);
        var after = await statistics.ReadAsync().ConfigureAwait(false);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {(kind == "hedged" ? "a second attempt after 400 ms" : "no hedging")} | {answered:N0} | {clock.Elapsed.TotalSeconds:0.0} | {answered / clock.Elapsed.TotalSeconds:N0} | {after.Requests - before.Requests:N0} | {endpoint.Status.Retries:N0} | {endpoint.Status.Hedges:N0} | {Show(latencies)} |"));
    }

    /// <summary>Ten seconds with 300 places at the server, then ten with 100; the limit must follow.</summary>
    private static async Task MeasurePlacesAsync(Uri address, int ceiling, TextWriter output)
    {
        var options = new EndpointOptions { MaxConcurrency = ceiling, Retries = 1000, FirstPause = TimeSpan.FromMilliseconds(50) };
        var behaviour = "places-300";
        using var endpoint = new ModelEndpoint(new Uri(address, "/x/v1"), EndpointCredentials.None, options, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var answered = 0;
        var callers = Enumerable.Range(0, ceiling).Select(_ => CallOnAndOnAsync()).ToList();
        var (answeredBefore, retriesBefore) = (0, 0L);
        for (var second = 1; second <= 20; second++)
        {
            await Task.Delay(1000, stop.Token).ConfigureAwait(false);
            var (now, status) = (Volatile.Read(ref answered), endpoint.Status);
            output.WriteLine($"| {behaviour[7..]} | {second} | {status.Limit} | {now - answeredBefore:N0} | {status.Retries - retriesBefore:N0} |");
            (answeredBefore, retriesBefore) = (now, status.Retries);
            behaviour = second < 10 ? "places-300" : "places-100";
        }

        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(callers).ConfigureAwait(false);

        async Task CallOnAndOnAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                // The path is the way to say how the server is to behave: up from /x/v1 and down again.
                var body = new CompletionsBody("m", PromptOf(0), 0.7, 0.5, 0, 2, 1024, null, null, 0);
                await endpoint.PostAsync($"../../{behaviour}/v1/completions", body, ModelJson.Format.CompletionsBody, CancellationToken.None).ConfigureAwait(false);
                Interlocked.Increment(ref answered);
            }
        }
    }

    private static OpenAICompletionsModel Open(Uri address, EndpointOptions options, out ModelEndpoint endpoint)
    {
        endpoint = new ModelEndpoint(address, EndpointCredentials.None, options, TimeProvider.System);
        return new OpenAICompletionsModel(endpoint, "m", options);
    }

    private static string PromptOf(int n) => $"{Demonstrations}\n{n}.";

    private static string Show(IEnumerable<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToList();
        return string.Join(" | ", Percentiles.Select(part => sorted[(int)(part * (sorted.Count - 1))].ToString("N0", CultureInfo.InvariantCulture)));
    }

    private static async Task RunClientProcessAsync(string kind, string address, int inFlight, TextWriter output)
    {
        using var client = StartSelf("calls", kind, address, inFlight.ToString(CultureInfo.InvariantCulture));
        output.Write(await client.StandardOutput.ReadToEndAsync().ConfigureAwait(false));
        await client.WaitForExitAsync().ConfigureAwait(false);
        if (client.ExitCode != 0)
        {
            throw new InvalidOperationException($"{kind} with {inFlight} in flight failed; its error is above.");
        }
    }

    private static Process StartSelf(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true };
        return Process.Start(start) ?? throw new InvalidOperationException("The benchmark could not start itself.");
    }

    private sealed class Statistics(Uri address) : IDisposable
    {
        private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

        public async Task<(long Requests, double CpuSeconds)> ReadAsync()
        {
            var parts = (await _http.GetStringAsync(new Uri(address, "/statistics")).ConfigureAwait(false)).Split(' ');
            return (long.Parse(parts[0]), double.Parse(parts[1], CultureInfo.InvariantCulture));
        }

        public void Dispose() => _http.Dispose();
    }
}
