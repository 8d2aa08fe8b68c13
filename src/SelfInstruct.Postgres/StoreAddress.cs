using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace SelfInstruct.Postgres;

/// <summary>
/// Where a shared run lies: postgres://USER@HOST:PORT/DATABASE?run=NAME. It is shown in logs, so a password is never part
/// of it: that comes from PGPASSWORD or the file that PGPASSFILE names.
/// </summary>
/// <param name="Run">The run's schema in the database.</param>
/// <param name="Tls">sslmode, sslrootcert, sslcert and sslkey, where given.</param>
public sealed partial record StoreAddress(string Host, int Port, string? User, string Database, string Run, ImmutableSortedDictionary<string, string> Tls)
{
    const string DefaultRun = "selfinstruct";
    const string Form = "Write it as postgres://USER@HOST:PORT/DATABASE?run=NAME.";
    const int DefaultPort = 5432;

    static readonly string[] TlsNames = ["sslmode", "sslrootcert", "sslcert", "sslkey"];

    /// <param name="text">As above; PORT, run and the TLS settings may be missing.</param>
    /// <exception cref="InvalidDataException">Not such an address; a password in it is refused without being repeated.</exception>
    public static StoreAddress Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql"))
        {
            throw new InvalidDataException($"--store: not a PostgreSQL address. {Form}");
        }

        if (uri.UserInfo.Contains(':', StringComparison.Ordinal))
        {
            throw new InvalidDataException("--store: the address has a password in it, which process lists and logs would show. Leave it out, and set PGPASSWORD or PGPASSFILE.");
        }

        var query = ReadQuery(uri.Query);
        var run = query.GetValueOrDefault("run", DefaultRun);
        if (!RunName().IsMatch(run))
        {
            throw new InvalidDataException($"--store: run={run} cannot name a run. Use small letters, digits and _, beginning with a letter, 48 at most.");
        }

        var database = Uri.UnescapeDataString(uri.AbsolutePath.Trim('/'));
        return new StoreAddress(
            uri.Host is "" ? throw new InvalidDataException($"--store: names no host. {Form}") : uri.Host,
            uri.Port > 0 ? uri.Port : DefaultPort,
            uri.UserInfo is "" ? null : Uri.UnescapeDataString(uri.UserInfo),
            database is "" ? throw new InvalidDataException($"--store: names no database. {Form}") : database,
            run,
            query.Remove("run"));
    }

    /// <param name="applicationName">Which the server shows for each session.</param>
    internal NpgsqlConnectionStringBuilder ToConnectionString(string applicationName)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = Host,
            Port = Port,
            Database = Database,
            Username = User,
            SearchPath = Run,
            ApplicationName = applicationName,
            Timeout = 10,
            CommandTimeout = 8,
            CancellationTimeout = 1000,
            KeepAlive = 4,
            MaxPoolSize = 24,
            MaxAutoPrepare = 60,
            AutoPrepareMinUsages = 3,

            // A cut cable must end a session, and with it its locks, on the server as well.
            Options = "-c tcp_keepalives_idle=4 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c tcp_user_timeout=8000 -c idle_in_transaction_session_timeout=15000",
        };
        if (Tls.TryGetValue("sslmode", out var mode))
        {
            builder.SslMode = Enum.Parse<SslMode>(mode.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
        }

        builder.RootCertificate = Tls.GetValueOrDefault("sslrootcert");
        builder.SslCertificate = Tls.GetValueOrDefault("sslcert");
        builder.SslKey = Tls.GetValueOrDefault("sslkey");
        return builder;
    }

    /// <summary>The address, complete; no secret.</summary>
    public override string ToString()
    {
        var tls = string.Concat(Tls.Select(static pair => $"&{pair.Key}={pair.Value}"));
        var user = User is null ? "" : Uri.EscapeDataString(User) + "@";
        return string.Create(CultureInfo.InvariantCulture, $"postgres://{user}{Host}:{Port}/{Uri.EscapeDataString(Database)}?run={Run}{tls}");
    }

    static ImmutableSortedDictionary<string, string> ReadQuery(string query)
    {
        var values = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var part in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = part.Split('=', 2) is [var left, var right] ? (left, Uri.UnescapeDataString(right)) : (part, "");
            if (name != "run" && !TlsNames.Contains(name))
            {
                throw new InvalidDataException($"--store: {name} is not a part of the address. Known: run, {string.Join(", ", TlsNames)}; a password comes from PGPASSWORD or PGPASSFILE.");
            }

            if (name == "sslmode" && !SslModes.Contains(value))
            {
                throw new InvalidDataException($"--store: sslmode={value}; it must be one of: {string.Join(", ", SslModes)}.");
            }

            values[name] = value;
        }

        return values.ToImmutable();
    }

    static readonly string[] SslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

    [GeneratedRegex("^[a-z][a-z0-9_]{0,47}$")]
    private static partial Regex RunName();
}
