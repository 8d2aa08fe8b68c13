using System.Text.Json;
using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>The vocabulary of a Hugging Face folder: tokenizer.json, and what tokenizer_config.json and generation_config.json add.</summary>
internal static class HuggingFaceVocabulary
{
    /// <summary>Entries of the embedding that the tokenizer has no token for are filled up to this many.</summary>
    const int MostUnused = 1 << 20;

    public static Vocabulary Read(string folder, DecoderConfig config)
    {
        var tokenizer = TokenizerJson.Read(JsonSettings.Read(Path.Combine(folder, "tokenizer.json")));
        var settings = JsonSettings.ReadIfThere(Path.Combine(folder, "tokenizer_config.json"));
        var tokens = tokenizer.Tokens;
        if (tokens.Length > config.VocabularySize || config.VocabularySize - tokens.Length > MostUnused)
        {
            throw new InvalidDataException($"{folder}: tokenizer.json has {tokens.Length} tokens, but the model {config.VocabularySize} embeddings.");
        }

        int[] ends = [.. Ends(folder, tokenizer, settings)];
        if (ends is [])
        {
            throw new InvalidDataException($"{folder}: no end of text: neither tokenizer_config.json, generation_config.json nor config.json has an eos_token that is a token.");
        }

        var unused = Enumerable.Range(tokens.Length, config.VocabularySize - tokens.Length).ToArray();
        return tokenizer with
        {
            Tokens = [.. tokens, .. unused.Select(token => $"[PAD{token}]")],
            Kinds = [.. tokenizer.Kinds, .. unused.Select(_ => TokenKind.Unused)],
            Scores = tokenizer.Scores is [] ? [] : [.. tokenizer.Scores, .. unused.Select(_ => 0f)],
            EndOfText = ends[0],
            EndTokens = [.. ends],
            ChatTemplate = ChatTemplate(folder, settings),
        };
    }

    public static void Write(string folder, Vocabulary vocabulary)
    {
        File.WriteAllBytes(Path.Combine(folder, "tokenizer.json"), TokenizerJson.Write(vocabulary));
        using var file = File.Create(Path.Combine(folder, "tokenizer_config.json"));
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("tokenizer_class", "PreTrainedTokenizerFast");
        json.WriteString("eos_token", vocabulary.Tokens[vocabulary.EndOfText]);
        json.WriteBoolean("add_bos_token", vocabulary.StartOfText is not null);
        json.WriteBoolean("clean_up_tokenization_spaces", false);
        if (vocabulary.StartOfText is { } start)
        {
            json.WriteString("bos_token", vocabulary.Tokens[start]);
        }

        if (vocabulary.ChatTemplate is { } template)
        {
            json.WriteString("chat_template", template);
        }

        json.WriteEndObject();
    }

    /// <summary>The tokenizer's own first, then those that the configs list.</summary>
    static IEnumerable<int> Ends(string folder, Vocabulary tokenizer, JsonSettings? settings)
    {
        int[] named = settings is not null && NameOf(settings, "eos_token") is { } name && tokenizer.Tokens.IndexOf(name) is >= 0 and var token ? [token] : [];
        var listed = new[] { "generation_config.json", "config.json" }
            .Select(file => JsonSettings.ReadIfThere(Path.Combine(folder, file)))
            .SelectMany(json => json?.Find("eos_token_id") switch
            {
                null => [],
                { ValueKind: JsonValueKind.Array } => json.Items("eos_token_id"),
                { } single => [single],
            })
            .Select(id => id.ValueKind is JsonValueKind.Number && id.TryGetInt32(out var number) ? number : -1)
            .Where(id => id >= 0 && id < tokenizer.Tokens.Length);
        return named.Union(listed);
    }

    /// <summary>A token is given by its text, or as an object with it.</summary>
    static string? NameOf(JsonSettings settings, string field) =>
        settings.Find(field) is { ValueKind: JsonValueKind.Object } ? settings.Object(field)!.Text("content") : settings.Text(field);

    static string? ChatTemplate(string folder, JsonSettings? settings)
    {
        var own = Path.Combine(folder, "chat_template.jinja");
        if (File.Exists(own))
        {
            return File.ReadAllText(own);
        }

        return settings?.Find("chat_template") is { ValueKind: JsonValueKind.Array }
            ? settings.Objects("chat_template").FirstOrDefault(template => template.Text("name") is "default")?.Text("template")
            : settings?.Text("chat_template");
    }
}
