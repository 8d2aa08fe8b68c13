using System.Text.Json;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>A vocabulary in the tokenizer.json of Hugging Face's tokenizers: BPE, byte-level or with SentencePiece's spaces.</summary>
internal static class TokenizerJson
{
    const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";
    const string Rest = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    const string Llama3Pattern = Contractions + "\\p{N}{1,3}" + Rest;
    const string Qwen2Pattern = Contractions + "\\p{N}" + Rest;

    /// <summary>An id this far beyond the number of tokens leaves holes that nobody fills.</summary>
    const int MostHoles = 1 << 16;

    /// <returns>Without an end of text, which tokenizer.json does not say; 0 stands in for it.</returns>
    /// <exception cref="InvalidDataException">Broken, or a kind of tokenizer that is not read; the message names it.</exception>
    public static Vocabulary Read(JsonSettings json)
    {
        var model = json.Object("model") ?? throw json.Broken("model", "it is missing");
        RefuseUnsupported(model);
        var (tokens, kinds) = ReadTokens(json, model);
        var vocabulary = new Vocabulary([.. tokens], [.. ReadMerges(model)], 0)
        {
            Kinds = [.. kinds],
            KeepsWholeWords = model.Flag("ignore_merges", otherwise: false),
        };
        vocabulary = model.Flag("byte_fallback", otherwise: false) ? AsPieces(json, vocabulary) : AsBytes(json, vocabulary);
        return vocabulary with { StartOfText = ReadStart(json, vocabulary), EndTokens = [] };
    }

    static void RefuseUnsupported(JsonSettings model)
    {
        // Old files do not say; they are BPE when they have merges.
        var type = model.Text("type") ?? (model.Has("merges") ? "BPE" : "of no type");
        var feature = type is not "BPE" ? $"tokenizer {type}"
            : model.Has("dropout") ? "dropout of merges"
            : model.Text("continuing_subword_prefix") is { Length: > 0 } prefix ? $"continuing_subword_prefix {prefix}"
            : model.Text("end_of_word_suffix") is { Length: > 0 } suffix ? $"end_of_word_suffix {suffix}"
            : null;
        if (feature is not null)
        {
            throw model.Unsupported(feature);
        }
    }

    static (string[] Tokens, TokenKind[] Kinds) ReadTokens(JsonSettings json, JsonSettings model)
    {
        var named = new Dictionary<int, (string Text, TokenKind Kind)>();
        var vocabulary = model.Object("vocab") ?? throw model.Broken("vocab", "it is missing");
        foreach (var (text, value) in vocabulary.Fields())
        {
            if (value.ValueKind is not JsonValueKind.Number || !value.TryGetInt32(out var id) || id < 0 || !named.TryAdd(id, (text, TokenKind.Normal)))
            {
                throw vocabulary.Broken(text, "a whole number from 0 that no other token has is needed");
            }
        }

        foreach (var added in json.Objects("added_tokens"))
        {
            named[added.Number("id", least: 0)] = (added.Text("content") ?? "", added.Flag("special", otherwise: false) ? TokenKind.Control : TokenKind.UserDefined);
        }

        var count = named.Count == 0 ? 0 : named.Keys.Max() + 1L;
        if (count - named.Count > MostHoles)
        {
            throw vocabulary.Broken("its ids", $"they go up to {count - 1}, but there are only {named.Count} tokens");
        }

        var all = Enumerable.Range(0, (int)count).Select(id => named.TryGetValue(id, out var token) ? token : ($"[PAD{id}]", TokenKind.Unused)).ToArray();
        return ([.. all.Select(token => token.Item1)], [.. all.Select(token => token.Item2)]);
    }

    /// <summary>"left right", or since 2024 a list of the two.</summary>
    static IEnumerable<string> ReadMerges(JsonSettings model)
    {
        foreach (var merge in model.Items("merges"))
        {
            yield return merge.ValueKind is JsonValueKind.Array && merge.GetArrayLength() == 2
                ? $"{model.TextOf(merge[0], "merges")} {model.TextOf(merge[1], "merges")}"
                : model.TextOf(merge, "merges");
        }
    }

    static Vocabulary AsBytes(JsonSettings json, Vocabulary vocabulary) => vocabulary with
    {
        PreTokenization = ReadPreTokenization(json),
        Normalizes = json.Object("normalizer") is { } normalizer && (normalizer.Text("type") switch
        {
            "NFC" => true,
            "Sequence" when normalizer.Objects("normalizers") is [] => false,
            var type => throw json.Unsupported($"normalizer {type}"),
        }),
    };

