using System.Runtime.Intrinsics;

namespace SelfInstruct.LocalModels.Kernels;

/// <summary>RoPE (Su et al., 2021) on interleaved pairs (2i, 2i+1): pair i of position p turns by p · base^(−2i / headSize).</summary>
internal sealed class RotaryEmbedding
{
    static int Lanes => Vector512<float>.Count;

    readonly int headSize;

    /// <summary>[positions, headSize]; both of a pair hold the same cosine.</summary>
    readonly float[] cosines;

    /// <summary>[positions, headSize]; of a pair, the first holds −sin and the second sin.</summary>
    readonly float[] sines;

    /// <param name="headSize">Even.</param>
    /// <param name="divisors">[headSize / 2]: pair i turns 1 / divisors[i] as fast; empty: all at full speed.</param>
    public RotaryEmbedding(int positions, int headSize, float rotaryBase, params ReadOnlySpan<float> divisors)
    {
        this.headSize = headSize;
        cosines = new float[positions * headSize];
        sines = new float[positions * headSize];
        for (var i = 0; i < cosines.Length; i += 2)
        {
            var divisor = divisors.IsEmpty ? 1 : divisors[i % headSize / 2];
            var angle = i / headSize * Math.Pow(rotaryBase, -(double)(i % headSize) / headSize) / divisor;
            cosines[i] = cosines[i + 1] = (float)Math.Cos(angle);
            sines[i + 1] = (float)Math.Sin(angle);
            sines[i] = -sines[i + 1];
        }
    }

    /// <summary>Turns one or more heads of one position.</summary>
    /// <param name="heads">[heads · headSize], in place.</param>
    public void Rotate(Span<float> heads, int position) => Turn(heads, position, 1f);

    /// <summary>Turns back: the gradient of <see cref="Rotate"/>.</summary>
    public void RotateBack(Span<float> heads, int position) => Turn(heads, position, -1f);

    void Turn(Span<float> heads, int position, float direction)
    {
        ReadOnlySpan<float> cosine = cosines.AsSpan(position * headSize, headSize);
        ReadOnlySpan<float> sine = sines.AsSpan(position * headSize, headSize);
        for (var start = 0; start < heads.Length; start += headSize)
        {
            var head = heads.Slice(start, headSize);
            var i = 0;
            for (; i <= headSize - Lanes; i += Lanes)
            {
                var x = VectorMath.Load(head, i);
                var swapped = Vector512.Shuffle(x, Vector512.Create(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
                VectorMath.Store((x * VectorMath.Load(cosine, i)) + (swapped * (VectorMath.Load(sine, i) * direction)), head, i);
            }

            for (; i < headSize; i += 2)
            {
                var (even, odd) = (head[i], head[i + 1]);
                head[i] = (even * cosine[i]) + (odd * (sine[i] * direction));
                head[i + 1] = (odd * cosine[i]) + (even * (sine[i + 1] * direction));
            }
        }
    }
}
