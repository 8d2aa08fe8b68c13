using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SelfInstruct.LocalModels.Kernels;

/// <summary>Row operations of the decoder. Sums always run over sixteen lanes, so every register width gives the same bits.</summary>
internal static class VectorMath
{
    static int Lanes => Vector512<float>.Count;

    /// <summary>Σ a[i] · b[i].</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = Vector512<float>.Zero;
        var i = 0;
        for (; i <= a.Length - Lanes; i += Lanes)
        {
            sum = Vector512.FusedMultiplyAdd(Load(a, i), Load(b, i), sum);
        }

        if (i < a.Length)
        {
            sum = Vector512.FusedMultiplyAdd(LoadRest(a, i, 0), LoadRest(b, i, 0), sum);
        }

        return Sum(sum);
    }

    /// <summary>sum += scale · values.</summary>
    public static void AddScaled(float scale, ReadOnlySpan<float> values, Span<float> sum)
    {
        var factor = Vector512.Create(scale);
        var i = 0;
        for (; i <= values.Length - Lanes; i += Lanes)
        {
            Store(Vector512.FusedMultiplyAdd(factor, Load(values, i), Load(sum, i)), sum, i);
        }

        for (; i < values.Length; i++)
        {
            sum[i] = MathF.FusedMultiplyAdd(scale, values[i], sum[i]);
        }
    }

    /// <summary>result = x · gain / √(mean(x²) + epsilon).</summary>
    /// <returns>1 / √(mean(x²) + epsilon).</returns>
    public static float RmsNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> gain, float epsilon, Span<float> result)
    {
        var scale = 1f / MathF.Sqrt((Dot(x, x) / x.Length) + epsilon);
        var factor = Vector512.Create(scale);
        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            Store(Load(x, i) * factor * Load(gain, i), result, i);
        }

        for (; i < x.Length; i++)
        {
            result[i] = x[i] * scale * gain[i];
        }

        return scale;
    }

    /// <summary>values = softmax(scale · values), in place.</summary>
    /// <returns>log Σ exp(scale · values).</returns>
    public static float Softmax(Span<float> values, float scale = 1f)
    {
        var max = Max(values) * scale;
        var sum = ExpInPlace(values, scale, max);
        Scale(values, 1f / sum);
        return max + MathF.Log(sum);
    }

    public static float Max(ReadOnlySpan<float> values)
    {
        var max = Vector512.Create(float.NegativeInfinity);
        var i = 0;
        for (; i <= values.Length - Lanes; i += Lanes)
        {
            max = Vector512.Max(max, Load(values, i));
        }

        if (i < values.Length)
        {
            max = Vector512.Max(max, LoadRest(values, i, float.NegativeInfinity));
        }

        var best = max[0];
        for (var lane = 1; lane < Lanes; lane++)
        {
            best = MathF.Max(best, max[lane]);
        }

        return best;
    }

    public static void Scale(Span<float> values, float scale)
    {
        var factor = Vector512.Create(scale);
        var i = 0;
        for (; i <= values.Length - Lanes; i += Lanes)
        {
            Store(Load(values, i) * factor, values, i);
        }

        for (; i < values.Length; i++)
        {
            values[i] *= scale;
        }
    }

    /// <summary>sum += values.</summary>
    public static void Add(ReadOnlySpan<float> values, Span<float> sum)
    {
        var i = 0;
        for (; i <= values.Length - Lanes; i += Lanes)
        {
            Store(Load(sum, i) + Load(values, i), sum, i);
        }

        for (; i < values.Length; i++)
        {
            sum[i] += values[i];
        }
    }

    /// <summary>result = gate · σ(gate) · up, the middle of SwiGLU.</summary>
    public static void GatedSilu(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> result)
    {
        var i = 0;
        for (; i <= gate.Length - Lanes; i += Lanes)
        {
            var g = Load(gate, i);
            Store(g * Sigmoid(g) * Load(up, i), result, i);
        }

        if (i < gate.Length)
        {
            var g = LoadRest(gate, i, 0);
            StoreRest(g * Sigmoid(g) * LoadRest(up, i, 0), result, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x) =>
        Vector512<float>.One / (Vector512<float>.One + Vector512.Exp(-x));

    /// <summary>Sum of the lanes in a fixed order: halves first, then the four left, in ascending order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> lanes)
    {
        var eight = lanes.GetLower() + lanes.GetUpper();
        var four = eight.GetLower() + eight.GetUpper();
        return four[0] + four[1] + four[2] + four[3];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ReadOnlySpan<float> values, int index) =>
        Vector512.Create(values.Slice(index, Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> lanes, Span<float> values, int index) =>
        lanes.CopyTo(values.Slice(index, Lanes));

    static float ExpInPlace(Span<float> values, float scale, float max)
    {
        var (factor, shift, sum) = (Vector512.Create(scale), Vector512.Create(max), Vector512<float>.Zero);
        var i = 0;
        for (; i <= values.Length - Lanes; i += Lanes)
        {
            var power = Vector512.Exp((Load(values, i) * factor) - shift);
            sum += power;
            Store(power, values, i);
        }

        if (i < values.Length)
        {
            var power = Vector512.Exp((LoadRest(values, i, float.NegativeInfinity) * factor) - shift);
            sum += power;
            StoreRest(power, values, i);
        }

        return Sum(sum);
    }

    static Vector512<float> LoadRest(ReadOnlySpan<float> values, int index, float fill)
    {
        Span<float> lanes = stackalloc float[Vector512<float>.Count];
        lanes.Fill(fill);
        values[index..].CopyTo(lanes);
        return Vector512.Create<float>(lanes);
    }

    static void StoreRest(Vector512<float> lanes, Span<float> values, int index)
    {
        Span<float> all = stackalloc float[Vector512<float>.Count];
        lanes.CopyTo(all);
        all[..(values.Length - index)].CopyTo(values[index..]);
    }
}
