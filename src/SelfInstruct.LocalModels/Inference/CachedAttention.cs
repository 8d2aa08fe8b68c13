using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>One position attends to the positions before it and to itself, in every head.</summary>
static unsafe class CachedAttention
{
    const int Lanes = 16;

    /// <param name="sequence">Filled up to <paramref name="count"/>.</param>
    /// <param name="count">Positions to attend to.</param>
    /// <param name="query">[H · d], rotated; the heads one after another.</param>
    /// <param name="scores">At least [heads, whole pages · CachePage.Positions]; room to work in.</param>
    /// <param name="mixed">[H · d]: softmax(query · keys / √headSize) · values, head by head.</param>
    /// <param name="group">Heads that read the same key and value head.</param>
    public static void Attend(
        SequenceCache sequence, int layer, int count, ReadOnlySpan<float> query, Span<float> scores, Span<float> mixed, int heads, int group = 1)
    {
        var headSize = query.Length / heads;
        var pages = (count + CachePage.Positions - 1) / CachePage.Positions;
        var row = pages * CachePage.Positions;
        mixed.Clear();
        fixed (float* queries = query, score = scores, result = mixed)
        {
            // Page by page, then head by head: the order of memory, which is what a large batch waits for.
            for (var page = 0; page < pages; page++)
            {
                for (var head = 0; head < heads; head++)
                {
                    Score(queries + (head * headSize), sequence.Pages[page].Keys(layer, head / group), headSize, score + (head * row) + (page * CachePage.Positions));
                }
            }

            for (var head = 0; head < heads; head++)
            {
                VectorMath.Softmax(scores.Slice(head * row, count), 1f / MathF.Sqrt(headSize));
            }

            for (var page = 0; page < pages; page++)
            {
                var filled = Math.Min(CachePage.Positions, count - (page * CachePage.Positions));
                for (var head = 0; head < heads; head++)
                {
                    Mix(score + (head * row) + (page * CachePage.Positions), filled, sequence.Pages[page].Values(layer, head / group), headSize, result + (head * headSize));
                }
            }
        }
    }

    /// <summary>scores = query · keys at the 32 positions of a page, filled or not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Score(float* query, float* keys, int headSize, float* scores)
    {
        // Every fourth dimension in a sum of its own: eight chains of additions keep two multipliers busy.
        Vector512<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        var i = 0;
        for (; i <= headSize - 4; i += 4, keys += 4 * CachePage.Positions)
        {
            MultiplyAdd(query[i], keys, ref a0, ref a1);
            MultiplyAdd(query[i + 1], keys + CachePage.Positions, ref b0, ref b1);
            MultiplyAdd(query[i + 2], keys + (2 * CachePage.Positions), ref c0, ref c1);
            MultiplyAdd(query[i + 3], keys + (3 * CachePage.Positions), ref d0, ref d1);
        }

        for (; i < headSize; i++, keys += CachePage.Positions)
        {
            MultiplyAdd(query[i], keys, ref a0, ref a1);
        }

        (a0 + b0 + (c0 + d0)).Store(scores);
        (a1 + b1 + (c1 + d1)).Store(scores + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void MultiplyAdd(float factor, float* values, ref Vector512<float> sum0, ref Vector512<float> sum1)
    {
        var factors = Vector512.Create(factor);
        sum0 = Vector512.FusedMultiplyAdd(factors, Vector512.Load(values), sum0);
        sum1 = Vector512.FusedMultiplyAdd(factors, Vector512.Load(values + Lanes), sum1);
    }

    /// <summary>result += Σ weights[t] · values[t].</summary>
    static void Mix(float* weights, int count, float* values, int headSize, float* result)
    {
        var i = 0;
        for (; i <= headSize - (4 * Lanes); i += 4 * Lanes)
        {
            MixWide(weights, count, values + i, headSize, result + i);
        }

        for (; i <= headSize - Lanes; i += Lanes)
        {
            MixNarrow(weights, count, values + i, headSize, result + i);
        }

        for (; i < headSize; i++)
        {
            for (var t = 0; t < count; t++)
            {
                result[i] = MathF.FusedMultiplyAdd(weights[t], values[(t * headSize) + i], result[i]);
            }
        }
    }

    /// <summary>64 dimensions; even and odd positions apart, for eight chains again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void MixWide(float* weights, int count, float* values, int stride, float* result)
    {
        var (a0, a1) = (Vector512.Load(result), Vector512.Load(result + Lanes));
        var (a2, a3) = (Vector512.Load(result + (2 * Lanes)), Vector512.Load(result + (3 * Lanes)));
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default;
        var t = 0;
        for (; t < count - 1; t += 2, values += 2 * stride)
        {
            MultiplyAdd(weights[t], values, ref a0, ref a1);
            MultiplyAdd(weights[t], values + (2 * Lanes), ref a2, ref a3);
            MultiplyAdd(weights[t + 1], values + stride, ref b0, ref b1);
            MultiplyAdd(weights[t + 1], values + stride + (2 * Lanes), ref b2, ref b3);
        }

        if (t < count)
        {
            MultiplyAdd(weights[t], values, ref a0, ref a1);
            MultiplyAdd(weights[t], values + (2 * Lanes), ref a2, ref a3);
        }

        (a0 + b0).Store(result);
        (a1 + b1).Store(result + Lanes);
        (a2 + b2).Store(result + (2 * Lanes));
        (a3 + b3).Store(result + (3 * Lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void MixNarrow(float* weights, int count, float* values, int stride, float* result)
    {
        var sum = Vector512.Load(result);
        for (var t = 0; t < count; t++)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.Create(weights[t]), Vector512.Load(values + (t * stride)), sum);
        }

        sum.Store(result);
    }
}
