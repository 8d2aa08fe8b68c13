using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using SelfInstruct.LocalModels.Formats;

namespace SelfInstruct.LocalModels.Tokenization;

/// <summary>
/// Text to tokens and back, byte-level or SentencePiece BPE, as the vocabulary says. Text is only ever text: no string,
/// "&lt;|endoftext|&gt;" included, encodes to a control token. Safe to use from many threads.
/// </summary>
public sealed class BytePairTokenizer
{
    // Long words are rare and often unique; holding them would only displace the others.
    const int CachedWordLength = 48;
    const int CachedWords = 100_000;

    readonly TokenBytes _bytes;
    readonly IWordMerging _merging;
    readonly AddedTokens _userDefined;
    readonly Lazy<AddedTokens> _controls;
    readonly ConcurrentDictionary<string, int[]> _cache = new();
    int _cached;

    /// <exception cref="InvalidDataException">A byte has no token, or a merge or token is not made of known ones.</exception>
    public BytePairTokenizer(Vocabulary vocabulary)
    {
        Vocabulary = vocabulary;
        _bytes = new(vocabulary);
        _merging = vocabulary.Scores is [] ? new WordMerging(vocabulary) : new PieceMerging(vocabulary);
        _userDefined = new(vocabulary, TokenKind.UserDefined);
        _controls = new(() => new(vocabulary, TokenKind.Control, TokenKind.UserDefined));
    }

    public Vocabulary Vocabulary { get; }

    public int EndOfText => Vocabulary.EndOfText;

    /// <summary>Tokens of the text's UTF-8, without a start of text; half a surrogate pair counts as U+FFFD.</summary>
    public int[] Encode(string text)
    {
        var tokens = new List<int>((text.Length / 3) + 1);
        Encode(text, _userDefined, tokens);
        return [.. tokens];
    }

    /// <summary>As <see cref="Encode(string)"/>, but names of control tokens become those; never for text from outside.</summary>
    public int[] EncodeWithControls(string text)
    {
        var tokens = new List<int>();
        Encode(text, _controls.Value, tokens);
        return [.. tokens];
    }

    /// <summary>As many as <see cref="Encode(string)"/> gives.</summary>
    public int Count(string text) => Encode(text).Length;

    /// <summary>Id of the control token of that name; null: none.</summary>
    public int? ControlToken(string name) =>
        Vocabulary.Tokens.IndexOf(name) is >= 0 and var token && Vocabulary.KindOf(token) is TokenKind.Control ? token : null;

    /// <summary>Bytes that are not UTF-8 become U+FFFD; a control token has no text.</summary>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var token in tokens)
        {
            bytes.Write(BytesOf(token));
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>Empty for a control token.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such token.</exception>
    public ReadOnlySpan<byte> BytesOf(int token) => _bytes[token];

    void Encode(string text, AddedTokens added, List<int> tokens)
    {
        var isFirst = true;
        foreach (var (start, length, token) in added.Cut(text))
        {
            if (token >= 0)
            {
                tokens.Add(token);
            }
            else
            {
                EncodePlain(text.Substring(start, length), isFirst, tokens);
            }

            isFirst = false;
        }
    }

    void EncodePlain(string text, bool isFirst, List<int> tokens)
    {
        if (Vocabulary.Scores is not [])
        {
            // SentencePiece does not cut text into words.
            tokens.AddRange(_merging.Encode((Vocabulary.AddsSpace && isFirst ? " " + text : text).Replace(' ', '▁')));
            return;
        }

        foreach (var word in new PreTokens(Vocabulary.Normalizes ? NormalFormC.Normalize(text) : text, Vocabulary.PreTokenization))
        {
            tokens.AddRange(TokensOf(word));
        }
    }

    ReadOnlySpan<int> TokensOf(ReadOnlySpan<char> word)
    {
        var byWord = _cache.GetAlternateLookup<ReadOnlySpan<char>>();
        if (byWord.TryGetValue(word, out var known))
        {
            return known;
        }

        var tokens = _merging.Encode(word);
        if (word.Length <= CachedWordLength && Volatile.Read(ref _cached) < CachedWords && byWord.TryAdd(word, tokens))
        {
            Interlocked.Increment(ref _cached);
        }

        return tokens;
    }
}
