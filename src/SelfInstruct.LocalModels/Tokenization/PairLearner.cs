using System.Runtime.InteropServices;
using System.Text;

namespace SelfInstruct.LocalModels.Tokenization;

/// <summary>Words as token ids with pair counts kept up to date: a merge costs what it changes, not what there is.</summary>
sealed class PairLearner
{
    static readonly Comparer<(long Count, string Left, string Right)> MostFrequentFirst = Comparer<(long Count, string Left, string Right)>.Create((a, b) =>
        b.Count.CompareTo(a.Count) is not 0 and var byCount ? byCount
        : string.CompareOrdinal(a.Left, b.Left) is not 0 and var byLeft ? byLeft
        : string.CompareOrdinal(a.Right, b.Right));

    readonly List<Word> _words = [];
    readonly Dictionary<(int Left, int Right), Pair> _pairs = [];
    readonly PriorityQueue<(int Left, int Right), (long Count, string Left, string Right)> _queue = new(MostFrequentFirst);
    readonly HashSet<string> _texts;
    readonly int[] _tokenOfByte = [.. Enumerable.Range(0, 256).Select(b => ByteAlphabet.Order.IndexOf((byte)b))];
    readonly Func<string, bool> _mayMerge;

    /// <param name="mayMerge">Whether a token of this text (in <see cref="ByteAlphabet"/>) is wanted.</param>
    public PairLearner(Dictionary<string, int> wordCounts, Func<string, bool> mayMerge)
    {
        Tokens = [.. ByteAlphabet.Order.Select(b => ByteAlphabet.ToCharacter(b).ToString())];
        _texts = [.. Tokens];
        _mayMerge = mayMerge;
        foreach (var (word, count) in wordCounts)
        {
            Add(word, count);
        }

        foreach (var pair in _pairs.Keys)
        {
            Enqueue(pair);
        }
    }

    public List<string> Tokens { get; }

    /// <summary>"left right", first learned first.</summary>
    public List<string> Merges { get; } = [];

    /// <returns>False when no pair occurs <paramref name="leastCount"/> times.</returns>
    public bool MergeNext(int leastCount)
    {
        while (_queue.TryDequeue(out var pair, out var candidate))
        {
            var count = _pairs[pair].Count;
            if (count < candidate.Count)
            {
                Enqueue(pair);
            }
            else if (count < leastCount)
            {
                return false;
            }
            else if (_texts.Add(Tokens[pair.Left] + Tokens[pair.Right]))
            {
                Merge(pair);
                return true;
            }
        }

        return false;
    }

    void Add(string word, int count)
    {
        var bytes = Encoding.UTF8.GetBytes(word);
        var tokens = Array.ConvertAll(bytes, b => _tokenOfByte[b]);
        for (var i = 1; i < tokens.Length; i++)
        {
            Count((tokens[i - 1], tokens[i]), count, _words.Count);
        }

        _words.Add(new(tokens, tokens.Length, count));
    }

    void Merge((int Left, int Right) pair)
    {
        var merged = Tokens.Count;
        Tokens.Add(Tokens[pair.Left] + Tokens[pair.Right]);
        Merges.Add(Tokens[pair.Left] + ' ' + Tokens[pair.Right]);
        var changed = new HashSet<(int, int)>();
        foreach (var word in _pairs[pair].Words)
        {
            MergeIn(word, pair, merged, changed);
        }

        _pairs.Remove(pair);
        foreach (var next in changed)
        {
            Enqueue(next);
        }
    }

    /// <summary>Rewrites one word from left to right, in place.</summary>
    void MergeIn(int index, (int Left, int Right) pair, int merged, HashSet<(int, int)> changed)
    {
        var word = _words[index];
        var tokens = word.Tokens;
        var length = 0;
        for (var i = 0; i < word.Length; i++)
        {
            if (i + 1 == word.Length || (tokens[i], tokens[i + 1]) != pair)
            {
                tokens[length++] = tokens[i];
                continue;
            }

            if (length > 0)
            {
                Replace((tokens[length - 1], pair.Left), (tokens[length - 1], merged));
            }

            if (i + 2 < word.Length)
            {
                Replace((pair.Right, tokens[i + 2]), (merged, tokens[i + 2]));
            }

            tokens[length++] = merged;
            i++;
        }

        word.Length = length;

        void Replace((int, int) old, (int, int) next)
        {
            _pairs[old].Count -= word.Count;
            Count(next, word.Count, index);
            changed.Add(next);
        }
    }

    void Count((int Left, int Right) pair, int count, int word)
    {
        ref var found = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, pair, out _);
        found ??= new();
        found.Count += count;
        if (found.Words is [] || found.Words[^1] != word)
        {
            found.Words.Add(word);
        }
    }

    void Enqueue((int Left, int Right) pair)
    {
        var (left, right) = (Tokens[pair.Left], Tokens[pair.Right]);
        if (_pairs[pair].Count > 0 && _mayMerge(left + right))
        {
            _queue.Enqueue(pair, (_pairs[pair].Count, left, right));
        }
    }

    sealed class Pair
    {
        public long Count { get; set; }

        /// <summary>Words that have or had the pair.</summary>
        public List<int> Words { get; } = [];
    }

    sealed class Word(int[] tokens, int length, int count)
    {
        public int[] Tokens { get; } = tokens;

        public int Length { get; set; } = length;

        public int Count { get; } = count;
    }
}
