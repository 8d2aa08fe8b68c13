using System.Collections.Immutable;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>
/// Tokens and how text is cut into them. Byte-level BPE: texts in the alphabet of GPT-2 (each byte a printable character)
/// and ranked merges. SentencePiece BPE, where <see cref="Scores"/> are given: texts with '▁' for a space, and no merges.
/// </summary>
/// <param name="Tokens">Text of each id.</param>
/// <param name="Merges">"left right", best first.</param>
/// <param name="EndOfText">Id of the control token that ends a document.</param>
public sealed record Vocabulary(ImmutableArray<string> Tokens, ImmutableArray<string> Merges, int EndOfText)
{
    /// <summary>Token that starts a document, and that a prompt is read behind; null: none.</summary>
    public int? StartOfText { get; init; } = EndOfText;

    /// <summary>Tokens that end a completion.</summary>
    public ImmutableArray<int> EndTokens { get => field.IsDefault ? [EndOfText] : field; init; }

    /// <summary>One of each token; empty: all are normal but the end of text, a control token.</summary>
    public ImmutableArray<TokenKind> Kinds { get; init; } = [];

    public PreTokenization PreTokenization { get; init; } = PreTokenization.Gpt2;

    /// <summary>A word that is a token stays whole, whatever the merges would make of it.</summary>
    public bool KeepsWholeWords { get; init; }

    /// <summary>Text is brought into Unicode's form NFC first.</summary>
    public bool Normalizes { get; init; }

    /// <summary>[V] of a SentencePiece vocabulary: the neighbours whose token scores best are merged first; else empty.</summary>
    public ImmutableArray<float> Scores { get; init; } = [];

    /// <summary>SentencePiece: a text gets a space in front.</summary>
    public bool AddsSpace { get; init; }

    /// <summary>Jinja text as the model came with it; null: a base model.</summary>
    public string? ChatTemplate { get; init; }

    public TokenKind KindOf(int token) => Kinds is [] ? (token == EndOfText ? TokenKind.Control : TokenKind.Normal) : Kinds[token];
}

/// <summary>What a token is for; the values are those of ggml.</summary>
public enum TokenKind
{
    Normal = 1,
    Unknown = 2,

    /// <summary>Never made from text, and without text of its own.</summary>
    Control = 3,

    /// <summary>Found in text before anything else; its text is meant literally.</summary>
    UserDefined = 4,

    /// <summary>A place that the model has and the tokenizer does not use.</summary>
    Unused = 5,

    /// <summary>SentencePiece: a single byte, "&lt;0x0A&gt;".</summary>
    Byte = 6,
}

/// <summary>Where text is cut before any merging; the patterns are in <see cref="Tokenization.PreTokens"/>.</summary>
public enum PreTokenization
{
    Gpt2,
    Llama3,
    Qwen2,

    /// <summary>Every digit alone, then as GPT-2.</summary>
    SmolLM,
}
