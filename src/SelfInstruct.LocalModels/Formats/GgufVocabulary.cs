using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>Between a vocabulary and the tokenizer section of a GGUF file's metadata.</summary>
internal static class GgufVocabulary
{
    const int ControlToken = 3;
    const int NormalToken = 1;

    public static IEnumerable<(string Key, object Value)> Write(Vocabulary vocabulary) =>
    [
        ("tokenizer.ggml.model", "gpt2"),

        // Any other name loads in llama.cpp as well, but cuts text differently.
        ("tokenizer.ggml.pre", "gpt-2"),
        ("tokenizer.ggml.tokens", vocabulary.Tokens.ToArray()),
        ("tokenizer.ggml.token_type", TokenTypes(vocabulary)),
        ("tokenizer.ggml.merges", vocabulary.Merges.ToArray()),
        ("tokenizer.ggml.bos_token_id", (uint)vocabulary.EndOfText),
        ("tokenizer.ggml.eos_token_id", (uint)vocabulary.EndOfText),
        ("tokenizer.ggml.add_bos_token", false),
        ("tokenizer.ggml.add_eos_token", false),
    ];

    public static Vocabulary Read(GgufReader reader, DecoderConfig config)
    {
        var settings = new GgufSettings(reader);
        Require(reader, settings, "tokenizer.ggml.model", "gpt2");
        Require(reader, settings, "tokenizer.ggml.pre", "gpt-2");
        var endOfText = settings.Number("tokenizer.ggml.eos_token_id", least: 0);
        return endOfText < config.VocabularySize
            ? new Vocabulary([.. settings.Items<string>("tokenizer.ggml.tokens")], [.. settings.Items<string>("tokenizer.ggml.merges")], endOfText)
            : throw reader.Broken($"tokenizer.ggml.eos_token_id is {endOfText}, but there are {config.VocabularySize} tokens.");
    }

    /// <summary>The end of text is a control token, which no text is ever cut into.</summary>
    static int[] TokenTypes(Vocabulary vocabulary) =>
        [.. Enumerable.Range(0, vocabulary.Tokens.Length).Select(id => id == vocabulary.EndOfText ? ControlToken : NormalToken)];

    static void Require(GgufReader reader, GgufSettings settings, string key, string expected)
    {
        var found = settings.Text(key);
        if (found != expected)
        {
            throw reader.Broken($"{key} is {found}; only {expected} is supported.");
        }
    }
}
