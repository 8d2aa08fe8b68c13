using System.Runtime.InteropServices;
using System.Text;
using SelfInstruct.LocalModels.Formats;

namespace SelfInstruct.LocalModels.Tokenization;

/// <summary>Merges the bytes of one pre-token: the best-ranked pair first, the leftmost of equals; O(n log n).</summary>
sealed class WordMerging : IWordMerging
{
    readonly int[] _tokenOfByte;
    readonly Dictionary<(int Left, int Right), (int Rank, int Token)> _merges;

    /// <summary>Tokens that a word may be as a whole; null: only merges make them.</summary>
    readonly Dictionary<string, int>? _words;

    public WordMerging(Vocabulary vocabulary)
    {
        var ids = new Dictionary<string, int>();
        for (var token = 0; token < vocabulary.Tokens.Length; token++)
        {
            if (vocabulary.KindOf(token) is TokenKind.Normal)
            {
                ids.TryAdd(vocabulary.Tokens[token], token);
            }
        }

        _words = vocabulary.KeepsWholeWords ? ids : null;

        _tokenOfByte = [.. Enumerable.Range(0, 256).Select(b => TokenOfByte(ids, (byte)b))];
        _merges = new(vocabulary.Merges.Length);
        for (var rank = 0; rank < vocabulary.Merges.Length; rank++)
        {
            var (left, right, merged) = Parse(ids, vocabulary.Merges[rank], rank);
            _merges.TryAdd((left, right), (rank, merged));
        }
    }

    public int[] Encode(ReadOnlySpan<char> word)
    {
        Span<byte> utf8 = stackalloc byte[256];
        utf8 = word.Length <= 80 ? utf8 : new byte[Encoding.UTF8.GetMaxByteCount(word.Length)];
        var length = Encoding.UTF8.GetBytes(word, utf8);
        if (WholeWord(utf8[..length]) is { } whole)
        {
            return [whole];
        }

        var links = new Link[length];
        var queue = new PriorityQueue<Candidate, (int Rank, int At)>();
        for (var i = 0; i < length; i++)
        {
            links[i] = new(_tokenOfByte[utf8[i]], i - 1, i + 1 < length ? i + 1 : -1);
        }

        for (var i = 0; i + 1 < length; i++)
        {
            Enqueue(queue, links, i);
        }

        while (queue.TryDequeue(out var candidate, out var priority))
        {
            Apply(queue, links, priority.At, candidate);
        }

        return Collect(links);
    }

    int? WholeWord(ReadOnlySpan<byte> utf8)
    {
        if (_words is null)
        {
            return null;
        }

        Span<char> characters = stackalloc char[256];
        characters = utf8.Length <= characters.Length ? characters : new char[utf8.Length];
        for (var i = 0; i < utf8.Length; i++)
        {
            characters[i] = ByteAlphabet.ToCharacter(utf8[i]);
        }

        return _words.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(characters[..utf8.Length], out var token) ? token : null;
    }

    void Apply(PriorityQueue<Candidate, (int Rank, int At)> queue, Link[] links, int at, Candidate candidate)
    {
        ref var left = ref links[at];
        if (left.Token != candidate.Left || left.Next < 0 || links[left.Next].Token != candidate.Right)
        {
            return;
        }

        links[left.Next].Token = Merged;
        left = left with { Token = candidate.Token, Next = links[left.Next].Next };
        if (left.Next >= 0)
        {
            links[left.Next].Previous = at;
            Enqueue(queue, links, at);
        }

        if (left.Previous >= 0)
        {
            Enqueue(queue, links, left.Previous);
        }
    }

    void Enqueue(PriorityQueue<Candidate, (int Rank, int At)> queue, Link[] links, int at)
    {
        var (left, right) = (links[at].Token, links[links[at].Next].Token);
        if (_merges.TryGetValue((left, right), out var merge))
        {
            queue.Enqueue(new(left, right, merge.Token), (merge.Rank, at));
        }
    }

    static int[] Collect(Link[] links)
    {
        var tokens = new int[links.Count(link => link.Token != Merged)];
        for (int at = 0, i = 0; i < tokens.Length; at = links[at].Next, i++)
        {
            tokens[i] = links[at].Token;
        }

        return tokens;
    }

    static int TokenOfByte(Dictionary<string, int> ids, byte value) =>
        ids.TryGetValue(ByteAlphabet.ToCharacter(value).ToString(), out var token)
            ? token
            : throw new InvalidDataException($"no token for the byte 0x{value:X2}; only byte-level BPE vocabularies can be read");

    static (int Left, int Right, int Merged) Parse(Dictionary<string, int> ids, string merge, int rank)
    {
        var space = merge.IndexOf(' ', StringComparison.Ordinal);
        return space > 0
            && ids.TryGetValue(merge[..space], out var left)
            && ids.TryGetValue(merge[(space + 1)..], out var right)
            && ids.TryGetValue(merge[..space] + merge[(space + 1)..], out var merged)
                ? (left, right, merged)
                : throw new InvalidDataException($"merge {rank} '{merge}': expected two tokens with a space between, whose text together is a token too");
    }

    /// <summary>Token of a link that its left neighbour has taken in.</summary>
    const int Merged = -1;

    [StructLayout(LayoutKind.Auto)]
    record struct Link(int Token, int Previous, int Next);

    /// <summary>A pair as it was when queued; its tokens may have been merged elsewhere since.</summary>
    [StructLayout(LayoutKind.Auto)]
    readonly record struct Candidate(int Left, int Right, int Token);
}
