using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using SelfInstruct.Models;
using SelfInstruct.Novelty;
using SelfInstruct.Postgres;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Benchmarks;

/// <summary>Candidates that processes sharing a run decide in a second, with a model that answers at once; and how long a process takes to know a large pool.</summary>
internal static class SharedRunBenchmark
{
    const int Candidates = 150_000;
    const int PerAnswer = 8;

    /// <summary>Some processes until enough candidates are decided.</summary>
    public static async Task RunAsync(string server, string alpaca, int processes, TextWriter output)
    {
        var address = $"{server}?run=bench_{Environment.ProcessId}_{processes}";
        await using var store = await RunStore.StartAsync(StoreAddress.Parse(address), Describe(), CancellationToken.None);
        var children = Enumerable.Range(0, processes).Select(_ => Process.Start(Environment.ProcessPath!, [.. Arguments(), "shared-run", "work", address, alpaca])!).ToList();
        while (await AskAsync(address, "select coalesce(sum(accepted + rejected), 0) from round") == 0)
        {
            await Task.Delay(20);
        }

        // Every process is compiled and warm after some rounds.
        while (await AskAsync(address, "select sum(accepted + rejected) from round") < Candidates / 2)
        {
            await Task.Delay(20);
        }

        var (clock, before, cpu) = (Stopwatch.StartNew(), await AskAsync(address, "select sum(accepted + rejected) from round"), CpuOf(children));
        while (await AskAsync(address, "select sum(accepted + rejected) from round") - before < Candidates)
        {
            await Task.Delay(50);
        }

        var decided = await AskAsync(address, "select sum(accepted + rejected) from round") - before;
        var (seconds, spent) = (clock.Elapsed.TotalSeconds, CpuOf(children) - cpu);
        var pool = await AskAsync(address, "select count(*) from pool");
        var memory = children.Max(static child => { child.Refresh(); return child.WorkingSet64; }) >> 20;
        children.ForEach(static child => child.Kill());
        output.WriteLine($"| {processes} | {decided / seconds:N0} | {spent.TotalMicroseconds / decided:N0} | {pool:N0} | {memory} MiB |");
    }

    /// <summary>One of the processes.</summary>
    public static async Task WorkAsync(string address, string alpaca)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(alpaca));
        string[] texts = [.. new RecombinedInstructions(document.RootElement.EnumerateArray().Select(static row => row.GetProperty("instruction").GetString()!.Split(' '))).Take(300_000)];
        await using var store = await RunStore.JoinAsync(StoreAddress.Parse(address), CancellationToken.None);
        var folder = Directory.CreateTempSubdirectory("selfinstruct-bench-").FullName;
        using var session = RunSession.Open(folder, store.Run.Restore(folder), _ => new Recombining(texts), TimeProvider.System);
        await new StoreWorker(store, session, null, TimeProvider.System, null).RunAsync(CancellationToken.None);
    }

    /// <summary>Texts of a pool, in the table, and then in the shards of one process.</summary>
    public static async Task RebuildAsync(string server, string alpaca, int count, TextWriter output)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(alpaca));
        var texts = new RecombinedInstructions(document.RootElement.EnumerateArray().Select(static row => row.GetProperty("instruction").GetString()!.Split(' '))).Take(count);
        var address = $"{server}?run=rebuild_{Environment.ProcessId}";
        await using var store = await RunStore.StartAsync(StoreAddress.Parse(address), Describe(), CancellationToken.None);
        await using (var session = await store.OpenSessionAsync(CancellationToken.None))
        {
            await StoredLines.InsertPoolAsync(session, 0, texts.Select(static text => new StoredLines.PoolLine(-1, text, "{}")), CancellationToken.None);
        }

        var rounds = new StoredRounds(store, new Instructions.InstructionOptions(), [.. SeedTasks.Load(Seeds)]);
        var folder = Directory.CreateTempSubdirectory("selfinstruct-bench-").FullName;
        foreach (var source in (string[])["the table", "the local files"])
        {
            var shards = new NoveltyShard(new NoveltyOptions(), [.. Enumerable.Range(0, rounds.Shards)], rounds.Shards);
            var (clock, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            await new ShardSnapshots(rounds, folder).FillAsync(shards, rounds.Seeds.Length + count, CancellationToken.None);
            output.WriteLine($"| {count:N0} from {source} | {clock.Elapsed.TotalSeconds:0.0} s | {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:0.0} s | {Environment.WorkingSet >> 20} MiB |");
        }

        Directory.Delete(folder, recursive: true);
    }

    static string Seeds => Path.Combine(AppContext.BaseDirectory, "data", "seed_tasks.jsonl");

    static StoredRun Describe()
    {
        var options = new SelfInstructOptions
        {
            SeedTasks = Seeds,
            Instructions = new Instructions.InstructionOptions { Target = 100_000_000, PromptsPerRound = 256, RoundsInFlight = 3, MinAcceptance = 0 },
        };
        return StoredRun.Of(options, new RunState("running", "", "recombining", "paper", 42, "seed_tasks.jsonl", "", "", 1, DateTimeOffset.UnixEpoch, 0, RunCounts.Empty), Guid.NewGuid());
    }

    static IEnumerable<string> Arguments() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(SharedRunBenchmark).Assembly.Location] : [];

    static TimeSpan CpuOf(List<Process> processes) => processes.Aggregate(TimeSpan.Zero, static (sum, process) =>
    {
        process.Refresh();
        return sum + process.TotalProcessorTime;
    });

    static async Task<long> AskAsync(string address, string sql)
    {
        await using var connection = new NpgsqlConnection(StoreAddress.Parse(address).ToConnectionString("benchmark").ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync());
    }

    /// <summary>Answers at once with texts drawn by the request's seed.</summary>
    sealed class Recombining(string[] texts) : ILanguageModel
    {
        public string Id => "recombining";

        public int ContextLength => int.MaxValue;

        public bool IsChat => false;

        public int MaxConcurrency => 256;

        public int CountTokens(string text) => text.Length / 4;

        public Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
        {
            var random = new CounterRandom(request.Sampling.Seed, "benchmark", 0, 0);
            var text = string.Join('\n', Enumerable.Range(9, PerAnswer).Select(n => $"{(n == 9 ? "" : $"{n}.")} {texts[random.Next(texts.Length)]}"));
            return Task.FromResult(new Completion(text, "stop", new TokenUsage(200, 100)));
        }
    }
}
