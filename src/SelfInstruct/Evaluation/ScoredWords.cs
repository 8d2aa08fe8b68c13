using SelfInstruct.Novelty;

namespace SelfInstruct.Evaluation;

/// <summary>
/// From a text to the ids of its words (those of <see cref="WordSplitter.Released"/>) or of their stems. A word of up
/// to ten letters is a number of six bits a letter, and found by it without a string. Ids count from 0; for one thread.
/// </summary>
/// <param name="stemmer">Words of more than three letters have the id of their stem.</param>
sealed class ScoredWords(bool stemmer)
{
    const int LongestUnstemmed = 3;
    const int BitsPerLetter = 6;
    const int LongestPacked = 64 / BitsPerLetter;
    const int Dot = 0x130;
    const int KelvinSign = 0x212A;

    static readonly byte[] Codes = MakeCodes();

    readonly WordBuffer _buffer = new();
    readonly Vocabulary _vocabulary = new();

    /// <summary>Open addressing: packed words, 0 where free, and the ids beside them.</summary>
    ulong[] _packed = new ulong[1024];
    int[] _ids = new int[1024];
    int _count;

    /// <summary>By word of more than ten letters: the id of its stem plus one, 0 where it is not known yet.</summary>
    int[] _stems = new int[128];

    /// <summary>Above every id given so far.</summary>
    public int Count => _vocabulary.Count;

    /// <summary>Puts the ids of a text's words into the array, which grows, and returns their number.</summary>
    public int Read(string text, ref int[] ids)
    {
        if (ids.Length < text.Length)
        {
            ids = new int[text.Length * 2];
        }

        var (count, start, length, packed) = (0, 0, 0, 0UL);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var code = c < Codes.Length ? Codes[c] : c == KelvinSign ? Codes['k'] : c == Dot ? Codes['i'] : 0;
            if (code != 0)
            {
                packed = packed << BitsPerLetter | (uint)code;
                start = length++ == 0 ? i : start;
            }

            // The dotted capital I is an i, and the end of its word.
            if ((code == 0 || c == Dot) && length > 0)
            {
                ids[count++] = Find(text, start, length, packed);
                (length, packed) = (0, 0);
            }
        }

        if (length > 0)
        {
            ids[count++] = Find(text, start, length, packed);
        }

        return count;
    }

    int Find(string text, int start, int length, ulong packed)
    {
        if (length > LongestPacked)
        {
            return FindLong(Spell(text, start, length));
        }

        var slot = Slot(packed);
        while (_packed[slot] != packed)
        {
            if (_packed[slot] == 0)
            {
                return Add(Spell(text, start, length), packed);
            }

            slot = (slot + 1) & (_packed.Length - 1);
        }

        return _ids[slot];
    }

    int Add(ReadOnlySpan<char> word, ulong packed)
    {
        if (++_count * 2 > _packed.Length)
        {
            Grow();
        }

        var id = stemmer && word.Length > LongestUnstemmed ? _vocabulary.Intern(PorterStemmer.Stem(word.ToString())) : _vocabulary.Intern(word);
        Put(packed, id);
        return id;
    }

    int FindLong(ReadOnlySpan<char> text)
    {
        var word = _vocabulary.Intern(text);
        if (!stemmer)
        {
            return word;
        }

        if (word >= _stems.Length)
        {
            Array.Resize(ref _stems, (word + 1) * 2);
        }

        if (_stems[word] == 0)
        {
            _stems[word] = _vocabulary.Intern(PorterStemmer.Stem(text.ToString())) + 1;
        }

        return _stems[word] - 1;
    }

    /// <summary>The word as the splitter has it.</summary>
    ReadOnlySpan<char> Spell(string text, int start, int length)
    {
        _buffer.Clear();
        WordSplitter.Released.Split(text.AsSpan(start, length), _buffer);
        return _buffer[0];
    }

    void Grow()
    {
        var (packed, ids) = (_packed, _ids);
        (_packed, _ids) = (new ulong[packed.Length * 2], new int[packed.Length * 2]);
        for (var i = 0; i < packed.Length; i++)
        {
            if (packed[i] != 0)
            {
                Put(packed[i], ids[i]);
            }
        }
    }

    void Put(ulong packed, int id)
    {
        var slot = Slot(packed);
        while (_packed[slot] != 0)
        {
            slot = (slot + 1) & (_packed.Length - 1);
        }

        (_packed[slot], _ids[slot]) = (packed, id);
    }

    // Fibonacci hashing: the high bits of the product depend on every letter.
    int Slot(ulong packed) => (int)(unchecked(packed * 0x9E3779B97F4A7C15UL) >> 32) & (_packed.Length - 1);

    static byte[] MakeCodes()
    {
        var codes = new byte[128];
        for (var i = 0; i < 26; i++)
        {
            codes['a' + i] = codes['A' + i] = (byte)(i + 1);
        }

        for (var i = 0; i < 10; i++)
        {
            codes['0' + i] = (byte)(i + 27);
        }

        return codes;
    }
}
