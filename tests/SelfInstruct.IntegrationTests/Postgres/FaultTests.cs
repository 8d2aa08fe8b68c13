using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using SelfInstruct.IntegrationTests.Faults;
using SelfInstruct.Tests;
using SelfInstruct.Tests.Novelty;

namespace SelfInstruct.IntegrationTests.Postgres;

/// <summary>Three processes at work on a run, and what may happen to one of them.</summary>
[Collection(PostgresTests.Name)]
public sealed class FaultTests(PostgresServer server) : IDisposable
{
    const int Target = 1_200;

    readonly TemporaryFolder _folder = new();
    readonly ScriptedServer _model = new(TimeSpan.FromMilliseconds(20), words: 60);

    [Fact(Timeout = 300_000)]
    public async Task Committer_checker_and_database_are_killed_in_turn_and_nothing_is_lost_or_asked_twice()
    {
        server.SkipIfMissing();
        using var processes = Start("killed");
        var all = await BeginAsync(processes, "killed");
        await KillAsync(await server.FindCommitterAsync("killed"), "the committer", TimeSpan.FromSeconds(1), "killed");
        await KillAsync(await server.FindCheckerAsync("killed"), "a checker", TimeSpan.FromSeconds(1), "killed");
        all.Add(processes.Worker("replacement"));
        await KillAsync(await server.AskAsync<int>("select pid from pg_stat_activity where application_name like 'selfinstruct killed %' limit 1"), "a database backend", TimeSpan.FromSeconds(10), "killed");
        var left = all.Where(static process => !process.HasExited || process.ExitCode == 0).ToList();
        Assert.Equal(2, left.Count);
        foreach (var process in left)
        {
            Assert.True(await SharedProcesses.WaitAsync(process) == 0, await processes.TextOf(process));
        }

        await CheckAsync("killed");
    }

