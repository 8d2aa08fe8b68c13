using System.Runtime.InteropServices;

namespace SelfInstruct.Novelty;

/// <summary>
/// Words and their ids, in order of first sight. A word's second, third … occurrence within a text has an id of its
/// own, which turns a text's multiset of words into a set. One thread interns while others find: what is
/// published points only to what is complete, and a grown array is published before anything that needs it.
/// </summary>
sealed class Vocabulary
{
    [StructLayout(LayoutKind.Auto)]
    struct Entry
    {
        public int Start;
        public int Length;
        public uint Hash;

        /// <summary>Id of the next occurrence, plus one; 0 while there is none.</summary>
        public int Again;
    }

    char[] _characters = new char[1024];
    Entry[] _entries = new Entry[128];

    /// <summary>Open addressing: id plus one, 0 where free.</summary>
    int[] _slots = new int[256];
    int _count;
    int _words;
    int _length;

    /// <summary>Ids given so far.</summary>
    public int Count => Volatile.Read(ref _count);

    public long Bytes => (_characters.Length * 2L) + (_entries.Length * 16L) + (_slots.Length * 4L);

    /// <summary>-1 for an unknown word.</summary>
    public int Find(ReadOnlySpan<char> word)
    {
        var hash = Hash(word);
        var slots = Volatile.Read(ref _slots);
        for (var i = hash & (slots.Length - 1); ; i = (i + 1) & (slots.Length - 1))
        {
            var id = Volatile.Read(ref slots[i]) - 1;
            if (id < 0 || IsWord(id, hash, word))
            {
                return id;
            }
        }
    }

    public int Intern(ReadOnlySpan<char> word)
    {
        if (Find(word) is >= 0 and var known)
        {
            return known;
        }

        if (++_words * 2 > _slots.Length)
        {
            GrowSlots();
        }

        var id = Append(new Entry { Start = _length, Length = word.Length, Hash = Hash(word) });
        AppendCharacters(word);
        Place(_slots, id, Hash(word));
        return id;
    }

    /// <summary>Id of the next occurrence of a word in the same text, or -1 if no text had it.</summary>
    public int FindAgain(int id) => Volatile.Read(ref Volatile.Read(ref _entries)[id].Again) - 1;

    public int InternAgain(int id)
    {
        if (FindAgain(id) is >= 0 and var known)
        {
            return known;
        }

        var again = Append(new Entry { Length = -1 });
        Volatile.Write(ref _entries[id].Again, again + 1);
        return again;
    }

    bool IsWord(int id, uint hash, ReadOnlySpan<char> word)
    {
        ref var entry = ref Volatile.Read(ref _entries)[id];
        return entry.Hash == hash && word.SequenceEqual(Volatile.Read(ref _characters).AsSpan(entry.Start, entry.Length));
    }

    int Append(Entry entry)
    {
        if (_count == _entries.Length)
        {
            Volatile.Write(ref _entries, Grown(_entries, _count * 3 / 2));
        }

        _entries[_count] = entry;
        Volatile.Write(ref _count, _count + 1);
        return _count - 1;
    }

    void AppendCharacters(ReadOnlySpan<char> word)
    {
        if (_length + word.Length > _characters.Length)
        {
            Volatile.Write(ref _characters, Grown(_characters, Math.Max(_characters.Length * 3 / 2, _length + word.Length)));
        }

        word.CopyTo(_characters.AsSpan(_length));
        _length += word.Length;
    }

    void GrowSlots()
    {
        var slots = new int[_slots.Length * 2];
        for (var id = 0; id < _count; id++)
        {
            if (_entries[id].Length >= 0)
            {
                Place(slots, id, _entries[id].Hash);
            }
        }

        Volatile.Write(ref _slots, slots);
    }

    static void Place(int[] slots, int id, uint hash)
    {
        var i = hash & (slots.Length - 1);
        while (slots[i] != 0)
        {
            i = (i + 1) & (slots.Length - 1);
        }

        Volatile.Write(ref slots[i], id + 1);
    }

    static T[] Grown<T>(T[] array, int length)
    {
        var grown = new T[length];
        array.CopyTo(grown, 0);
        return grown;
    }

    /// <summary>FNV-1a, its high bits mixed into the low ones that choose the slot.</summary>
    static uint Hash(ReadOnlySpan<char> word)
    {
        var hash = 2166136261;
        foreach (var c in word)
        {
            hash = (hash ^ c) * 16777619;
        }

        return hash ^ (hash >> 15);
    }
}
