using System.Net.Sockets;
using Npgsql;

namespace SelfInstruct.Postgres;

/// <summary>Short forms of what every part of a shared run does with the database.</summary>
static class Queries
{
    extension(NpgsqlDataSource database)
    {
        /// <summary>Every row, on a session of the pool. Parameters are $1, $2 and so on.</summary>
        public async Task<List<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object[] parameters)
        {
            await using var command = database.CreateCommand(sql).With(parameters);
            return await command.ReadAllAsync(read, cancellationToken).ConfigureAwait(false);
        }

        /// <summary>Rows changed.</summary>
        public async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params object[] parameters)
        {
            await using var command = database.CreateCommand(sql).With(parameters);
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    extension(NpgsqlConnection session)
    {
        /// <summary>Every row.</summary>
        public async Task<List<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object[] parameters)
        {
            await using var command = new NpgsqlCommand(sql, session).With(parameters);
            return await command.ReadAllAsync(read, cancellationToken).ConfigureAwait(false);
        }

        /// <summary>Rows changed.</summary>
        public async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params object[] parameters)
        {
            await using var command = new NpgsqlCommand(sql, session).With(parameters);
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The server or the line to it is at fault, for now: the same is worth trying again.</summary>
    public static bool IsPassing(Exception e) => e switch
    {
        PostgresException failed => failed.IsTransient || failed.SqlState is "57P01" or "57P02" or "57P03" or "25P03" or "57P05" || failed.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException or SocketException or TimeoutException or ObjectDisposedException => true,
        IOException => e.InnerException is SocketException,

        // Of a session that broke between two commands.
        InvalidOperationException { Source: nameof(Npgsql) } => e.Message.Contains("not open", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>Until it succeeds, through every failure that may pass.</summary>
    public static async Task RetryAsync(Func<Task> work, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await work().ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (IsPassing(e) && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A failure of the server, in a line.</summary>
    public static InvalidDataException Explain(StoreAddress address, Exception e) => new(
        $"{address}: {Reasons(e)} {Remedy(e)}", e);

    /// <summary>What failed, and why: a refused certificate is told by the inner exception alone.</summary>
    static string Reasons(Exception e) => e.InnerException is { } inner ? $"{e.Message.ReplaceLineEndings(" ")} {Reasons(inner)}" : e.Message.ReplaceLineEndings(" ");

    static string Remedy(Exception e) => e is PostgresException { SqlState: "28P01" or "28000" } || e.Message.Contains("password", StringComparison.OrdinalIgnoreCase)
        ? "Set PGPASSWORD, or PGPASSFILE to a file that only you can read."
        : "Check that the server runs, that this machine reaches it, and that the database and its user exist.";

    static NpgsqlCommand With(this NpgsqlCommand command, object[] parameters)
    {
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        return command;
    }

    static async Task<List<T>> ReadAllAsync<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        List<T> rows = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
