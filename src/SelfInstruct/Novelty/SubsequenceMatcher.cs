using System.Numerics;

namespace SelfInstruct.Novelty;

/// <summary>
/// Longest common subsequences of one text with many, of any length, a bit for each word (Hyyrö, 2004): a word of
/// the other text costs a handful of instructions for 64 words of this one.
/// </summary>
sealed class SubsequenceMatcher
{
    /// <summary>Texts of more words are matched in blocks of 64: all their rows would take the square of their length.</summary>
    const int MostInRows = 4096;

    /// <summary>By word: the row that has its places in the text; row 0, all zeros, for words it lacks.</summary>
    int[] _rowOf = [];
    ulong[] _rows = new ulong[256];

    /// <summary>In blocks: whether each word of the other text carries into the next block.</summary>
    bool[] _carries = [];
    ulong[] _state = new ulong[1];
    int[] _words = [];
    int _length;
    int _width;

    /// <param name="words">Ids, -1 where unknown.</param>
    /// <param name="vocabulary">Above every id that is yet to come.</param>
    public void Begin(ReadOnlySpan<int> words, int vocabulary)
    {
        Forget(_words.AsSpan(0, _length));
        if (_rowOf.Length < vocabulary)
        {
            Array.Resize(ref _rowOf, Math.Max(vocabulary, _rowOf.Length * 3 / 2));
        }

        _length = words.Length;
        _width = (words.Length + 63) / 64;
        _words = Room(_words, words.Length);
        _state = Room(_state, _width);
        words.CopyTo(_words);
        if (_length <= MostInRows)
        {
            FillRows(words, _width);
        }
    }

    public int Shared(ReadOnlySpan<int> other) =>
        _width == 1 ? SharedInOneWord(other) : _length <= MostInRows ? SharedInMany(other) : SharedInBlocks(other);

    void FillRows(ReadOnlySpan<int> words, int width)
    {
        _rows = Room(_rows, (words.Length + 1) * width);
        _rows.AsSpan(0, width).Clear();
        var rows = 1;
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] >= 0)
            {
                ref var row = ref _rowOf[words[i]];
                if (row == 0)
                {
                    row = rows++;
                    _rows.AsSpan(row * width, width).Clear();
                }

                _rows[(row * width) + (i / 64)] |= 1UL << i;
            }
        }
    }

    int SharedInOneWord(ReadOnlySpan<int> other)
    {
        var (rowOf, rows, state) = (_rowOf, _rows, ulong.MaxValue);
        foreach (var word in other)
        {
            var matches = state & rows[rowOf[word]];
            state = (state + matches) | (state - matches);
        }

        return BitOperations.PopCount(~state);
    }

    int SharedInMany(ReadOnlySpan<int> other)
    {
        var state = _state.AsSpan(0, _width);
        state.Fill(ulong.MaxValue);
        foreach (var word in other)
        {
            if (_rowOf[word] is var row and not 0)
            {
                Advance(state, _rows.AsSpan(row * _width, _width));
            }
        }

        var shared = 0;
        foreach (var word in state)
        {
            shared += BitOperations.PopCount(~word);
        }

        return shared;
    }

    static void Advance(Span<ulong> state, ReadOnlySpan<ulong> row)
    {
        var carry = 0UL;
        for (var i = 0; i < state.Length; i++)
        {
            var matches = state[i] & row[i];
            var sum = state[i] + matches;
            var carried = sum + carry;
            carry = (sum < matches ? 1UL : 0) | (carried < sum ? 1UL : 0);
            state[i] = carried | (state[i] - matches);
        }
    }

    int SharedInBlocks(ReadOnlySpan<int> other)
    {
        _carries = Room(_carries, other.Length);
        _carries.AsSpan(0, other.Length).Clear();
        var shared = 0;
        for (var start = 0; start < _length; start += 64)
        {
            var block = _words.AsSpan(start, Math.Min(64, _length - start));
            FillRows(block, width: 1);
            shared += SharedInBlock(other);
            Forget(block);
        }

        return shared;
    }

    int SharedInBlock(ReadOnlySpan<int> other)
    {
        var state = ulong.MaxValue;
        for (var i = 0; i < other.Length; i++)
        {
            var matches = state & _rows[_rowOf[other[i]]];
            var sum = state + matches;
            var carried = sum + (_carries[i] ? 1UL : 0);
            _carries[i] = sum < matches || carried < sum;
            state = carried | (state - matches);
        }

        return BitOperations.PopCount(~state);
    }

    void Forget(ReadOnlySpan<int> words)
    {
        foreach (var word in words)
        {
            if (word >= 0)
            {
                _rowOf[word] = 0;
            }
        }
    }

    static T[] Room<T>(T[] array, int length) => array.Length >= length ? array : new T[Math.Max(length, array.Length * 2)];
}
