using System.Globalization;
using System.Text;
using System.Text.Json;
using SelfInstruct.Novelty;

namespace SelfInstruct.Postgres;

/// <summary>
/// Fills shards with their texts: from a file of each shard on the local disk as far as that goes, and from the pool from
/// there on. The pool never changes what it has, so a file only ever lacks its end.
/// </summary>
/// <param name="rounds">Of the run.</param>
/// <param name="folder">Of the files; null: everything comes from the pool.</param>
sealed class ShardSnapshots(StoredRounds rounds, string? folder)
{
    const int RowsBetweenWrites = 10_000;

    int Seeds => rounds.Seeds.Length;

    /// <param name="shards">By number, each with the texts before <see cref="NoveltyShard.Next"/>.</param>
    /// <param name="texts">How many of all texts they are to know.</param>
    /// <param name="cancellationToken">Ends it in between.</param>
    public async Task FillAsync(IReadOnlyDictionary<int, NoveltyShard> shards, int texts, CancellationToken cancellationToken)
    {
        foreach (var (number, shard) in shards)
        {
            for (; shard.Next < Math.Min(Seeds, texts);)
            {
                shard.Add(shard.Next, rounds.Seeds[shard.Next].Instruction);
            }

            ReadFile(number, shard, texts);
        }

        await ReadPoolAsync(shards, texts, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whole lines in order; from the first that is not what it should be, the file is cut.</summary>
    void ReadFile(int number, NoveltyShard shard, int texts)
    {
        if (shard.Next >= Seeds + rounds.Shards || FileOf(number) is not { } path || !File.Exists(path))
        {
            return;
        }

        var whole = 0L;
        foreach (var line in File.ReadLines(path))
        {
            if (!TryRead(line, out var place, out var text) || place != shard.Next || place >= texts)
            {
                break;
            }

            shard.Add(place, text);
            whole += Encoding.UTF8.GetByteCount(line) + 1;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        file.SetLength(Math.Min(whole, file.Length));
    }

    async Task ReadPoolAsync(IReadOnlyDictionary<int, NoveltyShard> shards, int texts, CancellationToken cancellationToken)
    {
        await using var command = rounds.Store.Database.CreateCommand("select seq, instruction from pool where seq >= $1 and seq < $2 and (seq + $3) % $4 = any($5) order by seq");
        command.CommandTimeout = 60;
        foreach (object value in new object[] { shards.Values.Min(static shard => shard.Next) - Seeds, texts - Seeds, Seeds, rounds.Shards, shards.Keys.ToArray() })
        {
            command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = value });
        }

        Dictionary<int, StringBuilder> lines = shards.Keys.ToDictionary(static shard => shard, static _ => new StringBuilder());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        for (var row = 1; await reader.ReadAsync(cancellationToken).ConfigureAwait(false); row++)
        {
            var (place, text) = (reader.GetInt32(0) + Seeds, reader.GetString(1));
            if (shards[place % rounds.Shards] is var shard && place == shard.Next)
            {
                shard.Add(place, text);
                lines[place % rounds.Shards].Append(CultureInfo.InvariantCulture, $"{place} {JsonSerializer.Serialize(text, StoreJson.Format.String)}\n");
            }

            if (row % RowsBetweenWrites == 0)
            {
                Write(lines);
            }
        }

        Write(lines);
        if (shards.Values.FirstOrDefault(shard => shard.Next < texts) is { } short_)
        {
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"The pool has no text {short_.Next - Seeds} yet."));
        }
    }

    void Write(Dictionary<int, StringBuilder> lines)
    {
        foreach (var (shard, text) in lines)
        {
            if (text.Length > 0 && FileOf(shard) is { } path)
            {
                Directory.CreateDirectory(folder!);
                File.AppendAllText(path, text.ToString());
            }

            text.Clear();
        }
    }

    string? FileOf(int shard) => folder is null ? null : Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{rounds.Store.Run.Id}-shard-{shard}.txt"));

    static bool TryRead(string line, out int place, out string text)
    {
        (place, text) = (0, "");
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0 || !int.TryParse(line.AsSpan(0, space), CultureInfo.InvariantCulture, out place))
        {
            return false;
        }

        try
        {
            text = JsonSerializer.Deserialize(line.AsSpan(space + 1), StoreJson.Format.String) ?? "";
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
