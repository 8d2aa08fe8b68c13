using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>Writes what <see cref="TokenizerJson"/> reads.</summary>
internal static class TokenizerJsonWriter
{
    static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="pattern">Regular expression of the pre-tokeniser; null: GPT-2's, which needs none.</param>
    public static byte[] Write(Vocabulary vocabulary, string? pattern)
    {
        if (vocabulary.Scores is not [])
        {
            throw new ArgumentException("A SentencePiece vocabulary has scores and no merges, which tokenizer.json needs; write GGUF.", nameof(vocabulary));
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("version", "1.0");
            json.WriteNull("truncation");
            json.WriteNull("padding");
            WriteAdded(json, vocabulary);
            WriteNormalizer(json, vocabulary);
            WritePreTokenizer(json, vocabulary, pattern);
            WritePostProcessor(json, vocabulary);
            json.WritePropertyName("decoder");
            WriteByteLevel(json, usesRegex: true);
            WriteModel(json, vocabulary);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    static void WriteAdded(Utf8JsonWriter json, Vocabulary vocabulary)
    {
        json.WriteStartArray("added_tokens");
        for (var token = 0; token < vocabulary.Tokens.Length; token++)
        {
            if (vocabulary.KindOf(token) is TokenKind.Control or TokenKind.UserDefined)
            {
                json.WriteStartObject();
                json.WriteNumber("id", token);
                json.WriteString("content", vocabulary.Tokens[token]);
                json.WriteBoolean("single_word", false);
                json.WriteBoolean("lstrip", false);
                json.WriteBoolean("rstrip", false);
                json.WriteBoolean("normalized", false);
                json.WriteBoolean("special", vocabulary.KindOf(token) is TokenKind.Control);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    static void WriteNormalizer(Utf8JsonWriter json, Vocabulary vocabulary)
    {
        if (!vocabulary.Normalizes)
        {
            json.WriteNull("normalizer");
            return;
        }

        json.WriteStartObject("normalizer");
        json.WriteString("type", "NFC");
        json.WriteEndObject();
    }

    static void WritePreTokenizer(Utf8JsonWriter json, Vocabulary vocabulary, string? pattern)
    {
        json.WriteStartObject("pre_tokenizer");
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        if (vocabulary.PreTokenization is PreTokenization.SmolLM)
        {
            json.WriteStartObject();
            json.WriteString("type", "Digits");
            json.WriteBoolean("individual_digits", true);
            json.WriteEndObject();
        }

        if (pattern is not null)
        {
            json.WriteStartObject();
            json.WriteString("type", "Split");
            json.WriteStartObject("pattern");
            json.WriteString("Regex", pattern);
            json.WriteEndObject();
            json.WriteString("behavior", "Isolated");
            json.WriteBoolean("invert", false);
            json.WriteEndObject();
        }

        WriteByteLevel(json, usesRegex: pattern is null);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WritePostProcessor(Utf8JsonWriter json, Vocabulary vocabulary)
    {
        json.WritePropertyName("post_processor");
        if (vocabulary.StartOfText is not { } start)
        {
            WriteByteLevel(json, usesRegex: true);
            return;
        }

        var name = vocabulary.Tokens[start];
        json.WriteStartObject();
        json.WriteString("type", "TemplateProcessing");
        WriteTemplate(json, "single", name, "A");
        WriteTemplate(json, "pair", name, "A", "B");
        json.WriteStartObject("special_tokens");
        json.WriteStartObject(name);
        json.WriteString("id", name);
        json.WriteStartArray("ids");
        json.WriteNumberValue(start);
        json.WriteEndArray();
        json.WriteStartArray("tokens");
        json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void WriteTemplate(Utf8JsonWriter json, string field, string start, params ReadOnlySpan<string> texts)
    {
        json.WriteStartArray(field);
        foreach (var text in texts)
        {
            WriteItem(json, "SpecialToken", start, text);
            WriteItem(json, "Sequence", text, text);
        }

        json.WriteEndArray();
    }

    static void WriteItem(Utf8JsonWriter json, string kind, string id, string text)
    {
        json.WriteStartObject();
        json.WriteStartObject(kind);
        json.WriteString("id", id);
        json.WriteNumber("type_id", text is "A" ? 0 : 1);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void WriteByteLevel(Utf8JsonWriter json, bool usesRegex)
    {
        json.WriteStartObject();
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", usesRegex);
        json.WriteEndObject();
    }

    static void WriteModel(Utf8JsonWriter json, Vocabulary vocabulary)
    {
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteNull("unk_token");
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", false);
        json.WriteBoolean("byte_fallback", false);
        json.WriteBoolean("ignore_merges", vocabulary.KeepsWholeWords);
        json.WriteStartObject("vocab");
        for (var token = 0; token < vocabulary.Tokens.Length; token++)
        {
            if (vocabulary.KindOf(token) is TokenKind.Normal)
            {
                json.WriteNumber(vocabulary.Tokens[token], token);
            }
        }

        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (var merge in vocabulary.Merges)
        {
            json.WriteStringValue(merge);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
