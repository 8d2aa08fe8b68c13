using System.Text.Json;
using System.Text.Unicode;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>Parses JSON so that every text in it is a text: the parser itself finds out late, when one is asked for.</summary>
internal static class JsonText
{
    /// <param name="place">For messages.</param>
    /// <exception cref="InvalidDataException">No JSON object, or a text that is no Unicode.</exception>
    public static JsonDocument ParseObject(byte[] utf8, string place)
    {
        try
        {
            CheckTexts(utf8, place);
            var document = JsonDocument.Parse(utf8);
            return document.RootElement.ValueKind is JsonValueKind.Object ? document : throw new InvalidDataException($"{place}: no JSON object.");
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException($"{place}: no JSON: {wrong.Message}", wrong);
        }
    }

    static void CheckTexts(byte[] utf8, string place)
    {
        if (!Utf8.IsValid(utf8))
        {
            throw new InvalidDataException($"{place}: no UTF-8.");
        }

        var reader = new Utf8JsonReader(utf8);
        while (reader.Read())
        {
            if (reader.ValueIsEscaped)
            {
                CheckEscapes(ref reader, place);
            }
        }
    }

    /// <summary>An escaped half of a surrogate pair is valid JSON and no text.</summary>
    static void CheckEscapes(ref Utf8JsonReader reader, string place)
    {
        try
        {
            reader.GetString();
        }
        catch (InvalidOperationException wrong)
        {
            throw new InvalidDataException($"{place}: at byte {reader.TokenStartIndex}: {wrong.Message}", wrong);
        }
    }
}
