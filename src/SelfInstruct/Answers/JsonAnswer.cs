using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SelfInstruct.Answers;

/// <summary>JSON in an answer: an array, an object that holds one, or objects one after another; what is whole of one that was cut off.</summary>
public static partial class JsonAnswer
{
    /// <summary>The elements; empty when the text does not begin with JSON, a sentence on a line before it aside.</summary>
    public static ImmutableArray<JsonElement> ReadItems(string text)
    {
        var start = FindStart(text);
        List<JsonElement> items = [];
        if (start < 0)
        {
            return [];
        }

        var reader = new Utf8JsonReader(
            Encoding.UTF8.GetBytes(SurrogateEscape().Replace(text[start..], static escape => escape.Groups["half"].Success ? @"\ufffd" : escape.Value)),
            isFinalBlock: false,
            new JsonReaderState(new JsonReaderOptions { AllowTrailingCommas = true, AllowMultipleValues = true, CommentHandling = JsonCommentHandling.Skip }));
        try
        {
            Read(ref reader, items);
        }
        catch (JsonException)
        {
            // No JSON from here on: what came before it counts.
        }

        return [.. items];
    }

    /// <summary>The first of the named fields, in any case; a text as it is, anything else as JSON. Null when there is none.</summary>
    public static string? FindText(JsonElement item, params ReadOnlySpan<string> names)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var name in names)
        {
            foreach (var field in item.EnumerateObject())
            {
                if (field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return field.Value.ValueKind switch
                    {
                        JsonValueKind.String => field.Value.GetString(),
                        JsonValueKind.Null => "",
                        _ => field.Value.GetRawText(),
                    };
                }
            }
        }

        return null;
    }

    static int FindStart(string text)
    {
        for (var start = 0; start >= 0 && start < text.Length; start = text.IndexOf('\n', start) is >= 0 and var end ? end + 1 : -1)
        {
            var first = text.AsSpan(start).TrimStart(" \t");
            if (first is ['[' or '{', ..])
            {
                return text.Length - first.Length;
            }
        }

        return -1;
    }

    static void Read(ref Utf8JsonReader reader, List<JsonElement> items)
    {
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                ReadElements(ref reader, items);
            }
            else if (reader.TokenType == JsonTokenType.StartObject && !HoldsArray(reader))
            {
                if (!JsonDocument.TryParseValue(ref reader, out var item))
                {
                    return;
                }

                items.Add(item.RootElement);
            }
        }
    }

    static void ReadElements(ref Utf8JsonReader reader, List<JsonElement> items)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!JsonDocument.TryParseValue(ref reader, out var item))
            {
                return;
            }

            items.Add(item.RootElement);
        }
    }

    /// <summary>Its first field is an array of what was asked for: {"tasks": [...]}. The reader is a copy.</summary>
    static bool HoldsArray(Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.PropertyName && !reader.ValueTextEquals("input"u8) && !reader.ValueTextEquals("output"u8)
        && reader.Read() && reader.TokenType == JsonTokenType.StartArray;

    /// <summary>Half a pair, as a model cut short writes it, stands for no character; any other escape is passed over whole.</summary>
    [GeneratedRegex(@"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex SurrogateEscape();
}
