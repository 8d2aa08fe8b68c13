namespace SelfInstruct.LocalModels.Kernels;

/// <summary>RoPE (Su et al., 2021) on interleaved pairs (2i, 2i+1): pair i of position p turns by p · base^(−2i / headSize).</summary>
internal sealed class RotaryEmbedding
{
    private readonly int headSize;
    private readonly int pairs;
    private readonly float[] cosines;
    private readonly float[] sines;

    public RotaryEmbedding(int positions, int headSize, float rotaryBase)
    {
        this.headSize = headSize;
        pairs = headSize / 2;
        cosines = new float[positions * pairs];
        sines = new float[positions * pairs];
        for (var position = 0; position < positions; position++)
        {
            for (var pair = 0; pair < pairs; pair++)
            {
                var angle = position * Math.Pow(rotaryBase, -2.0 * pair / headSize);
                cosines[(position * pairs) + pair] = (float)Math.Cos(angle);
                sines[(position * pairs) + pair] = (float)Math.Sin(angle);
            }
        }
    }

    /// <summary>Turns one or more heads of one position.</summary>
    /// <param name="heads">[heads · headSize], in place.</param>
    public void Rotate(Span<float> heads, int position) => Turn(heads, position, 1f);

    /// <summary>Turns back: the gradient of <see cref="Rotate"/>.</summary>
    public void RotateBack(Span<float> heads, int position) => Turn(heads, position, -1f);

    private void Turn(Span<float> heads, int position, float direction)
    {
        var cosine = cosines.AsSpan(position * pairs, pairs);
        var sine = sines.AsSpan(position * pairs, pairs);
        for (var start = 0; start < heads.Length; start += headSize)
        {
            var head = heads.Slice(start, headSize);
            for (var pair = 0; pair < pairs; pair++)
            {
                var (even, odd, turn) = (head[2 * pair], head[(2 * pair) + 1], sine[pair] * direction);
                head[2 * pair] = (even * cosine[pair]) - (odd * turn);
                head[(2 * pair) + 1] = (even * turn) + (odd * cosine[pair]);
            }
        }
    }
}
