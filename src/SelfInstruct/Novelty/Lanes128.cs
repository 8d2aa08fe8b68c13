using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SelfInstruct.Novelty;

/// <summary>128 bits.</summary>
readonly struct Lanes128<T>(Vector128<T> bits) : ILaneVector<Lanes128<T>>
    where T : unmanaged, IBinaryInteger<T>
{
    readonly Vector128<T> _bits = bits;

    public static int Lanes => Vector128<T>.Count;

    public static int LaneBits => 128 / Vector128<T>.Count;

    public static Lanes128<T> AllBitsSet => new(Vector128<T>.AllBitsSet);

    public static Lanes128<T> Create(long value) => new(Vector128.Create(T.CreateTruncating(value)));

    public static Lanes128<T> operator &(Lanes128<T> left, Lanes128<T> right) => new(left._bits & right._bits);

    public static Lanes128<T> operator |(Lanes128<T> left, Lanes128<T> right) => new(left._bits | right._bits);

    public static Lanes128<T> operator ~(Lanes128<T> value) => new(~value._bits);

    public static Lanes128<T> operator +(Lanes128<T> left, Lanes128<T> right) => new(left._bits + right._bits);

    public static Lanes128<T> operator -(Lanes128<T> left, Lanes128<T> right) => new(left._bits - right._bits);

    public static Lanes128<T> operator >>>(Lanes128<T> value, int count) => new(value._bits >>> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> CountBits(Lanes128<T> value)
    {
        // Neighbouring bytes are added until a lane's lowest byte has its count, at most 64.
        var counts = new Lanes128<T>(BitCounts.OfBytes(value._bits.AsByte()).As<byte, T>());
        for (var width = 8; width < LaneBits; width *= 2)
        {
            counts += counts >>> width;
        }

        return LaneBits == 8 ? counts : counts & Create(byte.MaxValue);
    }

    public static ulong Greater(Lanes128<T> left, Lanes128<T> right) => Vector128.GreaterThan(left._bits, right._bits).ExtractMostSignificantBits();

    public static uint Lane(Lanes128<T> vector, int lane) => uint.CreateTruncating(vector._bits.GetElement(lane)) & (uint)(ulong.MaxValue >> (64 - Math.Min(LaneBits, 32)));

    public static Lanes128<T> WithLane(Lanes128<T> vector, int lane, int value) => new(vector._bits.WithElement(lane, T.CreateTruncating(value)));
}
