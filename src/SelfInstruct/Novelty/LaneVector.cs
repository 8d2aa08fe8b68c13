using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SelfInstruct.Novelty;

/// <summary>A register of equal lanes of integers.</summary>
interface ILaneVector<TSelf>
    where TSelf : struct, ILaneVector<TSelf>
{
    static abstract int Lanes { get; }

    static abstract int LaneBits { get; }

    static abstract TSelf AllBitsSet { get; }

    /// <summary>The same in every lane.</summary>
    static abstract TSelf Create(long value);

    static abstract TSelf operator &(TSelf left, TSelf right);

    static abstract TSelf operator |(TSelf left, TSelf right);

    static abstract TSelf operator ~(TSelf value);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>Without sign.</summary>
    static abstract TSelf operator >>>(TSelf value, int count);

    /// <summary>Bits set, by lane.</summary>
    static abstract TSelf CountBits(TSelf value);

    /// <summary>A bit for each lane where left is greater; lanes have a sign.</summary>
    static abstract ulong Greater(TSelf left, TSelf right);

    /// <summary>One lane, without sign.</summary>
    static abstract uint Lane(TSelf vector, int lane);

    static abstract TSelf WithLane(TSelf vector, int lane, int value);
}

static class BitCounts
{
    static Vector128<byte> OfNibbles => Vector128.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> OfBytes(Vector128<byte> value)
    {
        var nibble = Vector128.Create((byte)15);
        return Vector128.Shuffle(OfNibbles, value & nibble) + Vector128.Shuffle(OfNibbles, (value >>> 4) & nibble);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> OfBytes(Vector256<byte> value)
    {
        if (!Avx2.IsSupported)
        {
            return Vector256.Create(OfBytes(value.GetLower()), OfBytes(value.GetUpper()));
        }

        var (nibble, table) = (Vector256.Create((byte)15), Vector256.Create(OfNibbles, OfNibbles));
        return Avx2.Shuffle(table, value & nibble) + Avx2.Shuffle(table, (value.AsUInt16() >>> 4).AsByte() & nibble);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> OfBytes(Vector512<byte> value)
    {
        if (!Avx512BW.IsSupported)
        {
            return Vector512.Create(OfBytes(value.GetLower()), OfBytes(value.GetUpper()));
        }

        var half = Vector256.Create(OfNibbles, OfNibbles);
        var (nibble, table) = (Vector512.Create((byte)15), Vector512.Create(half, half));
        return Avx512BW.Shuffle(table, value & nibble) + Avx512BW.Shuffle(table, (value.AsUInt16() >>> 4).AsByte() & nibble);
    }
}
