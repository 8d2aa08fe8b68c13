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

    /// <param name="group">With the texts before <see cref="NoveltyShard.Next"/>.</param>
    /// <param name="texts">How many of all texts it is to know.</param>
    /// <param name="cancellationToken">Ends it in between.</param>
    public async Task FillAsync(NoveltyShard group, int texts, CancellationToken cancellationToken)
    {
        var isNew = group.Next < rounds.Shards;
        while (group.Next < Math.Min(Seeds, texts))
        {
            group.Add(group.Next, rounds.Seeds[group.Next].Instruction);
        }

        if (isNew && folder is not null)
        {
            ReadFiles(group, texts);
        }

        await ReadPoolAsync(group, texts, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whole lines in order; from the first that is not what it should be, or is missing, all files are cut.</summary>
    void ReadFiles(NoveltyShard group, int texts)
    {
        var files = group.Parts.ToDictionary(static part => part, part => new ShardFile(FileOf(part)));
        while (group.Next < texts && files[group.Next % rounds.Shards].Read(group.Next) is { } text)
        {
            group.Add(group.Next, text);
        }

        foreach (var file in files.Values)
        {
            file.Cut();
        }
    }

    async Task ReadPoolAsync(NoveltyShard group, int texts, CancellationToken cancellationToken)
    {
        await using var command = rounds.Store.Database.CreateCommand("select seq, instruction from pool where seq >= $1 and seq < $2 and (seq + $3) % $4 = any($5) order by seq");
        command.CommandTimeout = 60;
        foreach (object value in new object[] { group.Next - Seeds, texts - Seeds, Seeds, rounds.Shards, group.Parts.ToArray() })
        {
            command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = value });
        }

        Dictionary<int, StringBuilder> lines = group.Parts.ToDictionary(static part => part, static _ => new StringBuilder());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        for (var row = 1; await reader.ReadAsync(cancellationToken).ConfigureAwait(false); row++)
        {
            var (place, text) = (reader.GetInt32(0) + Seeds, reader.GetString(1));
            group.Add(place, text);
            if (folder is not null)
            {
                ShardFile.Append(lines[place % rounds.Shards], place, text);
            }

            if (row % RowsBetweenWrites == 0)
            {
                Write(lines);
            }
        }

        Write(lines);
        if (group.Next < texts)
        {
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"The pool has no text {group.Next - Seeds} yet."));
        }
    }

    void Write(Dictionary<int, StringBuilder> lines)
    {
        foreach (var (part, text) in lines.Where(static part => part.Value.Length > 0))
        {
            Directory.CreateDirectory(folder!);
            File.AppendAllText(FileOf(part), text.ToString());
            text.Clear();
        }
    }

    string FileOf(int part) => Path.Combine(folder!, string.Create(CultureInfo.InvariantCulture, $"{rounds.Store.Run.Id}-shard-{part}.txt"));
}

/// <summary>One shard's file: lines of a number and a JSON string.</summary>
sealed class ShardFile(string path)
{
    readonly IEnumerator<string> _lines = (File.Exists(path) ? File.ReadLines(path) : []).GetEnumerator();
    long _read;

    public static void Append(StringBuilder lines, int place, string text) =>
        lines.Append(CultureInfo.InvariantCulture, $"{place} {JsonSerializer.Serialize(text, StoreJson.Format.String)}\n");

    /// <summary>The next line's text; null where it is not that of the place.</summary>
    public string? Read(int place)
    {
        if (!_lines.MoveNext() || _lines.Current.Split(' ', 2) is not [var number, var json] || number != place.ToString(CultureInfo.InvariantCulture))
        {
            return null;
        }

        try
        {
            var text = JsonSerializer.Deserialize(json, StoreJson.Format.String);
            _read += Encoding.UTF8.GetByteCount(_lines.Current) + 1;
            return text;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Leaves what was read.</summary>
    public void Cut()
    {
        _lines.Dispose();
        if (File.Exists(path))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
            file.SetLength(Math.Min(_read, file.Length));
        }
    }
}
