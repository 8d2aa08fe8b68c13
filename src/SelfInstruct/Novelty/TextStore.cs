using System.Numerics;
using System.Runtime.InteropServices;

namespace SelfInstruct.Novelty;

/// <summary>Where a text's words are.</summary>
/// <param name="Length">Words.</param>
/// <param name="Slot">Place among the texts of its length.</param>
[StructLayout(LayoutKind.Auto)]
readonly record struct StoredText(int Length, int Slot);

/// <summary>The texts of one length: their words one after another, so that scoring reads memory in order.</summary>
sealed class LengthClass(int length)
{
    int[] _words = new int[Math.Max(length, 1) * 2];
    int[] _ids = new int[2];
    int _count;

    /// <summary>Words of each text.</summary>
    public int Length => length;

    public long Bytes => (_words.Length + _ids.Length) * 4L;

    /// <returns>The text's slot.</returns>
    public int Add(ReadOnlySpan<int> words, int id)
    {
        var slot = _count;
        if (slot == _ids.Length)
        {
            Grow(slot + Math.Max(slot / 2, 2));
        }

        words.CopyTo(_words.AsSpan(slot * length));
        _ids[slot] = id;
        Volatile.Write(ref _count, slot + 1);
        return slot;
    }

    public ReadOnlySpan<int> Words(int slot) => Volatile.Read(ref _words).AsSpan(slot * length, length);

    /// <summary>Ids, ascending, of the texts that were there when the store held <paramref name="limit"/>, and their words, shape [texts, length].</summary>
    public ReadOnlySpan<int> IdsBelow(int limit, out ReadOnlySpan<int> words)
    {
        var count = Volatile.Read(ref _count);
        var ids = Volatile.Read(ref _ids).AsSpan(0, count);
        if (count > 0 && ids[^1] >= limit)
        {
            var found = ids.BinarySearch(limit);
            ids = ids[..(found < 0 ? ~found : found)];
        }

        words = Volatile.Read(ref _words).AsSpan(0, ids.Length * length);
        return ids;
    }

    void Grow(int capacity)
    {
        var words = new int[Math.Max(length, 1) * capacity];
        _words.CopyTo(words, 0);
        Volatile.Write(ref _words, words);
        var ids = new int[capacity];
        _ids.CopyTo(ids, 0);
        Volatile.Write(ref _ids, ids);
    }
}

/// <summary>All texts, numbered in the order they were added. One thread adds while others read what <see cref="Count"/> covers.</summary>
sealed class TextStore
{
    StoredText[] _texts = new StoredText[64];

    // Apart from the texts: most candidates for a neighbour are excluded by these alone, which are close to the processor then.
    ulong[] _signatures = new ulong[64];
    LengthClass?[] _classes = new LengthClass?[64];
    int _count;

    /// <summary>Read first: everything else is then at least as new.</summary>
    public int Count => Volatile.Read(ref _count);

    public long Bytes => (_texts.Length * 16L) + _classes.Sum(static texts => texts?.Bytes ?? 0);

    /// <summary>Texts by length, null where there are none.</summary>
    public ReadOnlySpan<LengthClass?> Classes => Volatile.Read(ref _classes);

    public StoredText this[int id] => Volatile.Read(ref _texts)[id];

    /// <summary>See <see cref="SignatureOf"/>.</summary>
    public ulong Signature(int id) => Volatile.Read(ref _signatures)[id];

    public ReadOnlySpan<int> Words(StoredText text) => Volatile.Read(ref _classes)[text.Length]!.Words(text.Slot);

    /// <summary>Stores a text that is not counted before <see cref="Publish"/>.</summary>
    public int Add(ReadOnlySpan<int> words, ulong signature)
    {
        if (_count == _texts.Length)
        {
            var texts = new StoredText[_count * 3 / 2];
            _texts.CopyTo(texts, 0);
            Volatile.Write(ref _texts, texts);
            var signatures = new ulong[texts.Length];
            _signatures.CopyTo(signatures, 0);
            Volatile.Write(ref _signatures, signatures);
        }

        _texts[_count] = new StoredText(words.Length, ClassOf(words.Length).Add(words, _count));
        _signatures[_count] = signature;
        return _count;
    }

    public void Publish() => Volatile.Write(ref _count, _count + 1);

    /// <summary>
    /// A bit for each word. Each bit that only one of two texts has is at least one word that the other lacks, which
    /// bounds what they can share.
    /// </summary>
    public static ulong SignatureOf(ReadOnlySpan<int> elements)
    {
        var signature = 0UL;
        foreach (var element in elements)
        {
            signature |= element < 0 ? 0 : 1UL << (int)((uint)element * 2654435761u >> 26);
        }

        return signature;
    }

    /// <summary>False if texts of m and n words cannot share <paramref name="least"/> words.</summary>
    public static bool CanShare(int least, ulong a, int m, ulong b, int n) =>
        BitOperations.PopCount(b & ~a) <= n - least && BitOperations.PopCount(a & ~b) <= m - least;

    LengthClass ClassOf(int length)
    {
        if (length >= _classes.Length)
        {
            var classes = new LengthClass?[Math.Max(length + 1, _classes.Length * 2)];
            _classes.CopyTo(classes, 0);
            Volatile.Write(ref _classes, classes);
        }

        if (_classes[length] is not { } texts)
        {
            Volatile.Write(ref _classes[length], texts = new LengthClass(length));
        }

        return texts;
    }
}
