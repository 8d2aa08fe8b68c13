using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SelfInstruct.Novelty;

/// <summary>512 bits.</summary>
readonly struct Lanes512<T>(Vector512<T> bits) : ILaneVector<Lanes512<T>>
    where T : unmanaged, IBinaryInteger<T>
{
    readonly Vector512<T> _bits = bits;

    public static int Lanes => Vector512<T>.Count;

    public static int LaneBits => 512 / Vector512<T>.Count;

    public static Lanes512<T> AllBitsSet => new(Vector512<T>.AllBitsSet);

    public static Lanes512<T> Create(long value) => new(Vector512.Create(T.CreateTruncating(value)));

    public static Lanes512<T> operator &(Lanes512<T> left, Lanes512<T> right) => new(left._bits & right._bits);

    public static Lanes512<T> operator |(Lanes512<T> left, Lanes512<T> right) => new(left._bits | right._bits);

    public static Lanes512<T> operator ~(Lanes512<T> value) => new(~value._bits);

    public static Lanes512<T> operator +(Lanes512<T> left, Lanes512<T> right) => new(left._bits + right._bits);

    public static Lanes512<T> operator -(Lanes512<T> left, Lanes512<T> right) => new(left._bits - right._bits);

    public static Lanes512<T> operator >>>(Lanes512<T> value, int count) => new(value._bits >>> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> CountBits(Lanes512<T> value)
    {
        // Neighbouring bytes are added until a lane's lowest byte has its count, at most 64.
        var counts = new Lanes512<T>(BitCounts.OfBytes(value._bits.AsByte()).As<byte, T>());
        for (var width = 8; width < LaneBits; width *= 2)
        {
            counts += counts >>> width;
        }

        return LaneBits == 8 ? counts : counts & Create(byte.MaxValue);
    }

    public static ulong Greater(Lanes512<T> left, Lanes512<T> right) => Vector512.GreaterThan(left._bits, right._bits).ExtractMostSignificantBits();

    public static uint Lane(Lanes512<T> vector, int lane) => uint.CreateTruncating(vector._bits.GetElement(lane)) & (uint)(ulong.MaxValue >> (64 - Math.Min(LaneBits, 32)));

    public static Lanes512<T> WithLane(Lanes512<T> vector, int lane, int value) => new(vector._bits.WithElement(lane, T.CreateTruncating(value)));
}
