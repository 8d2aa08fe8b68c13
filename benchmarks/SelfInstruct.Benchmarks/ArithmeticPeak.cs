using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SelfInstruct.Benchmarks;

/// <summary>What one thread can do at best: fused multiply-adds on registers only, in enough chains to hide their latency.</summary>
internal static class ArithmeticPeak
{
    const int Chains = 12;

    /// <returns>Best of several tries, in 10⁹ floating-point operations per second of processor time, so that others at work count little; a fused multiply-add is two.</returns>
    public static double Measure()
    {
        const int Rounds = 20_000_000;
        var best = 0.0;
        var sink = 0f;
        for (var attempt = 0; attempt < 4; attempt++)
        {
            var started = Environment.CpuUsage.TotalTime;
            sink += MultiplyAdd(Rounds);
            var flops = 2.0 * Rounds * Chains * Vector512<float>.Count;
            best = Math.Max(best, flops / (Environment.CpuUsage.TotalTime - started).TotalSeconds / 1e9);
        }

        return float.IsNaN(sink) ? 0 : best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float MultiplyAdd(int rounds)
    {
        Vector512<float> x = Vector512.Create(0.999f), y = Vector512.Create(1e-3f);
        Vector512<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (var round = 0; round < rounds; round++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y);
            k = Vector512.FusedMultiplyAdd(k, x, y);
            l = Vector512.FusedMultiplyAdd(l, x, y);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
