using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace SelfInstruct.Tasks;

/// <param name="Number">Counts from 1.</param>
public readonly record struct JsonLine<T>(int Number, T Value);

/// <summary>Reads and writes one JSON object per line, UTF-8, LF.</summary>
public static class JsonLines
{
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Blank lines are skipped but counted.</summary>
    /// <exception cref="InvalidDataException">No such file, or a line that is not a <typeparamref name="T"/>; says which.</exception>
    public static IEnumerable<JsonLine<T>> Read<T>(string path, JsonTypeInfo<T> type)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path}: no such file.");
        }

        return ReadLines(path, type);
    }

    static IEnumerable<JsonLine<T>> ReadLines<T>(string path, JsonTypeInfo<T> type)
    {
        var number = 0;
        foreach (var line in File.ReadLines(path, Utf8))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return new JsonLine<T>(number, Parse(path, number, line, type));
            }
        }
    }

    /// <summary>The file appears complete or not at all.</summary>
    public static void WriteAll<T>(string path, IEnumerable<T> items, JsonTypeInfo<T> type)
    {
        var partial = path + ".partial";
        try
        {
            using (var file = File.Create(partial))
            {
                foreach (var item in items)
                {
                    file.Write(ToLine(item, type));
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <inheritdoc cref="WriteAll"/>
    public static async Task WriteAllAsync<T>(string path, IAsyncEnumerable<T> items, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var partial = path + ".partial";
        try
        {
            await using (var file = File.Create(partial))
            {
                await foreach (var item in items.WithCancellation(cancellationToken))
                {
                    await file.WriteAsync(ToLine(item, type), cancellationToken);
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>One line's bytes, with its line feed.</summary>
    public static byte[] ToLine<T>(T item, JsonTypeInfo<T> type) => [.. JsonSerializer.SerializeToUtf8Bytes(item, type), (byte)'\n'];

    static T Parse<T>(string path, int number, string line, JsonTypeInfo<T> type) => Parse(path, number, Utf8.GetBytes(line), type);

    /// <summary>One line.</summary>
    /// <param name="path">Where it stands, for errors.</param>
    /// <param name="number">Which it is, from 1.</param>
    /// <param name="line">UTF-8, without its line feed.</param>
    /// <param name="type">How it is read.</param>
    /// <exception cref="InvalidDataException">Not a <typeparamref name="T"/>.</exception>
    public static T Parse<T>(string path, int number, ReadOnlySpan<byte> line, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(line, type) ?? throw new InvalidDataException($"{path}({number}): null where a JSON object belongs.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}({number}): {Explain(e)}", e);
        }
    }

    static string Explain(JsonException e) =>
        e.Path is { Length: > 2 } path
            ? $"field {path[2..]} has the wrong type. Mend that line."
            : $"not a valid JSON object with the fields expected ({e.Message.Split(" Path:", 2)[0].TrimEnd('.')}). Mend or remove that line.";
}
