using System.Text;
using SelfInstruct.LocalModels.Formats;

namespace SelfInstruct.LocalModels.Tokenization;

/// <summary>
/// SentencePiece's BPE (Kudo and Richardson, 2018): of all neighbours that together are a token, those whose token scores
/// best become one, the leftmost of equals first; a character without a token becomes its bytes' tokens. O(n log n).
/// </summary>
sealed class PieceMerging : IWordMerging
{
    readonly Dictionary<string, int> _ids = [];
    readonly float[] _scores;
    readonly int[] _tokenOfByte;

    public PieceMerging(Vocabulary vocabulary)
    {
        _scores = [.. vocabulary.Scores];
        for (var token = 0; token < vocabulary.Tokens.Length; token++)
        {
            if (vocabulary.KindOf(token) is TokenKind.Normal)
            {
                _ids.TryAdd(vocabulary.Tokens[token], token);
            }
        }

        _tokenOfByte = [.. Enumerable.Range(0, 256).Select(b => TokenOfByte(vocabulary, b))];
    }

    /// <param name="word">With '▁' for each space.</param>
    public int[] Encode(ReadOnlySpan<char> word)
    {
        var text = word.ToString();
        var pieces = Characters(text);
        var queue = new PriorityQueue<(int Length, int Next), (float Score, int At)>(
            Comparer<(float Score, int At)>.Create((a, b) => b.Score.CompareTo(a.Score) is not 0 and var byScore ? byScore : a.At.CompareTo(b.At)));
        for (var at = 0; at < text.Length; at += pieces[at].Length)
        {
            Enqueue(queue, pieces, text, at);
        }

        while (queue.TryDequeue(out var merge, out var priority))
        {
            Apply(queue, pieces, text, priority.At, merge);
        }

        var tokens = new List<int>();
        for (var at = 0; at < text.Length; at += pieces[at].Length)
        {
            AddTokens(tokens, text.AsSpan(at, pieces[at].Length));
        }

        return [.. tokens];
    }

    /// <summary>Piece that starts at each position: its length, 0 where none starts, and where the one before it starts.</summary>
    static (int Length, int Previous)[] Characters(string text)
    {
        var pieces = new (int Length, int Previous)[text.Length];
        for (int at = 0, previous = -1; at < text.Length; previous = at, at += pieces[at].Length)
        {
            Rune.DecodeFromUtf16(text.AsSpan(at), out _, out var length);
            pieces[at] = (length, previous);
        }

        return pieces;
    }

    void Apply(
        PriorityQueue<(int Length, int Next), (float Score, int At)> queue, (int Length, int Previous)[] pieces, string text, int at, (int Length, int Next) merge)
    {
        var next = at + pieces[at].Length;

        // Either of the two may have been merged elsewhere since.
        if (pieces[at].Length == 0 || next != merge.Next || next + pieces[next].Length != at + merge.Length)
        {
            return;
        }

        pieces[next].Length = 0;
        pieces[at].Length = merge.Length;
        if (at + merge.Length < text.Length)
        {
            pieces[at + merge.Length].Previous = at;
            Enqueue(queue, pieces, text, at);
        }

        if (pieces[at].Previous >= 0)
        {
            Enqueue(queue, pieces, text, pieces[at].Previous);
        }
    }

    void Enqueue(PriorityQueue<(int Length, int Next), (float Score, int At)> queue, (int Length, int Previous)[] pieces, string text, int at)
    {
        var next = at + pieces[at].Length;
        if (next < text.Length)
        {
            var length = pieces[at].Length + pieces[next].Length;
            if (_ids.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text.AsSpan(at, length), out var token))
            {
                queue.Enqueue((length, next), (_scores[token], at));
            }
        }
    }

    void AddTokens(List<int> tokens, ReadOnlySpan<char> piece)
    {
        if (_ids.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(piece, out var token))
        {
            tokens.Add(token);
            return;
        }

        Span<byte> utf8 = stackalloc byte[4];
        foreach (var value in utf8[..Encoding.UTF8.GetBytes(piece, utf8)])
        {
            tokens.Add(_tokenOfByte[value]);
        }
    }

    static int TokenOfByte(Vocabulary vocabulary, int value)
    {
        var token = vocabulary.Tokens.IndexOf($"<0x{value:X2}>");
        return token >= 0 && vocabulary.KindOf(token) is TokenKind.Byte
            ? token
            : throw new InvalidDataException($"no token for the byte 0x{value:X2}; a SentencePiece vocabulary without byte fallback is not supported");
    }
}
