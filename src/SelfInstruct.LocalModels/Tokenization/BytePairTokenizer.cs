using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using SelfInstruct.LocalModels.Formats;

namespace SelfInstruct.LocalModels.Tokenization;

/// <summary>
/// Byte-level BPE with GPT-2's pre-tokenisation (<c>tokenizer.ggml.pre = gpt-2</c>). Text is only ever text: no string,
/// "&lt;|endoftext|&gt;" included, encodes to a control token. Safe to use from many threads.
/// </summary>
public sealed class BytePairTokenizer
{
    // Long words are rare and often unique; holding them would only displace the others.
    const int CachedWordLength = 48;
    const int CachedWords = 100_000;

    readonly TokenBytes _bytes;
    readonly WordMerging _merging;
    readonly ConcurrentDictionary<string, int[]> _cache = new();
    int _cached;

    /// <exception cref="InvalidDataException">A byte has no token, or a merge or token is not made of known ones.</exception>
    public BytePairTokenizer(Vocabulary vocabulary)
    {
        Vocabulary = vocabulary;
        _bytes = new(vocabulary);
        _merging = new(vocabulary);
    }

    public Vocabulary Vocabulary { get; }

    public int EndOfText => Vocabulary.EndOfText;

    /// <summary>Tokens of the text's UTF-8; half a surrogate pair counts as U+FFFD.</summary>
    public int[] Encode(string text)
    {
        var tokens = new List<int>((text.Length / 3) + 1);
        foreach (var word in new PreTokens(text))
        {
            tokens.AddRange(TokensOf(word));
        }

        return [.. tokens];
    }

    /// <summary>As many as <see cref="Encode"/> gives.</summary>
    public int Count(string text)
    {
        var count = 0;
        foreach (var word in new PreTokens(text))
        {
            count += TokensOf(word).Length;
        }

        return count;
    }

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
