using System.Text.Json;
using SelfInstruct.Postgres;
using SelfInstruct.Runs;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests.Postgres;

/// <summary>Runs that several processes share.</summary>
[Collection(PostgresTests.Name)]
public sealed class SharedRunTests(PostgresServer server) : IDisposable
{
    static readonly string[] Files =
        ["machine_generated_instructions.jsonl", "is_clf_or_not.jsonl", "machine_generated_instances.jsonl", "all_generated_instances.jsonl", "rejected.jsonl", "finetuning/alpaca.jsonl"];

    readonly TemporaryFolder _folder = new();
    readonly ScriptedServer _model = new(words: 60);

    [Theory(Timeout = 240_000)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Three_processes_leave_the_files_that_one_machine_leaves(int roundsInFlight)
    {
        server.SkipIfMissing();
        using var processes = new SharedProcesses(
            _folder, _model, server.AddressOf($"three{roundsInFlight}"), "--instructions", "150", "--set", $"instructions.rounds_in_flight={roundsInFlight}");
        Assert.Equal(0, (await processes.RunAloneAsync("alone")).ExitCode);
        var first = processes.Run("shared");
        await WaitForRunAsync($"three{roundsInFlight}");
        var second = processes.Worker("second");
        var third = processes.Worker("third");
        Assert.True(await SharedProcesses.WaitAsync(first) == 0, await processes.TextOf(first));
        Assert.True(await SharedProcesses.WaitAsync(second) == 0, await processes.TextOf(second));
        Assert.True(await SharedProcesses.WaitAsync(third) == 0, await processes.TextOf(third));
        CheckEqual("alone", "shared");

        // With several rounds in flight some were asked that the target then did without: they stay recorded.
        var (alone, shared) = (Completions("alone"), Completions("shared"));
        Assert.Equal(shared.Count, shared.Distinct().Count());
        Assert.Empty(alone.Except(shared));
        Assert.InRange(shared.Count - alone.Count, 0, (roundsInFlight - 1) * 5);
        var followed = await CommandLine.RunAsync("follow", "--store", server.AddressOf($"three{roundsInFlight}"), "--out", _folder.In("followed"));
        Assert.True(followed.ExitCode == 0, followed.Errors);
        CheckEqual("alone", "followed");
    }

    [Fact(Timeout = 240_000)]
    public async Task Two_that_begin_the_same_run_at_once_share_it()
    {
        server.SkipIfMissing();
        using var processes = new SharedProcesses(_folder, _model, server.AddressOf("twins"), "--instructions", "60");
        var one = processes.Run("one");
        var other = processes.Run("other");
        Assert.True(await SharedProcesses.WaitAsync(one) == 0, await processes.TextOf(one));
        Assert.True(await SharedProcesses.WaitAsync(other) == 0, await processes.TextOf(other));
        CheckEqual("one", "other");
        Assert.Equal(_model.Bodies.Count, _model.Bodies.Distinct().Count());
    }

    [Theory(Timeout = 120_000)]
    [InlineData("--set", "instructions.temperature=0.9", "instructions.temperature: 0.7 there, 0.9 here")]
    [InlineData("--instructions", "9", "instructions.target: 8 there, 9 here")]
    [InlineData("--seed", "7", "seed: 42 there, 7 here")]
    public async Task A_run_with_other_settings_is_refused_with_the_difference_shown(string option, string value, string difference)
    {
        server.SkipIfMissing();
        using var processes = new SharedProcesses(_folder, _model, server.AddressOf("settings"), "--instructions", "8");
        var first = processes.Run("first");
        Assert.True(await SharedProcesses.WaitAsync(first) == 0, await processes.TextOf(first));
        using var others = new SharedProcesses(_folder, _model, server.AddressOf("settings"), [.. option == "--instructions" ? [] : new[] { "--instructions", "8" }, option, value]);
        var second = others.Run("second");
        Assert.Equal(2, await SharedProcesses.WaitAsync(second));
        Assert.Contains(difference, await others.TextOf(second), StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_folder_s_run_goes_on_in_a_store_and_comes_back()
    {
        server.SkipIfMissing();
        using var processes = new SharedProcesses(_folder, _model, server.AddressOf("promoted"), "--instructions", "100");
        Assert.Equal(0, (await processes.RunAloneAsync("alone")).ExitCode);
        using (var stopped = CommandLine.Start(null, ["run", "--out", _folder.In("begun"), .. processes.Options]))
        {
            await CommandLine.KillAfterLinesAsync(stopped, Path.Combine(_folder.In("begun"), "is_clf_or_not.jsonl"), 50);
        }

        var asked = _model.Bodies.Count;
        var recorded = File.ReadLines(Path.Combine(_folder.In("begun"), "completions.jsonl")).Count();
        await using (await StartAsync("promoted"))
        {
            // Begun for another run, of which nothing came: the one that is promoted takes its place.
        }

        var promoted = await CommandLine.RunAsync("promote", "--out", _folder.In("begun"), "--store", server.AddressOf("promoted"));
        Assert.True(promoted.ExitCode == 0, promoted.Errors);
        var worker = processes.Worker("worker");
        Assert.True(await SharedProcesses.WaitAsync(worker) == 0, await processes.TextOf(worker));
        var followed = await CommandLine.RunAsync("follow", "--store", server.AddressOf("promoted"), "--out", _folder.In("back"));
        Assert.True(followed.ExitCode == 0, followed.Errors);
        CheckEqual("alone", "back");
        Assert.Equal(Completions("alone").Count - recorded, _model.Bodies.Count - asked);

        var again = await CommandLine.RunAsync("promote", "--out", _folder.In("begun"), "--store", server.AddressOf("promoted"));
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("has something of a run already", again.Errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_follower_that_was_killed_goes_on_where_it_was()
    {
        server.SkipIfMissing();
        using var processes = new SharedProcesses(_folder, _model, server.AddressOf("torn"), "--instructions", "120");
        var run = processes.Run("run");
        await WaitForRunAsync("torn");
        for (var lines = 10; lines <= 60; lines += 25)
        {
            using var follower = CommandLine.Start(null, ["follow", "--store", server.AddressOf("torn"), "--out", _folder.In("followed")]);
            await CommandLine.KillAfterLinesAsync(follower, Path.Combine(_folder.In("followed"), "machine_generated_instructions.jsonl"), lines);
        }

        Assert.True(await SharedProcesses.WaitAsync(run) == 0, await processes.TextOf(run));
        var followed = await CommandLine.RunAsync("follow", "--store", server.AddressOf("torn"), "--out", _folder.In("followed"));
        Assert.True(followed.ExitCode == 0, followed.Errors);
        CheckEqual("run", "followed");
        Assert.Equal(Completions("run"), Completions("followed"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_model_that_repeats_itself_ends_the_run_for_all_and_asking_again_goes_on()
    {
        server.SkipIfMissing();
        using var dull = new ScriptedServer(words: 1);
        using var processes = new SharedProcesses(_folder, dull, server.AddressOf("dry"), "--instructions", "50", "--set", "instructions.acceptance_rounds=3");
        var run = processes.Run("run");
        await WaitForRunAsync("dry");
        var worker = processes.Worker("worker");
        Assert.Equal(1, await SharedProcesses.WaitAsync(run));
        Assert.Contains("The last 3 rounds (15 prompts) brought", await processes.TextOf(run), StringComparison.Ordinal);
        Assert.Equal(1, await SharedProcesses.WaitAsync(worker));
        var rounds = await server.AskAsync<long>("select count(*) from dry.round");
        var again = processes.Run("run");
        Assert.Equal(1, await SharedProcesses.WaitAsync(again));
        Assert.Equal(rounds + 3, await server.AskAsync<long>("select count(*) from dry.round"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Of_two_answers_to_one_request_the_first_stands_and_the_other_is_kept()
    {
        server.SkipIfMissing();
        await using var one = await StartAsync("spare");
        await using var other = await StartAsync("spare");
        await using var log = new PostgresLog(one, TimeProvider.System, isCounted: true);
        await using var late = new PostgresLog(other, TimeProvider.System, isCounted: true);
        Assert.Null(await log.FindKeyAsync("k", TestContext.Current.CancellationToken));
        await log.AppendAsync([new LogEntry("k", "{\"text\":\"first\"}"u8.ToArray())], TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<KeyTakenException>(() => late.AppendAsync([new LogEntry("k", "{\"text\":\"second\"}"u8.ToArray())], TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<KeyTakenException>(() => late.AppendAsync([new LogEntry("k", "{\"text\":\"first\"}"u8.ToArray())], TestContext.Current.CancellationToken));
        Assert.Equal("{\"text\":\"first\"}"u8.ToArray(), (await late.FindKeyAsync("k", TestContext.Current.CancellationToken))!.Value.ToArray());
        Assert.Equal(["{\"text\":\"first\"}", "{\"text\":\"second\"}"], await server.ListAsync<string>("select json from spare.completion order by id"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Completions_are_followed_in_the_order_of_their_transactions_whatever_their_digits()
    {
        server.SkipIfMissing();
        await using var store = await StartAsync("digits");
        await using var completions = new FollowedCompletions(_folder.In("completions.jsonl"));
        await server.AskAsync<object>("insert into digits.completion(key, tx, json) values ('a', '9', '1'), ('b', '10', '2')");
        Assert.Equal(2, await completions.CopyAsync(store, TestContext.Current.CancellationToken));
        Assert.Equal(2, await completions.CopyAsync(store, TestContext.Current.CancellationToken));
        await server.AskAsync<object>("insert into digits.completion(key, tx, json) values ('c', '11', '3')");
        Assert.Equal(3, await completions.CopyAsync(store, TestContext.Current.CancellationToken));
        Assert.Equal(["1", "2", "3"], await File.ReadAllLinesAsync(_folder.In("completions.jsonl"), TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_newer_store_is_refused()
    {
        server.SkipIfMissing();
        await using (await StartAsync("newer"))
        {
            await server.AskAsync<object>("update newer.meta set value = '99' where name = 'schema_version'");
        }

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => RunStore.JoinAsync(StoreAddress.Parse(server.AddressOf("newer")), TestContext.Current.CancellationToken));
        Assert.Contains("is of schema version 99; this release knows 1", refused.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_not_there_is_said()
    {
        server.SkipIfMissing();
        var absent = await CommandLine.RunAsync("worker", "--store", server.AddressOf("nobody"));
        Assert.Equal(2, absent.ExitCode);
        Assert.Contains("holds no run of that name", absent.Errors, StringComparison.Ordinal);
        var closed = await CommandLine.RunAsync("worker", "--store", "postgres://si@127.0.0.1:1/postgres");
        Assert.Equal(2, closed.ExitCode);
        Assert.Contains("Check that the server runs", closed.Errors, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    Task<RunStore> StartAsync(string run)
    {
        var options = new SelfInstructOptions { SeedTasks = Repository.In("data", "seed_tasks.jsonl") };
        var state = new RunState("running", "", "m", "paper", 1, "seed_tasks.jsonl", "", "", 1, DateTimeOffset.UnixEpoch, 0, RunCounts.Empty);
        return RunStore.StartAsync(StoreAddress.Parse(server.AddressOf(run)), StoredRun.Of(options, state, Guid.NewGuid()), TestContext.Current.CancellationToken);
    }

    async Task WaitForRunAsync(string run)
    {
        while (!await server.AskAsync<bool>($"select to_regclass('{run}.meta') is not null"))
        {
            await Task.Delay(20);
        }
    }

    void CheckEqual(string expected, string actual)
    {
        foreach (var file in Files)
        {
            Assert.Equal(File.ReadAllText(Path.Combine(_folder.In(expected), file)), File.ReadAllText(Path.Combine(_folder.In(actual), file)));
        }
    }

    /// <summary>Keys, sorted: the order is that of the answers.</summary>
    List<string> Completions(string name) =>
        [.. File.ReadLines(Path.Combine(_folder.In(name), "completions.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("key").GetString()!).Order(StringComparer.Ordinal)];
}
