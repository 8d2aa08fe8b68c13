using System.Diagnostics;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests.Postgres;

/// <summary>A process on a network of its own, whose cable is pulled: what the server's TCP settings are for.</summary>
public sealed class CableTests : IAsyncLifetime
{
    const string Run = "cable";

    readonly PostgresServer _server = new() { Addresses = "*" };
    readonly TemporaryFolder _folder = new();
    readonly ScriptedServer _model = new(TimeSpan.FromMilliseconds(20), words: 60);

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    [Fact(Timeout = 240_000)]
    public async Task A_committer_whose_cable_is_pulled_is_replaced_and_the_pool_is_the_one_machine_s()
    {
        _server.SkipIfMissing();
        using var network = NetworkNamespace.Create(out var missing);
        Assert.SkipWhen(network is null, missing);
        using var model = new BlackHole(_model.Address.Port, network.Listen(_model.Address.Port));
        using var processes = new SharedProcesses(
            _folder, _model, _server.AddressOf(Run), "--instructions", "600", "--set", "instructions.min_acceptance=0", "--set", "instructions.rounds_in_flight=2");
        Assert.Equal(0, (await processes.RunAloneAsync("alone")).ExitCode);
        var behind = await BeginAsync(processes, network);
        var others = new[] { processes.Worker("second"), processes.Worker("third") };
        await WaitForMembersAsync(3);
        Assert.Equal(behind.Id, await _server.FindCommitterAsync(Run));
        await MeasureAsync(network);
        Assert.Contains(await _server.FindCommitterAsync(Run), others.Select(static process => process.Id));
        network.Mend();
        foreach (var process in others.Append(behind))
        {
            Assert.True(await SharedProcesses.WaitAsync(process) == 0, await processes.TextOf(process));
        }

        Assert.Equal(File.ReadLines(Path.Combine(_folder.In("alone"), "machine_generated_instructions.jsonl")), await _server.ListAsync<string>($"select json from {Run}.pool order by seq"));
        Assert.Equal(0, await _server.AskAsync<long>($"select count(*) from {Run}.claim"));
    }

    [Fact(Timeout = 240_000)]
    public async Task With_nobody_left_to_notice_the_server_itself_ends_the_sessions_behind_a_pulled_cable()
    {
        _server.SkipIfMissing();
        using var network = NetworkNamespace.Create(out var missing);
        Assert.SkipWhen(network is null, missing);
        using var model = new BlackHole(_model.Address.Port, network.Listen(_model.Address.Port));
        using var processes = new SharedProcesses(_folder, _model, _server.AddressOf(Run), "--instructions", "600", "--set", "instructions.min_acceptance=0");
        await BeginAsync(processes, network);
        network.Cut();
        var clock = Stopwatch.StartNew();
        while (await _server.AskAsync<long>($"select count(*) from pg_stat_activity where application_name like 'selfinstruct {Run} %'") > 0)
        {
            await Task.Delay(50);
        }

        Console.Error.WriteLine($"a pulled cable: {clock.Elapsed.TotalSeconds:0.00} s until its locks are free.");
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 12 + 12);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _model.Dispose();
        _folder.Dispose();
    }

    /// <summary>The run is begun on this network, and then is the other's alone.</summary>
    async Task<Process> BeginAsync(SharedProcesses processes, NetworkNamespace network)
    {
        var first = processes.Run("first");
        while (!await _server.AskAsync<bool>($"select to_regclass('{Run}.round') is not null") || await LastRoundAsync() < 0)
        {
            await Task.Delay(20);
        }

        SharedProcesses.Kill(first);
        var behind = processes.Worker("behind", _server.AddressOf(Run, network.Host), network.Name);
        while (await _server.FindCommitterAsync(Run) != behind.Id)
        {
            Assert.False(behind.HasExited, "It could not work behind the cable.");
            await Task.Delay(20);
        }

        return behind;
    }

    async Task MeasureAsync(NetworkNamespace network)
    {
        network.Cut();
        var clock = Stopwatch.StartNew();

        // What had reached the server before is committed yet.
        await Task.Delay(200);
        var before = await LastRoundAsync();
        while (await LastRoundAsync() == before)
        {
            await Task.Delay(20);
        }

        Console.Error.WriteLine($"a pulled cable: {clock.Elapsed.TotalSeconds:0.00} s to the next round.");

        // Twelve, and as many for machines that do other work beside.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 12 + 12);
    }

    async Task WaitForMembersAsync(int count)
    {
        while (await _server.AskAsync<long>($"select count(*) from {Run}.member") < count)
        {
            await Task.Delay(20);
        }
    }

    Task<int> LastRoundAsync() => _server.AskAsync<int>($"select coalesce(max(no), -1) from {Run}.round");
}
