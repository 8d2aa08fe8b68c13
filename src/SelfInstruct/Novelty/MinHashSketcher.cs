using System.Numerics;

namespace SelfInstruct.Novelty;

/// <summary>
/// From a text to its sketch: for each of k hash functions, the least hash of its shingles. Two sketches agree in a
/// place with the probability of their texts' Jaccard (Broder, 1997).
/// </summary>
/// <remarks>A shingle is three words in a row; texts of one or two words have those words as shingles.</remarks>
sealed class MinHashSketcher
{
    const int ShingleWords = 3;

    readonly WordSplitter _splitter;
    readonly WordBuffer _words = new();
    readonly List<ulong> _hashes = [];
    readonly ulong[] _seeds;
    readonly ulong[] _least;

    public MinHashSketcher(MinHashOptions options)
    {
        _splitter = options.Words;
        _seeds = [.. Enumerable.Range(1, options.HashFunctions).Select(i => Mix64.Of(unchecked((ulong)options.Seed + ((ulong)i * Mix64.Step))))];
        _least = new ulong[options.HashFunctions];
    }

    /// <param name="text">Any.</param>
    /// <param name="sketch">k values.</param>
    /// <returns>False, and no sketch, for a text without words.</returns>
    public bool TrySketch(string text, Span<ushort> sketch)
    {
        HashWords(text);
        if (_hashes.Count == 0)
        {
            return false;
        }

        Array.Fill(_least, ulong.MaxValue);
        if (_hashes.Count < ShingleWords)
        {
            _hashes.ForEach(Lower);
        }

        for (var first = 0; first + ShingleWords <= _hashes.Count; first++)
        {
            Lower(Mix64.Of(unchecked(Mix64.Of(_hashes[first] + _hashes[first + 1]) + (Mix64.Step * _hashes[first]) + _hashes[first + 2])));
        }

        // The low bits: those of a least value are as random as any, the high ones nearly all zero.
        for (var i = 0; i < _least.Length; i++)
        {
            sketch[i] = unchecked((ushort)_least[i]);
        }

        return true;
    }

    /// <summary>The share of places where two sketches agree: the estimate of the Jaccard.</summary>
    public static double Estimate(ReadOnlySpan<ushort> a, ReadOnlySpan<ushort> b)
    {
        var agreeing = Vector<ushort>.Zero;
        for (var i = 0; i < a.Length; i += Vector<ushort>.Count)
        {
            agreeing -= Vector.Equals(new Vector<ushort>(a[i..]), new Vector<ushort>(b[i..]));
        }

        return (double)Vector.Sum(agreeing) / a.Length;
    }

    void HashWords(string text)
    {
        _words.Clear();
        _splitter.Split(text, _words);
        _hashes.Clear();
        for (var i = 0; i < _words.Count; i++)
        {
            _hashes.Add(Mix64.Of(_words[i]));
        }
    }

    /// <summary>Hash function i is a bijection of the shingle's 64 bits, turned by seed i: no two shingles collide in it.</summary>
    void Lower(ulong shingle)
    {
        for (var i = 0; i < _seeds.Length; i += Vector<ulong>.Count)
        {
            var hash = Mix64.Of(new Vector<ulong>(_seeds, i) ^ new Vector<ulong>(shingle));
            Vector.Min(hash, new Vector<ulong>(_least, i)).CopyTo(_least, i);
        }
    }
}

/// <summary>The finalizer of SplitMix64 (Steele, Lea, Flood, 2014): every bit of the result depends on every bit given.</summary>
static class Mix64
{
    /// <summary>2^64 by the golden ratio, odd.</summary>
    public const ulong Step = 0x9E3779B97F4A7C15;

    const ulong First = 0xBF58476D1CE4E5B9;
    const ulong Second = 0x94D049BB133111EB;

    public static ulong Of(ulong bits)
    {
        unchecked
        {
            bits = (bits ^ (bits >> 30)) * First;
            bits = (bits ^ (bits >> 27)) * Second;
            return bits ^ (bits >> 31);
        }
    }

    public static Vector<ulong> Of(Vector<ulong> bits)
    {
        bits = (bits ^ (bits >>> 30)) * First;
        bits = (bits ^ (bits >>> 27)) * Second;
        return bits ^ (bits >>> 31);
    }

    /// <summary>FNV-1a of 64 bits over the UTF-16 units, mixed.</summary>
    public static ulong Of(ReadOnlySpan<char> word)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in word)
        {
            hash = unchecked((hash ^ c) * 1099511628211UL);
        }

        return Of(hash);
    }
}
