using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests.Postgres;

/// <summary>A server that wants a password, by scram, and has TLS.</summary>
public sealed class ScramTests : IAsyncLifetime
{
    const string Password = "correct horse 7Q";

    readonly PostgresServer _server = new() { Password = Password };
    readonly TemporaryFolder _folder = new();
    readonly ScriptedServer _model = new();

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    [Fact(Timeout = 120_000)]
    public async Task A_password_of_the_environment_opens_the_store_by_a_verified_line_and_is_written_nowhere()
    {
        _server.SkipIfMissing();
        var address = _server.AddressOf("secret") + "&sslmode=verify-full&sslrootcert=" + Uri.EscapeDataString(_server.Certificate);
        var run = await RunAsync(Password, address);
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.DoesNotContain(Password, run.Output + run.Errors, StringComparison.Ordinal);
        Assert.All(
            Directory.EnumerateFiles(_folder.In("run"), "*", SearchOption.AllDirectories),
            static path => Assert.DoesNotContain(Password, File.ReadAllText(path), StringComparison.Ordinal));
        Assert.Equal(0, await _server.AskAsync<long>($"select count(*) from secret.meta where value like '%{Password}%'"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Without_the_right_password_it_says_where_to_put_it()
    {
        _server.SkipIfMissing();
        foreach (var password in (string?[])[null, "wrong one"])
        {
            var run = await RunAsync(password, _server.AddressOf("secret"));
            Assert.Equal(2, run.ExitCode);
            Assert.Contains("Set PGPASSWORD, or PGPASSFILE", run.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("wrong one", run.Errors, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task The_password_may_be_in_a_file()
    {
        _server.SkipIfMissing();
        var file = _folder.In("passwords");
        await File.WriteAllTextAsync(file, $"127.0.0.1:*:postgres:si:{Password}\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var run = await RunAsync(null, _server.AddressOf("filed"), file);
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.DoesNotContain(Password, run.Output + run.Errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_password_in_the_address_is_refused_and_not_repeated()
    {
        var run = await RunAsync(Password, $"postgres://si:hunter2@127.0.0.1:{_server.Port}/postgres");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("has a password in it", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", run.Output + run.Errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        _server.SkipIfMissing();
        var run = await RunAsync(Password, _server.AddressOf("secret") + "&sslmode=verify-full");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("certificate", run.Errors, StringComparison.OrdinalIgnoreCase);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _model.Dispose();
        _folder.Dispose();
    }

    Task<CommandLine> RunAsync(string? password, string address, string? file = null)
    {
        var start = CommandLine.Prepare(
            null, "run", "--out", _folder.In("run"), "--model", "openai-completions:m", "--endpoint", _model.Address.AbsoluteUri, "--instructions", "8", "--store", address);
        start.Environment["PGPASSWORD"] = password;
        start.Environment["PGPASSFILE"] = file;
        return CommandLine.RunAsync(start);
    }
}
