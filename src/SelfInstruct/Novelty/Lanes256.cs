using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SelfInstruct.Novelty;

/// <summary>256 bits.</summary>
readonly struct Lanes256<T>(Vector256<T> bits) : ILaneVector<Lanes256<T>>
    where T : unmanaged, IBinaryInteger<T>
{
    readonly Vector256<T> _bits = bits;

    public static int Lanes => Vector256<T>.Count;

    public static int LaneBits => 256 / Vector256<T>.Count;

    public static Lanes256<T> AllBitsSet => new(Vector256<T>.AllBitsSet);

    public static Lanes256<T> Create(long value) => new(Vector256.Create(T.CreateTruncating(value)));

    public static Lanes256<T> operator &(Lanes256<T> left, Lanes256<T> right) => new(left._bits & right._bits);

    public static Lanes256<T> operator |(Lanes256<T> left, Lanes256<T> right) => new(left._bits | right._bits);

    public static Lanes256<T> operator ~(Lanes256<T> value) => new(~value._bits);

    public static Lanes256<T> operator +(Lanes256<T> left, Lanes256<T> right) => new(left._bits + right._bits);

    public static Lanes256<T> operator -(Lanes256<T> left, Lanes256<T> right) => new(left._bits - right._bits);

    public static Lanes256<T> operator >>>(Lanes256<T> value, int count) => new(value._bits >>> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> CountBits(Lanes256<T> value)
    {
        // Neighbouring bytes are added until a lane's lowest byte has its count, at most 64.
        var counts = new Lanes256<T>(BitCounts.OfBytes(value._bits.AsByte()).As<byte, T>());
        for (var width = 8; width < LaneBits; width *= 2)
        {
            counts += counts >>> width;
        }

        return LaneBits == 8 ? counts : counts & Create(byte.MaxValue);
    }

    public static ulong Greater(Lanes256<T> left, Lanes256<T> right) => Vector256.GreaterThan(left._bits, right._bits).ExtractMostSignificantBits();

    public static uint Lane(Lanes256<T> vector, int lane) => uint.CreateTruncating(vector._bits.GetElement(lane)) & (uint)(ulong.MaxValue >> (64 - Math.Min(LaneBits, 32)));

    public static Lanes256<T> WithLane(Lanes256<T> vector, int lane, int value) => new(vector._bits.WithElement(lane, T.CreateTruncating(value)));
}
