using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SelfInstruct.Novelty;

/// <summary>Candidates that are scored together, each in its lane of a register.</summary>
abstract class LaneGroup
{
    /// <summary>How many candidates fit.</summary>
    public abstract int Lanes { get; }

    /// <summary>Takes the candidates' places.</summary>
    /// <param name="rows">Filled here.</param>
    /// <param name="vocabulary">Above every id that is yet to come.</param>
    public abstract void Begin(ReadOnlySpan<RecordDraft> drafts, LaneRows rows, int vocabulary);

    /// <summary>Scores texts of one length.</summary>
    /// <param name="ids">Ascending.</param>
    /// <param name="words">Shape [ids, n].</param>
    public abstract void Score(ReadOnlySpan<int> ids, ReadOnlySpan<int> words, int n, int lengthClass);

    /// <summary>Scores one text for the candidates that come after it.</summary>
    public abstract void ScoreEarlier(int id, ReadOnlySpan<int> words, int lengthClass);
}

/// <summary>
/// Bit-parallel LCS in every lane at once: bit i of a lane is still set while no common subsequence ends at the
/// candidate's word i. Candidates longer than a lane take several registers of 63 bits a lane, the last bit
/// holding the carry to the next.
/// </summary>
sealed class LaneGroup<TVector> : LaneGroup
    where TVector : struct, ILaneVector<TVector>
{
    /// <summary>Texts after which a lane's sum might overflow; a multiple of four.</summary>
    static readonly int FlushEvery = TVector.LaneBits >= 32 ? 1 << 16 : ((1 << TVector.LaneBits) - 1) / TVector.LaneBits & ~3;

    readonly RecordDraft[] _drafts = new RecordDraft[TVector.Lanes];
    TVector[] _state = new TVector[1];
    LaneRows _rows = null!;
    int _count;

    /// <summary>Registers a state takes.</summary>
    int _width;

    public override int Lanes => TVector.Lanes;

    public override void Begin(ReadOnlySpan<RecordDraft> drafts, LaneRows rows, int vocabulary)
    {
        drafts.CopyTo(_drafts);
        (_count, _rows) = (drafts.Length, rows);
        var longest = 0;
        foreach (var draft in drafts)
        {
            longest = Math.Max(longest, draft.Length);
        }

        _width = longest <= TVector.LaneBits ? 1 : (longest + 62) / 63;
        _state = _width <= _state.Length ? _state : new TVector[_width];
        rows.Begin(_width * Unsafe.SizeOf<TVector>(), vocabulary);
        for (var lane = 0; lane < drafts.Length; lane++)
        {
            FillRows(drafts[lane].Words, lane);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Score(ReadOnlySpan<int> ids, ReadOnlySpan<int> words, int n, int lengthClass)
    {
        var limits = Limits(n);
        var sums = TVector.Create(0);
        var (i, unflushed) = (0, 0);
        if (_width == 1)
        {
            ref var word = ref MemoryMarshal.GetReference(words);
            for (; i + 4 <= ids.Length; i += 4)
            {
                ShareFour(ref Unsafe.Add(ref word, (nint)i * n), n, out var first, out var second, out var third, out var fourth);
                sums = sums + first + (second + (third + fourth));
                if ((TVector.Greater(first, limits) | TVector.Greater(second, limits) | TVector.Greater(third, limits) | TVector.Greater(fourth, limits)) != 0)
                {
                    limits = Hit(first, limits, n, ids[i]);
                    limits = Hit(second, limits, n, ids[i + 1]);
                    limits = Hit(third, limits, n, ids[i + 2]);
                    limits = Hit(fourth, limits, n, ids[i + 3]);
                }

                if ((unflushed += 4) == FlushEvery)
                {
                    Flush(sums, lengthClass);
                    (sums, unflushed) = (TVector.Create(0), 0);
                }
            }

            Flush(sums, lengthClass);
            sums = TVector.Create(0);
        }

        for (unflushed = 0; i < ids.Length; i++)
        {
            var shared = Share(words.Slice(i * n, n));
            sums += shared;
            limits = Hit(shared, limits, n, ids[i]);
            if (++unflushed == FlushEvery)
            {
                Flush(sums, lengthClass);
                (sums, unflushed) = (TVector.Create(0), 0);
            }
        }

        Flush(sums, lengthClass);
    }

    public override void ScoreEarlier(int id, ReadOnlySpan<int> words, int lengthClass)
    {
        var shared = Share(words);
        for (var lane = 0; lane < _count; lane++)
        {
            if (_drafts[lane].Limit > id && TVector.Lane(shared, lane) is > 0 and var common)
            {
                _drafts[lane].AddShared(lengthClass, common);
                _drafts[lane].Offer((int)common, words.Length, id);
            }
        }
    }

    void FillRows(ReadOnlySpan<int> words, int lane)
    {
        var bits = _width == 1 ? TVector.LaneBits : 63;
        var laneBytes = TVector.LaneBits / 8;
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] >= 0)
            {
                var (register, bit) = (i / bits, i % bits);
                var row = _rows.Row(words[i]);
                row[(register * Unsafe.SizeOf<TVector>()) + (lane * laneBytes) + (bit / 8)] |= (byte)(1 << (bit % 8));
            }
        }
    }

    /// <summary>Four texts interleaved: each alone would wait for its own last step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void ShareFour(ref int word, int n, out TVector first, out TVector second, out TVector third, out TVector fourth)
    {
        ref var numbers = ref _rows.Numbers;
        ref var rows = ref _rows.First<TVector>();
        ref var word2 = ref Unsafe.Add(ref word, n);
        ref var word3 = ref Unsafe.Add(ref word2, n);
        ref var word4 = ref Unsafe.Add(ref word3, n);
        var (a, b, c, d) = (TVector.AllBitsSet, TVector.AllBitsSet, TVector.AllBitsSet, TVector.AllBitsSet);
        for (nint i = 0; i < n; i++)
        {
            var inA = a & Unsafe.Add(ref rows, (nint)Unsafe.Add(ref numbers, Unsafe.Add(ref word, i)));
            var inB = b & Unsafe.Add(ref rows, (nint)Unsafe.Add(ref numbers, Unsafe.Add(ref word2, i)));
            var inC = c & Unsafe.Add(ref rows, (nint)Unsafe.Add(ref numbers, Unsafe.Add(ref word3, i)));
            var inD = d & Unsafe.Add(ref rows, (nint)Unsafe.Add(ref numbers, Unsafe.Add(ref word4, i)));
            a = (a + inA) | (a - inA);
            b = (b + inB) | (b - inB);
            c = (c + inC) | (c - inC);
            d = (d + inD) | (d - inD);
        }

        first = TVector.CountBits(~a);
        second = TVector.CountBits(~b);
        third = TVector.CountBits(~c);
        fourth = TVector.CountBits(~d);
    }

    TVector Share(ReadOnlySpan<int> words)
    {
        if (_width > 1)
        {
            return ShareWide(words);
        }

        ref var numbers = ref _rows.Numbers;
        ref var rows = ref _rows.First<TVector>();
        var state = TVector.AllBitsSet;
        foreach (var word in words)
        {
            var matches = state & Unsafe.Add(ref rows, (nint)Unsafe.Add(ref numbers, word));
            state = (state + matches) | (state - matches);
        }

        return TVector.CountBits(~state);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    TVector ShareWide(ReadOnlySpan<int> words)
    {
        ref var numbers = ref _rows.Numbers;
        ref var rows = ref _rows.First<TVector>();
        var digits = TVector.Create(long.MaxValue);
        var state = _state.AsSpan(0, _width);
        state.Fill(digits);
        foreach (var word in words)
        {
            var number = Unsafe.Add(ref numbers, word);
            if (number == 0)
            {
                continue;
            }

            ref var row = ref Unsafe.Add(ref rows, (nint)number * _width);
            var carry = TVector.Create(0);
            for (var i = 0; i < state.Length; i++)
            {
                var matches = state[i] & Unsafe.Add(ref row, i);
                var sum = state[i] + matches + carry;
                carry = sum >>> 63;
                state[i] = (sum & digits) | (state[i] - matches);
            }
        }

        var shared = TVector.Create(0);
        foreach (var register in state)
        {
            shared += TVector.CountBits(~register & digits);
        }

        return shared;
    }

    TVector Limits(int n)
    {
        var limits = TVector.Create(0);
        for (var lane = 0; lane < _count; lane++)
        {
            limits = TVector.WithLane(limits, lane, _drafts[lane].TooFew(n));
        }

        return limits;
    }

    /// <summary>Offers one text's scores where they may enter the ten; rare.</summary>
    /// <returns>The limits, as they are now.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    TVector Hit(TVector shared, TVector limits, int n, int id)
    {
        for (var hits = TVector.Greater(shared, limits); hits != 0; hits &= hits - 1)
        {
            var lane = BitOperations.TrailingZeroCount(hits);
            var common = (int)TVector.Lane(shared, lane);
            _drafts[lane].Offer(common, n, id);

            // Texts of one length come in the order they were added: after this one as many shared words never enter, if this one did not.
            limits = TVector.WithLane(limits, lane, _drafts[lane].Nearest.Contains(id) ? _drafts[lane].TooFew(n) : common);
        }

        return limits;
    }

    void Flush(TVector sums, int lengthClass)
    {
        for (var lane = 0; lane < _count; lane++)
        {
            _drafts[lane].AddShared(lengthClass, TVector.Lane(sums, lane));
        }
    }
}
