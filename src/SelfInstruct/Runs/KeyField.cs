using System.Text;
using System.Text.Json;

namespace SelfInstruct.Runs;

/// <summary>Finds one text field of a JSON object without reading the rest; fastest when it is the first.</summary>
sealed class KeyField(string name)
{
    readonly byte[] _name = Encoding.UTF8.GetBytes(name);
    readonly byte[] _start = Encoding.UTF8.GetBytes($"{{\"{name}\":\"");

    /// <summary>Null where the line has no such text.</summary>
    public string? Find(ReadOnlySpan<byte> json) => FindFirst(json) ?? FindAnywhere(json);

    string? FindFirst(ReadOnlySpan<byte> json)
    {
        if (!json.StartsWith(_start))
        {
            return null;
        }

        var value = json[_start.Length..];
        var end = value.IndexOfAny((byte)'"', (byte)'\\');
        return end >= 0 && value[end] == '"' ? Encoding.UTF8.GetString(value[..end]) : null;
    }

    string? FindAnywhere(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals(_name))
                {
                    return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or not valid Unicode: whoever reads the line says so, with its number.
            return null;
        }

        return null;
    }
}
