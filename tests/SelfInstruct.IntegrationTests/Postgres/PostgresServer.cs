using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Npgsql;

namespace SelfInstruct.IntegrationTests.Postgres;

/// <summary>A PostgreSQL server of the tests' own, in a temporary folder and on a free port; it trusts everyone. Tests that want one are skipped where it is not installed.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    string _folder = "";

    /// <summary>Why there is none; null: it runs.</summary>
    public string? Missing { get; private set; }

    public int Port { get; } = FindFreePort();

    /// <summary>Where it listens.</summary>
    public string Addresses { get; init; } = "127.0.0.1";

    /// <summary>Null: everyone is trusted, and nothing is encrypted. Else scram, and TLS by a certificate of the server's own.</summary>
    public string? Password { get; init; }

    public string Certificate => Path.Combine(_folder, "server.crt");

    public string AddressOf(string run, string host = "127.0.0.1") => string.Create(CultureInfo.InvariantCulture, $"postgres://si@{host}:{Port}/postgres?run={run}");

    public async ValueTask InitializeAsync()
    {
        if (FindPrograms() is not { } programs)
        {
            Missing = "PostgreSQL is not installed (Debian: postgresql-15).";
            return;
        }

        _folder = Directory.CreateTempSubdirectory("selfinstruct-pg-").FullName;
        if (Password is not null)
        {
            WriteCertificate();
            await File.WriteAllTextAsync(Path.Combine(_folder, "password"), Password);
        }

        await RunAsync("chown", ["-R", "postgres", _folder], needsRoot: true);
        string[] authentication = Password is null ? ["-A", "trust"] : ["-A", "scram-sha-256", "--pwfile", Path.Combine(_folder, "password")];
        await RunAsync(Path.Combine(programs, "initdb"), ["-D", Data, .. authentication, "-U", "si", "--locale=C.UTF-8", "--no-sync"]);
        if (Addresses == "*")
        {
            await File.AppendAllTextAsync(Path.Combine(Data, "pg_hba.conf"), "host all all 10.213.0.0/16 trust\n");
        }

        await StartAsync();
    }

    string Data => Path.Combine(_folder, "data");

    public async Task StartAsync()
    {
        var tls = Password is null ? "" : $" -c ssl=on -c ssl_cert_file={Certificate} -c ssl_key_file={Path.Combine(_folder, "server.key")}";
        var options = string.Create(CultureInfo.InvariantCulture, $"-p {Port} -c listen_addresses={Addresses} -c unix_socket_directories= -c max_connections=200{tls}");
        await RunAsync(Path.Combine(FindPrograms()!, "pg_ctl"), ["-D", Data, "-w", "-l", Path.Combine(Data, "log"), "-o", options, "start"]);
    }

    public async ValueTask DisposeAsync()
    {
        if (Missing is null && _folder.Length > 0)
        {
            await RunAsync(Path.Combine(FindPrograms()!, "pg_ctl"), ["-D", Data, "-m", "immediate", "stop"]);
            Directory.Delete(_folder, recursive: true);
        }
    }

    public void SkipIfMissing() => Assert.SkipWhen(Missing is not null, Missing ?? "");

    public async Task<T?> AskAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={Port};Username=si;Database=postgres;Password={Password};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is var value and not DBNull ? (T?)value : default;
    }

    public async Task<List<T>> ListAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={Port};Username=si;Database=postgres;Password={Password};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        List<T> rows = [];
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetFieldValue<T>(0));
        }

        return rows;
    }

    /// <summary>The process that holds the committer's lock of a run.</summary>
    public Task<int> FindCommitterAsync(string run) => FindProcessAsync(run, "objid = 1");

    /// <summary>A process that owns a shard, and is not the committer where another does.</summary>
    public Task<int> FindCheckerAsync(string run) => FindProcessAsync(run, "objid >= 1000 and objid < 2000");

    // application_name is "selfinstruct RUN MEMBER".
    async Task<int> FindProcessAsync(string run, string lockKey) => await AskAsync<int>(
        $"""
        select coalesce((select m.pid from pg_locks l join pg_stat_activity a on a.pid = l.pid join {run}.member m on a.application_name = 'selfinstruct {run} ' || m.id
            where l.locktype = 'advisory' and l.objsubid = 2 and l.granted and {lockKey}
            order by l.objid desc limit 1), 0)
        """);

    static string? FindPrograms() =>
        !Directory.Exists("/usr/lib/postgresql") ? null
        : Directory.EnumerateDirectories("/usr/lib/postgresql").Select(static version => Path.Combine(version, "bin")).Where(static bin => File.Exists(Path.Combine(bin, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault();

    /// <summary>The server refuses to run as root.</summary>
    static async Task RunAsync(string program, string[] arguments, bool needsRoot = false)
    {
        if (needsRoot && Environment.UserName != "root")
        {
            return;
        }

        var asPostgres = Environment.UserName == "root" && !needsRoot;
        var start = asPostgres ? new ProcessStartInfo("runuser", ["-u", "postgres", "--", program, .. arguments]) : new ProcessStartInfo(program, arguments);
        (start.RedirectStandardOutput, start.RedirectStandardError, start.WorkingDirectory) = (true, true, "/tmp");
        using var process = Process.Start(start)!;

        // Not to the end of the stream: the server inherits it, and keeps it open.
        process.ErrorDataReceived += static (_, line) => TestContext.Current.SendDiagnosticMessage(line.Data ?? "");
        process.OutputDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!process.HasExited)
        {
            await Task.Delay(20, limit.Token);
        }

        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        var path = Path.Combine(_folder, "server.key");
        File.WriteAllText(path, key.ExportPkcs8PrivateKeyPem());
        Process.Start("chmod", ["600", path]).WaitForExit();

        // Its folder is another user's; the certificate is for everyone.
        Process.Start("chmod", ["705", _folder]).WaitForExit();
    }

    static int FindFreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

[CollectionDefinition(Name)]
public sealed class PostgresTests : ICollectionFixture<PostgresServer>
{
    public const string Name = "PostgreSQL";
}
