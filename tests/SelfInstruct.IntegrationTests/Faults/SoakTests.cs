using System.Diagnostics;
using System.Globalization;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests.Faults;

/// <summary>Everything at once, for as long as SELFINSTRUCT_SOAK_MINUTES says; SELFINSTRUCT_SOAK_REPORT names a file for the figures, written after each run.</summary>
public sealed class SoakTests : IDisposable
{
    /// <summary>Processes of one run, after which one is left alone to its end.</summary>
    const int LongestRun = 40;

    readonly TemporaryFolder _folder = new();
    readonly Random _random = new(11);
    readonly SoakFigures _figures = new();
    readonly HashSet<(string, long)> _recorded = [];
    readonly SmallDisk? _disk;
    readonly Disturbance? _disturbance;

    public SoakTests()
    {
        _disk = SmallDisk.TryMount(_folder.In("disk"));
        _disturbance = Disturbance.TryBuild(_folder.FolderPath);
    }

    static double Minutes => double.Parse(Environment.GetEnvironmentVariable("SELFINSTRUCT_SOAK_MINUTES") ?? "0.2", CultureInfo.InvariantCulture);

    [Fact(Timeout = 7_200_000)]
    public async Task Runs_disturbed_in_every_way_end_as_if_undisturbed()
    {
        Assert.SkipWhen(_disk is null || _disturbance is null, "needs a C compiler and the right to mount a file system");
        var soaked = Stopwatch.StartNew();
        for (var n = 0; soaked.Elapsed.TotalMinutes < Minutes || n < 2; n++)
        {
            await (n % 2 == 0 ? SoakHttpAsync(n) : SoakReplayAsync(n));
            _figures.Minutes = soaked.Elapsed.TotalMinutes;
            if (Environment.GetEnvironmentVariable("SELFINSTRUCT_SOAK_REPORT") is { } report)
            {
                await File.WriteAllTextAsync(report, _figures.ToString());
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(_figures.ToString());
    }

    public void Dispose()
    {
        _disk?.Dispose();
        _disturbance?.Dispose();
        _folder.Dispose();
    }

    async Task SoakReplayAsync(int seed)
    {
        var replay = _folder.Write("replay.jsonl", string.Concat(Enumerable.Range(0, 4_000).Select(n => $"{{\"text\":\" {Words(n, seed)}\\n10. {Words(n + 100_000, seed)}\",\"finish_reason\":\"stop\"}}\n")));
        string[] options = ["--model", "replay:" + replay, "--instructions", "1000", "--seed", seed.ToString(CultureInfo.InvariantCulture)];
        await SoakAsync(seed, options, options, null);
    }

    async Task SoakHttpAsync(int seed)
    {
        using var calm = new FailingProvider(seed, fails: false);
        using var failing = new FailingProvider(seed, fails: true);
        string[] options = ["--model", "openai-completions:m", "--instructions", "300", "--seed", seed.ToString(CultureInfo.InvariantCulture), "--set", "call_timeout_seconds=2", "--endpoint"];
        await SoakAsync(seed, [.. options, calm.Address.AbsoluteUri], [.. options, failing.Address.AbsoluteUri], failing);
        _figures.Add(failing);
    }

    static string Words(int n, int seed)
    {
        var random = new Random(n + (seed * 1_000_003));
        return "Use " + string.Join(' ', Enumerable.Range(0, 6).Select(_ => "w" + random.Next(100_000)));
    }

    async Task SoakAsync(int seed, string[] calm, string[] disturbed, FailingProvider? provider)
    {
        var whole = _folder.In("whole");
        var undisturbed = await CommandLine.RunAsync(["run", "--out", whole, .. calm]);
        Assert.True(undisturbed.ExitCode == 0, undisturbed.Errors);
        var disturbedFolder = Path.Combine(seed % 4 < 2 ? _disk!.FolderPath : _folder.FolderPath, "disturbed");
        var ended = false;
        for (var life = 0; !ended; life++)
        {
            ended = await LiveAsync(disturbedFolder, disturbed, life);
            CheckNothingIsLost(whole, disturbedFolder);
            if (provider is not null)
            {
                CheckNothingRecordedIsAsked(disturbedFolder, provider);
            }
        }

        Assert.All(KillSoakTests.Files, file => Assert.Equal(File.ReadAllBytes(Path.Combine(whole, file)), File.ReadAllBytes(Path.Combine(disturbedFolder, file))));
        _figures.Runs++;
        Directory.Delete(whole, recursive: true);
        Directory.Delete(disturbedFolder, recursive: true);
        _recorded.Clear();
    }

    /// <summary>What was accepted before is a beginning of what an undisturbed run accepts, and stays there.</summary>
    void CheckNothingIsLost(string whole, string disturbedFolder)
    {
        var pool = Path.Combine(disturbedFolder, KillSoakTests.Files[0]);
        var accepted = File.Exists(pool) ? File.ReadAllText(pool) : "";
        Assert.StartsWith(accepted[..(accepted.LastIndexOf('\n') + 1)], File.ReadAllText(Path.Combine(whole, KillSoakTests.Files[0])), StringComparison.Ordinal);
        _figures.Accepted += accepted.Count(static c => c == '\n');
    }

    void CheckNothingRecordedIsAsked(string disturbedFolder, FailingProvider provider)
    {
        Assert.DoesNotContain(provider.TakeAsked(), _recorded.Contains);
        var path = Path.Combine(disturbedFolder, "completions.jsonl");
        var recorded = !File.Exists(path) ? [] : File.ReadAllText(path).Split('\n')[..^1].Select(KillSoakTests.IdentifyRecorded).ToList();
        Assert.Equal(recorded.Count, recorded.Distinct().Count());
        Assert.Subset(recorded.ToHashSet(), _recorded);
        _recorded.UnionWith(recorded);
    }

    /// <summary>One process from its start to its end, disturbed meanwhile. True where the run is complete.</summary>
    async Task<bool> LiveAsync(string disturbedFolder, string[] options, int life)
    {
        var start = CommandLine.Prepare(null, ["run", "--out", disturbedFolder, .. options]);
        _disturbance!.Calm();
        _disturbance.Apply(start);
        using var process = Process.Start(start)!;
        _ = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        _figures.Lives++;
        while (!process.HasExited && !File.Exists(Path.Combine(disturbedFolder, "run.json")))
        {
            await Task.Delay(2);
        }

        for (var n = life < 2 ? 0 : _random.Next(3); n > 0 && !process.HasExited; n--)
        {
            await PauseAsync(process, 700);
            await DisturbAsync(process);
        }

        var filled = life < LongestRun && await EndAsync(process, life, onDisk: disturbedFolder.StartsWith(_disk!.FolderPath, StringComparison.Ordinal));
        await process.WaitForExitAsync();
        _disk!.Free();
        CheckEnd(process.ExitCode, await errors, filled);
        return process.ExitCode == 0;
    }

    async Task DisturbAsync(Process process)
    {
        switch (_random.Next(3))
        {
            case 0:
                await SignalAsync(process, "-STOP");
                await Task.Delay(_random.Next(3_000));
                await SignalAsync(process, "-CONT");
                _figures.Stops++;
                break;
            case 1:
                _disturbance!.SetClock(TimeSpan.FromHours(_random.Next(-20_000, 20_000)));
                _figures.ClockJumps++;
                break;
            default:
                _disturbance!.SlowDisk(TimeSpan.FromMilliseconds(_random.Next(200)));
                _figures.SlowDisks++;
                break;
        }
    }

    /// <summary>True where the disk was filled.</summary>
    async Task<bool> EndAsync(Process process, int life, bool onDisk)
    {
        // However short the soak, each run meets a full disk, where it can, and a kill.
        var lot = life switch { 0 => 3, 1 => 7, _ => _random.Next(10) };
        await PauseAsync(process, life < 2 ? 300 : 700);
        if (process.HasExited || lot < 2)
        {
            return false;
        }

        if (onDisk && lot < 6)
        {
            _disk!.Fill();
            _figures.FullDisks++;
            await PauseAsync(process, 2_000);
        }

        if (!process.HasExited && (!onDisk || lot is < 3 or > 5))
        {
            process.Kill();
            _figures.Kills++;
        }

        return onDisk && lot < 6;
    }

    static void CheckEnd(int exitCode, string errors, bool filled)
    {
        const int Killed = 128 + 9;
        Assert.True(exitCode is 0 or Killed || filled, $"exit code {exitCode}: {errors}");
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        if (exitCode is not (0 or Killed))
        {
            Assert.Contains("free space", errors, StringComparison.Ordinal);
        }
    }

    Task PauseAsync(Process process, int longest) => Task.WhenAny(process.WaitForExitAsync(), Task.Delay(_random.Next(longest)));

    static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]) { UseShellExecute = false, RedirectStandardError = true })!;
        await kill.WaitForExitAsync();
    }
}