    static PreTokenization ReadPreTokenization(JsonSettings json)
    {
        var given = json.Object("pre_tokenizer") ?? throw json.Unsupported("a tokenizer without pre_tokenizer");
        var steps = given.Text("type") is "Sequence" ? given.Objects("pretokenizers") : [given];
        string[] names = [.. steps.Select(Describe)];
        return names switch
        {
            ["ByteLevel"] => PreTokenization.Gpt2,
            ["Digits", "ByteLevel"] => PreTokenization.SmolLM,
            [Llama3Pattern, "ByteLevel alone"] => PreTokenization.Llama3,
            [Qwen2Pattern, "ByteLevel alone"] => PreTokenization.Qwen2,
            _ => throw json.Unsupported($"pre_tokenizer {string.Join(", ", names)}"),
        };
    }

    static string Describe(JsonSettings step) => step.Text("type") switch
    {
        "ByteLevel" when step.Flag("add_prefix_space", otherwise: true) => "ByteLevel with add_prefix_space",
        "ByteLevel" => step.Flag("use_regex", otherwise: true) ? "ByteLevel" : "ByteLevel alone",
        "Digits" => step.Flag("individual_digits", otherwise: false) ? "Digits" : "Digits in runs",
        "Split" when step.Text("behavior") is "Isolated" && !step.Flag("invert", otherwise: false) && step.Object("pattern")?.Text("Regex") is { } pattern => pattern,
        var type => type ?? "of no type",
    };

    /// <summary>Merges of such a file are all the ways to make a token, best token first; so ranks of tokens say the same.</summary>
    static Vocabulary AsPieces(JsonSettings json, Vocabulary vocabulary)
    {
        var ids = new Dictionary<string, int>();
        for (var token = 0; token < vocabulary.Tokens.Length; token++)
        {
            ids.TryAdd(vocabulary.Tokens[token], token);
        }

        var scores = Enumerable.Repeat(float.MinValue, vocabulary.Tokens.Length).ToArray();
        for (var rank = vocabulary.Merges.Length - 1; rank >= 0; rank--)
        {
            var merge = vocabulary.Merges[rank];
            if (!ids.TryGetValue(merge.Replace(" ", "", StringComparison.Ordinal), out var merged))
            {
                throw json.Unsupported($"merge {rank} '{merge}', which makes no token,");
            }

            scores[merged] = -rank;
        }

        return vocabulary with
        {
            Merges = [],
            Scores = [.. scores],
            AddsSpace = ReadSpaces(json),
            Kinds = [.. vocabulary.Kinds.Select((kind, token) => kind is TokenKind.Normal && vocabulary.Tokens[token] is ['<', '0', 'x', _, _, '>'] ? TokenKind.Byte : kind)],
        };
    }

    /// <summary>Whether a text gets a space in front. Old files replace spaces in the normalizer, new ones in the pre_tokenizer.</summary>
    static bool ReadSpaces(JsonSettings json)
    {
        if (json.Object("pre_tokenizer") is { } space)
        {
            return space.Text("type") is "Metaspace" && !space.Flag("split", otherwise: true) && space.Text("replacement") is "▁" && !json.Has("normalizer")
                ? space.Text("prepend_scheme") is "first" or "always"
                : throw json.Unsupported($"pre_tokenizer {space.Text("type")} of a tokenizer with byte_fallback");
        }

        var steps = json.Object("normalizer")?.Objects("normalizers") ?? [];
        var replaces = steps.Any(step => step.Text("type") is "Replace" && step.Object("pattern")?.Text("String") is " " && step.Text("content") is "▁");
        var prepends = steps.Any(step => step.Text("type") is "Prepend" && step.Text("prepend") is "▁");
        return replaces && steps.Count == (prepends ? 2 : 1)
            ? prepends
            : throw json.Unsupported($"normalizer {string.Join(", ", steps.Select(step => step.Text("type")))} of a tokenizer with byte_fallback");
    }

    /// <summary>The template of the post-processor puts a token in front of every text, or nothing.</summary>
    static int? ReadStart(JsonSettings json, Vocabulary vocabulary)
    {
        var given = json.Object("post_processor");
        var steps = given?.Text("type") is "Sequence" ? given.Objects("processors") : given is null ? [] : [given];
        int? start = null;
        foreach (var step in steps.Where(step => step.Text("type") is not "ByteLevel"))
        {
            JsonSettings[] items = step.Text("type") is "TemplateProcessing" ? [.. step.Objects("single")] : [];
            if (items is not ([_] or [_, _]) || !items[^1].Has("Sequence"))
            {
                throw json.Unsupported($"post_processor {step.Text("type")} that does more than to put one token in front");
            }

            start = items is [var only, _] && only.Object("SpecialToken")?.Text("id") is { } name ? vocabulary.Tokens.IndexOf(name) : null;
            if (start < 0)
            {
                throw json.Unsupported("a post_processor with an unknown token");
            }
        }

        return start;
    }

    public static byte[] Write(Vocabulary vocabulary) => TokenizerJsonWriter.Write(vocabulary, vocabulary.PreTokenization switch
    {
        PreTokenization.Llama3 => Llama3Pattern,
        PreTokenization.Qwen2 => Qwen2Pattern,
        _ => null,
    });
}
