using System.Numerics;

namespace SelfInstruct.Novelty;

/// <summary>One lane in a plain integer: for machines without vectors, and where one candidate comes alone.</summary>
readonly struct Lanes64(ulong bits) : ILaneVector<Lanes64>
{
    readonly ulong _bits = bits;

    public static int Lanes => 1;

    public static int LaneBits => 64;

    public static Lanes64 AllBitsSet => new(ulong.MaxValue);

    public static Lanes64 Create(long value) => new((ulong)value);

    public static Lanes64 operator &(Lanes64 left, Lanes64 right) => new(left._bits & right._bits);

    public static Lanes64 operator |(Lanes64 left, Lanes64 right) => new(left._bits | right._bits);

    public static Lanes64 operator ~(Lanes64 value) => new(~value._bits);

    public static Lanes64 operator +(Lanes64 left, Lanes64 right) => new(left._bits + right._bits);

    public static Lanes64 operator -(Lanes64 left, Lanes64 right) => new(left._bits - right._bits);

    public static Lanes64 operator >>>(Lanes64 value, int count) => new(value._bits >>> count);

    public static Lanes64 CountBits(Lanes64 value) => new((ulong)BitOperations.PopCount(value._bits));

    public static ulong Greater(Lanes64 left, Lanes64 right) => (long)left._bits > (long)right._bits ? 1UL : 0;

    public static uint Lane(Lanes64 vector, int lane) => (uint)vector._bits;

    public static Lanes64 WithLane(Lanes64 vector, int lane, int value) => new((ulong)value);
}
