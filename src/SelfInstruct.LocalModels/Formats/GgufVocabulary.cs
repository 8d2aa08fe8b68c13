using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>Between a vocabulary and the tokenizer section of a GGUF file's metadata.</summary>
internal static class GgufVocabulary
{
    /// <summary>Control tokens that end a turn or a document by their name alone, as llama.cpp sees it.</summary>
    static readonly HashSet<string> EndNames = ["<|endoftext|>", "<|end_of_text|>", "<|eot_id|>", "<|eom_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "</s>"];

    static readonly Dictionary<string, PreTokenization> PreTokenizations = new()
    {
        ["gpt-2"] = PreTokenization.Gpt2,
        ["llama-bpe"] = PreTokenization.Llama3,
        ["qwen2"] = PreTokenization.Qwen2,
        ["smollm"] = PreTokenization.SmolLM,

        // Other names of the same rules.
        ["llama3"] = PreTokenization.Llama3,
        ["llama-v3"] = PreTokenization.Llama3,
        ["deepseek-r1-qwen"] = PreTokenization.Qwen2,
    };

    public static IEnumerable<(string Key, object Value)> Write(Vocabulary vocabulary) =>
    [
        .. vocabulary.Scores is [] ? WritePairs(vocabulary) : WritePieces(vocabulary),
        ("tokenizer.ggml.tokens", vocabulary.Tokens.ToArray()),
        ("tokenizer.ggml.token_type", Enumerable.Range(0, vocabulary.Tokens.Length).Select(id => (int)vocabulary.KindOf(id)).ToArray()),
        ("tokenizer.ggml.bos_token_id", (uint)(vocabulary.StartOfText ?? vocabulary.EndOfText)),
        ("tokenizer.ggml.eos_token_id", (uint)vocabulary.EndOfText),
        ("tokenizer.ggml.add_bos_token", vocabulary.StartOfText is not null),
        ("tokenizer.ggml.add_eos_token", false),
        .. vocabulary.ChatTemplate is { } template ? new (string, object)[] { ("tokenizer.chat_template", template) } : [],
    ];

    public static Vocabulary Read(GgufReader reader, DecoderConfig config)
    {
        var settings = new GgufSettings(reader);
        var vocabulary = settings.Text("tokenizer.ggml.model") switch
        {
            "gpt2" => ReadPairs(reader, settings),
            "llama" => ReadPieces(reader, settings),
            var other => throw reader.Broken($"tokenizer.ggml.model {other} is not supported; gpt2 and llama are."),
        };
        if (settings.Flag("tokenizer.ggml.add_eos_token", otherwise: false))
        {
            throw reader.Broken("tokenizer.ggml.add_eos_token is true; an end of text behind every prompt is not supported.");
        }

        return vocabulary with
        {
            StartOfText = settings.Flag("tokenizer.ggml.add_bos_token", AddsStart(vocabulary)) ? Token(reader, settings, "bos", config.VocabularySize) : null,
            EndTokens = [.. Ends(reader, settings, vocabulary)],
            ChatTemplate = reader.Metadata.ContainsKey("tokenizer.chat_template") ? settings.Text("tokenizer.chat_template") : null,
        };
    }

    static IEnumerable<(string Key, object Value)> WritePairs(Vocabulary vocabulary) =>
    [
        ("tokenizer.ggml.model", "gpt2"),

        // Any other name loads in llama.cpp as well, but cuts text differently.
        ("tokenizer.ggml.pre", PreTokenizations.First(name => name.Value == vocabulary.PreTokenization).Key),
        ("tokenizer.ggml.merges", vocabulary.Merges.ToArray()),
    ];

    static IEnumerable<(string Key, object Value)> WritePieces(Vocabulary vocabulary) =>
    [
        ("tokenizer.ggml.model", "llama"),
        ("tokenizer.ggml.pre", "default"),
        ("tokenizer.ggml.scores", vocabulary.Scores.ToArray()),
        ("tokenizer.ggml.add_space_prefix", vocabulary.AddsSpace),
    ];

    static Vocabulary ReadPairs(GgufReader reader, GgufSettings settings)
    {
        var name = settings.Text("tokenizer.ggml.pre");
        if (!PreTokenizations.TryGetValue(name, out var preTokenization))
        {
            throw reader.Broken($"tokenizer.ggml.pre {name} is not supported; {string.Join(", ", PreTokenizations.Keys)} are.");
        }

        var vocabulary = Basic(reader, settings, [.. settings.Items<string>("tokenizer.ggml.merges")]);
        return vocabulary with
        {
            PreTokenization = preTokenization,
            KeepsWholeWords = preTokenization is PreTokenization.Llama3,
            Normalizes = preTokenization is PreTokenization.Qwen2,
        };
    }

    static Vocabulary ReadPieces(GgufReader reader, GgufSettings settings)
    {
        if (settings.Flag("tokenizer.ggml.remove_extra_whitespaces", otherwise: false))
        {
            throw reader.Broken("tokenizer.ggml.remove_extra_whitespaces is not supported.");
        }

        var vocabulary = Basic(reader, settings, []);
        float[] scores = [.. settings.Items<float>("tokenizer.ggml.scores")];
        return scores.Length == vocabulary.Tokens.Length && Array.TrueForAll(scores, float.IsFinite) && scores is not []
            ? vocabulary with { Scores = [.. scores], AddsSpace = settings.Flag("tokenizer.ggml.add_space_prefix", otherwise: true) }
            : throw reader.Broken($"tokenizer.ggml.scores has {scores.Length} scores for {vocabulary.Tokens.Length} tokens, or one that is not finite.");
    }

    static Vocabulary Basic(GgufReader reader, GgufSettings settings, string[] merges)
    {
        string[] tokens = [.. settings.Items<string>("tokenizer.ggml.tokens")];
        var vocabulary = new Vocabulary([.. tokens], [.. merges], Token(reader, settings, "eos", tokens.Length));
        if (!reader.Metadata.ContainsKey("tokenizer.ggml.token_type"))
        {
            return vocabulary;
        }

        TokenKind[] kinds = [.. settings.Items<int>("tokenizer.ggml.token_type").Select(kind => (TokenKind)kind)];
        return kinds.Length == tokens.Length && Array.TrueForAll(kinds, Enum.IsDefined)
            ? vocabulary with { Kinds = [.. kinds] }
            : throw reader.Broken($"tokenizer.ggml.token_type has {kinds.Length} types for {tokens.Length} tokens, or one that is unknown.");
    }

    /// <summary>What a file means that does not say, as in llama.cpp.</summary>
    static bool AddsStart(Vocabulary vocabulary) => vocabulary.Scores is not [] || vocabulary.PreTokenization is PreTokenization.Llama3;

    static IEnumerable<int> Ends(GgufReader reader, GgufSettings settings, Vocabulary vocabulary)
    {
        IEnumerable<int> given = new[] { "eos", "eot", "eom" }
            .Where(name => reader.Metadata.ContainsKey($"tokenizer.ggml.{name}_token_id"))
            .Select(name => Token(reader, settings, name, vocabulary.Tokens.Length));
        var named = Enumerable.Range(0, vocabulary.Tokens.Length)
            .Where(id => vocabulary.KindOf(id) is TokenKind.Control && EndNames.Contains(vocabulary.Tokens[id]));
        return given.Union(named);
    }

    static int Token(GgufReader reader, GgufSettings settings, string name, int count)
    {
        var key = $"tokenizer.ggml.{name}_token_id";
        var token = settings.Number(key, least: 0);
        return token < count ? token : throw reader.Broken($"{key} is {token}, but there are {count} tokens.");
    }
}