    [Fact(Timeout = 300_000)]
    public async Task A_committer_whose_line_is_cut_is_replaced_and_comes_back_when_the_line_does()
    {
        server.SkipIfMissing();
        using var line = new BlackHole(server.Port);
        using var processes = Start("cut");
        var first = processes.Run("first");
        await WaitForRoundsAsync("cut", 0);
        SharedProcesses.Kill(first);
        var behind = processes.Worker("behind", server.AddressOf("cut").Replace(server.Port.ToString(CultureInfo.InvariantCulture), line.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        await WaitForRoundsAsync("cut", 2);
        var others = new[] { processes.Worker("second"), processes.Worker("third") };
        await WaitForRoundsAsync("cut", 10);
        Assert.Equal(behind.Id, await server.FindCommitterAsync("cut"));
        await DisturbAsync(line.Cut, "a cut line", TimeSpan.FromSeconds(12), "cut");
        Assert.Contains(await server.FindCommitterAsync("cut"), others.Select(static process => process.Id));
        line.Mend();
        foreach (var process in others.Append(behind))
        {
            Assert.True(await SharedProcesses.WaitAsync(process) == 0, await processes.TextOf(process));
        }

        await CheckAsync("cut");
    }

    [Fact(Timeout = 300_000)]
    public async Task A_committer_that_was_stopped_for_half_a_minute_commits_nothing_stale()
    {
        server.SkipIfMissing();
        using var processes = Start("stopped");
        var all = await BeginAsync(processes, "stopped");
        var committer = await server.FindCommitterAsync("stopped");
        await DisturbAsync(() => Assert.Equal(0, Signal(committer, Stop)), "a stopped committer", TimeSpan.FromSeconds(12), "stopped");
        var rounds = await server.AskAsync<int>("select max(no) from stopped.round");
        await Task.Delay(TimeSpan.FromSeconds(20));
        Assert.Equal(0, Signal(committer, Continue));
        Assert.NotEqual(committer, await server.FindCommitterAsync("stopped"));
        foreach (var process in all)
        {
            Assert.True(await SharedProcesses.WaitAsync(process) == 0, await processes.TextOf(process));
        }

        Assert.True(await server.AskAsync<int>("select max(no) from stopped.round") > rounds);

        // What it was waiting for was asked by others meanwhile; its own answers came late, and are kept.
        await CheckAsync("stopped", late: 8);
    }

    [Fact(Timeout = 400_000)]
    public async Task Whoever_is_killed_and_whenever_the_pool_is_the_one_machine_s()
    {
        server.SkipIfMissing();
        using var processes = Start("soak");
        Assert.Equal(0, (await processes.RunAloneAsync("alone")).ExitCode);
        var workers = await BeginAsync(processes, "soak");
        var random = new Random(7);
        var kills = 0;
        while (!workers.Exists(static worker => worker.HasExited))
        {
            // Once in a while two at once, so that shards of different owners come together.
            for (var count = random.Next(4) == 0 ? 2 : 1; count > 0 && !workers.Exists(static worker => worker.HasExited); count--, kills++)
            {
                SharedProcesses.Kill(workers[0]);
                workers.RemoveAt(0);
                workers.Insert(random.Next(3), processes.Worker($"w{kills}"));
            }

            await Task.WhenAny(Task.Delay(random.Next(1500, 4000)), Task.WhenAny(workers.Select(static worker => worker.WaitForExitAsync())));
        }

        foreach (var worker in workers)
        {
            Assert.True(await SharedProcesses.WaitAsync(worker) == 0, await processes.TextOf(worker));
        }

        Console.Error.WriteLine($"{kills} kills.");
        Assert.True(kills > 3, $"{kills} kills: the case tests little.");
        Assert.Equal(File.ReadLines(Path.Combine(_folder.In("alone"), "machine_generated_instructions.jsonl")), await server.ListAsync<string>("select json from soak.pool order by seq"));
        await CheckNoveltyAsync("soak");
        Assert.Equal(0, await server.AskAsync<long>("select count(*) from soak.claim"));
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    const int Stop = 19;
    const int Continue = 18;

    [DllImport("libc", EntryPoint = "kill")]
    static extern int Signal(int process, int signal);

    SharedProcesses Start(string run) => new(
        _folder, _model, server.AddressOf(run), "--instructions", Target.ToString(CultureInfo.InvariantCulture), "--set", "instructions.min_acceptance=0", "--set", "instructions.rounds_in_flight=2");

    /// <summary>Three workers, of which none writes a folder.</summary>
    async Task<List<Process>> BeginAsync(SharedProcesses processes, string run)
    {
        var first = processes.Run("first");
        await WaitForRoundsAsync(run, 0);
        SharedProcesses.Kill(first);
        List<Process> workers = [processes.Worker("one"), processes.Worker("two"), processes.Worker("three")];
        while (await server.AskAsync<long>($"select count(*) from {run}.member") < 3)
        {
            await Task.Delay(50);
        }

        await WaitForRoundsAsync(run, 10);
        return workers;
    }

    async Task KillAsync(int process, string what, TimeSpan most, string run) => await DisturbAsync(
        () =>
        {
            using var killed = Process.GetProcessById(process);
            killed.Kill();
        },
        what,
        most,
        run);

    /// <summary>Until a round is decided that was open then: the time without one is what the fault costs.</summary>
    async Task DisturbAsync(Action fault, string what, TimeSpan most, string run)
    {
        var before = await server.AskAsync<int>($"select max(no) from {run}.round");
        var recorded = (await server.ListAsync<string>($"select json from {run}.completion")).Select(KillSoakTests.IdentifyRecorded).ToHashSet();
        var asked = _model.Bodies.Count;
        var clock = Stopwatch.StartNew();
        fault();

        // Two rounds may have been complete already.
        await WaitForRoundsAsync(run, before + 3);
        Console.Error.WriteLine($"{what}: {clock.Elapsed.TotalSeconds:0.00} s to the third round after.");
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, most + TimeSpan.FromSeconds(Slack));
        Assert.DoesNotContain(_model.Bodies.Skip(asked).Select(KillSoakTests.Identify), recorded.Contains);
    }

    /// <summary>For machines that do other work beside: the figures themselves are measured, not tested (docs/scale.md).</summary>
    const double Slack = 10;

    async Task WaitForRoundsAsync(string run, int round)
    {
        while (true)
        {
            try
            {
                if (await server.AskAsync<bool>($"select to_regclass('{run}.round') is not null") && await server.AskAsync<int>($"select coalesce(max(no), -1) from {run}.round") >= round)
                {
                    return;
                }
            }
            catch (Exception e) when (e is Npgsql.NpgsqlException or IOException)
            {
                // In recovery.
            }

            await Task.Delay(10);
        }
    }

    async Task CheckAsync(string run, int late = 0)
    {
        Assert.Equal(Target, await server.AskAsync<long>($"select count(*) from {run}.pool"));
        Assert.Equal(Target - 1, await server.AskAsync<int>($"select max(seq) from {run}.pool"));
        Assert.Equal(0, await server.AskAsync<long>($"select count(*) from {run}.round a where no > 0 and not exists (select from {run}.round b where b.no = a.no - 1)"));
        var rejected = await server.AskAsync<long>($"select count(*) from {run}.rejection");
        Assert.Equal(Target + rejected, await server.AskAsync<long>($"select sum(accepted + rejected) from {run}.round"));
        Assert.Equal(Target, await server.AskAsync<long>($"select count(*) from {run}.result where stage = 'instances'"));
        await CheckNoveltyAsync(run);
        await CheckAskedOnceAsync(run, late);
    }

    /// <summary>By the slow obvious twin: nothing of the pool is above the threshold to what came before it.</summary>
    async Task CheckNoveltyAsync(string run)
    {
        var scan = new NoveltyScan();
        foreach (var seed in SelfInstruct.Tasks.SeedTasks.Load(Repository.In("data", "seed_tasks.jsonl")))
        {
            scan.Add(seed.Instruction);
        }

        foreach (var instruction in await server.ListAsync<string>($"select instruction from {run}.pool order by seq"))
        {
            Assert.Null(scan.FindAbove(instruction));
            scan.Add(instruction);
        }
    }

    /// <summary>Asked again is only what was in flight in a killed process, or lost with the database: what nobody had acknowledged.</summary>
    async Task CheckAskedOnceAsync(string run, int late)
    {
        var recorded = await server.ListAsync<string>($"select json from {run}.completion where key is not null");
        Assert.InRange(await server.AskAsync<long>($"select count(*) from {run}.completion where key is null"), 0, late);
        var (asked, again) = (_model.Bodies.Count, _model.Bodies.Count - _model.Bodies.Distinct().Count());
        Console.Error.WriteLine($"{recorded.Count} recorded, {asked} asked, {again} of them again.");
        Assert.InRange(again, 0, 8 * 4);
        Assert.Equal(recorded.Count, recorded.Select(static json => JsonDocument.Parse(json).RootElement.GetProperty("key").GetString()).Distinct().Count());
    }
}
