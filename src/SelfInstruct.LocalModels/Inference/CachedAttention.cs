using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>One head of one position attends to the positions before it and to itself.</summary>
static unsafe class CachedAttention
{
    const int Lanes = 16;

    /// <param name="sequence">Filled up to <paramref name="count"/>.</param>
    /// <param name="count">Positions to attend to.</param>
    /// <param name="query">[headSize], rotated.</param>
    /// <param name="scores">[count rounded up to whole pages]; room to work in.</param>
    /// <param name="mixed">[headSize]: softmax(query · keys / √headSize) · values.</param>
    public static void Attend(
        SequenceCache sequence, int layer, int head, int count, ReadOnlySpan<float> query, Span<float> scores, Span<float> mixed, int width)
    {
        var headSize = query.Length;
        fixed (float* queries = query, score = scores, result = mixed)
        {
            for (var start = 0; start < count; start += CachePage.Positions)
            {
                var keys = sequence.PageOf(start).Keys(layer) + ((long)head * headSize * CachePage.Positions);
                Score(queries, keys, headSize, score + start);
            }

            VectorMath.Softmax(scores[..count], 1f / MathF.Sqrt(headSize));
            mixed.Clear();
            for (var start = 0; start < count; start += CachePage.Positions)
            {
                var values = sequence.PageOf(start).Values(layer) + (head * headSize);
                Mix(score + start, Math.Min(CachePage.Positions, count - start), values, width, headSize, result);
            }
        }
    }

    /// <summary>scores = query · keys at the 32 positions of a page, filled or not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Score(float* query, float* keys, int headSize, float* scores)
    {
        // Even and odd dimensions apart: four chains of additions keep the multiplier busy.
        Vector512<float> even0 = default, even1 = default, odd0 = default, odd1 = default;
        for (var i = 0; i < headSize; i += 2, keys += 2 * CachePage.Positions)
        {
            var (q0, q1) = (Vector512.Create(query[i]), Vector512.Create(query[i + 1]));
            even0 = Vector512.FusedMultiplyAdd(q0, Vector512.Load(keys), even0);
            even1 = Vector512.FusedMultiplyAdd(q0, Vector512.Load(keys + Lanes), even1);
            odd0 = Vector512.FusedMultiplyAdd(q1, Vector512.Load(keys + (2 * Lanes)), odd0);
            odd1 = Vector512.FusedMultiplyAdd(q1, Vector512.Load(keys + (3 * Lanes)), odd1);
        }

        (even0 + odd0).Store(scores);
        (even1 + odd1).Store(scores + Lanes);
    }

    /// <summary>result += Σ weights[t] · values[t].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Mix(float* weights, int count, float* values, int stride, int headSize, float* result)
    {
        var i = 0;
        for (; i <= headSize - (4 * Lanes); i += 4 * Lanes)
        {
            MixFour(weights, count, values + i, stride, result + i);
        }

        for (; i <= headSize - Lanes; i += Lanes)
        {
            var sum = Vector512.Load(result + i);
            for (var t = 0; t < count; t++)
            {
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(weights[t]), Vector512.Load(values + (t * stride) + i), sum);
            }

            sum.Store(result + i);
        }

        for (; i < headSize; i++)
        {
            for (var t = 0; t < count; t++)
            {
                result[i] = MathF.FusedMultiplyAdd(weights[t], values[(t * stride) + i], result[i]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void MixFour(float* weights, int count, float* values, int stride, float* result)
    {
        var sum0 = Vector512.Load(result);
        var sum1 = Vector512.Load(result + Lanes);
        var sum2 = Vector512.Load(result + (2 * Lanes));
        var sum3 = Vector512.Load(result + (3 * Lanes));
        for (var t = 0; t < count; t++, values += stride)
        {
            var weight = Vector512.Create(weights[t]);
            sum0 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(values), sum0);
            sum1 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(values + Lanes), sum1);
            sum2 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(values + (2 * Lanes)), sum2);
            sum3 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(values + (3 * Lanes)), sum3);
        }

        sum0.Store(result);
        sum1.Store(result + Lanes);
        sum2.Store(result + (2 * Lanes));
        sum3.Store(result + (3 * Lanes));
    }
}
