using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests.Faults;

/// <summary>kill -9 at random moments, many times over. SELFINSTRUCT_KILLS sets how many for each kind of run.</summary>
public sealed class KillSoakTests : IDisposable
{
    const int Seed = 5;

    /// <summary>Of a run folder: what must not depend on what happened to the run.</summary>
    internal static readonly string[] Files =
        ["machine_generated_instructions.jsonl", "is_clf_or_not.jsonl", "machine_generated_instances.jsonl", "all_generated_instances.jsonl", "rejected.jsonl", "finetuning/alpaca.jsonl"];

    readonly TemporaryFolder _folder = new();

    static int Kills => int.Parse(Environment.GetEnvironmentVariable("SELFINSTRUCT_KILLS") ?? "20", CultureInfo.InvariantCulture);

    [Fact(Timeout = 1_200_000)]
    public async Task A_replayed_run_ends_as_if_it_had_never_been_killed()
    {
        var replay = _folder.Write("replay.jsonl", string.Concat(Enumerable.Range(0, 8_000).Select(static n => $"{{\"text\":\" {Words(n)}\\n10. {Words(n + 100_000)}\",\"finish_reason\":\"stop\"}}\n")));
        await SoakAsync(["--model", "replay:" + replay, "--instructions", "2000"], 400, static () => { });
    }

    [Fact(Timeout = 1_200_000)]
    public async Task An_HTTP_run_ends_as_if_it_had_never_been_killed_and_asks_nothing_twice_that_was_recorded()
    {
        using var server = new ScriptedServer(TimeSpan.FromMilliseconds(3));
        HashSet<(string, long)> recorded = [];
        var checkedBodies = 0;
        await SoakAsync(["--model", "openai-completions:m", "--endpoint", server.Address.AbsoluteUri, "--instructions", "400"], 800, Check);

        // What was recorded by the last kill must not be among what was asked since.
        void Check()
        {
            var bodies = server.Bodies.ToArray();
            Assert.DoesNotContain(bodies.Skip(checkedBodies).Select(Identify), recorded.Contains);
            checkedBodies = bodies.Length;
            recorded.Clear();
            recorded.UnionWith(ReadRecorded());
        }
    }

    public void Dispose() => _folder.Dispose();

    static string Words(int seed)
    {
        var random = new Random(seed);
        return "Use " + string.Join(' ', Enumerable.Range(0, 6).Select(_ => "w" + random.Next(100_000)));
    }

    internal static (string Prompt, long Seed) Identify(string body)
    {
        var json = JsonDocument.Parse(body).RootElement;
        return (json.GetProperty("prompt").GetString()!, json.GetProperty("seed").GetInt64());
    }

    /// <summary>Whole lines only: what was acknowledged is among them.</summary>
    IEnumerable<(string Prompt, long Seed)> ReadRecorded()
    {
        var path = Path.Combine(_folder.In("killed"), "completions.jsonl");
        return !File.Exists(path) ? [] : File.ReadAllText(path).Split('\n')[..^1].Select(IdentifyRecorded);
    }

    internal static (string Prompt, long Seed) IdentifyRecorded(string line)
    {
        var json = JsonDocument.Parse(line).RootElement;
        return (json.GetProperty("prompt").GetString()!, json.GetProperty("sampling").GetProperty("seed").GetInt64() & long.MaxValue);
    }

    /// <summary>Runs, and kills at a random moment, until there were enough kills; every run that lives to its end must equal an undisturbed one.</summary>
    async Task SoakAsync(string[] options, int longestLife, Action afterKill)
    {
        Assert.Equal(0, (await CommandLine.RunAsync(["run", "--out", _folder.In("whole"), .. options])).ExitCode);
        var random = new Random(Seed);
        var (kills, completed) = (0, 0);
        while (kills < Kills || completed == 0)
        {
            using var process = CommandLine.Start(null, ["run", "--out", _folder.In("killed"), .. options]);
            _ = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            if (kills < Kills && await DiesWithinAsync(process, random.Next(longestLife)))
            {
                kills++;
                afterKill();
                continue;
            }

            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, await errors);
            completed++;
            CheckEqual();
            afterKill();
            Directory.Delete(_folder.In("killed"), recursive: true);
            afterKill();
        }
    }

    /// <summary>False where it ended by itself before. The clock starts when it holds the folder, so that every kill is at work.</summary>
    async Task<bool> DiesWithinAsync(Process process, int milliseconds)
    {
        var started = Stopwatch.StartNew();
        while (!process.HasExited && !File.Exists(Path.Combine(_folder.In("killed"), "run.json")) && started.Elapsed < TimeSpan.FromSeconds(30))
        {
            await Task.Delay(2);
        }

        await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(milliseconds));
        if (process.HasExited)
        {
            return false;
        }

        process.Kill();
        await process.WaitForExitAsync();
        return true;
    }

    void CheckEqual()
    {
        foreach (var file in Files)
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(_folder.In("whole"), file)), File.ReadAllBytes(Path.Combine(_folder.In("killed"), file)));
        }

        var keys = File.ReadLines(Path.Combine(_folder.In("killed"), "completions.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("key").GetString()).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());
    }
}
