using System.Numerics;

namespace SelfInstruct.Novelty;

/// <param name="Number">Its index in the call it was embedded by.</param>
readonly record struct EmbeddedText(string Measure, int Number, string Text)
{
    const int ShownOfText = 60;

    public InvalidDataException Refuse(string cause)
    {
        var shown = Text.Length <= ShownOfText ? Text : Text[..ShownOfText] + "…";
        return new InvalidDataException($"{Measure}: vector {Number} of a batch {cause} (text: {shown}). Check the embedding model and its server.");
    }
}

/// <summary>Vectors of length 1, whose cosine is their product.</summary>
static class UnitVector
{
    /// <exception cref="InvalidDataException">Another number of dimensions, all zero, or not finite.</exception>
    public static float[] Of(float[] vector, int dimensions, EmbeddedText source)
    {
        if (vector.Length != dimensions || dimensions == 0)
        {
            throw source.Refuse($"has {vector.Length} numbers where others have {dimensions}");
        }

        if (vector.AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) is >= 0 and var place)
        {
            throw source.Refuse($"has {vector[place]} at {place}");
        }

        // In doubles neither the largest floats overflow nor the smallest vanish.
        var norm = Math.Sqrt(vector.Sum(static x => (double)x * x));
        return norm > 0 ? Array.ConvertAll(vector, x => (float)(x / norm)) : throw source.Refuse("is all zeros");
    }

    /// <summary>In [-1, 1], within 1e-6.</summary>
    public static float Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var (first, second) = (Vector<float>.Zero, Vector<float>.Zero);
        var i = 0;
        for (; i <= a.Length - (2 * Vector<float>.Count); i += 2 * Vector<float>.Count)
        {
            first += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
            second += new Vector<float>(a[(i + Vector<float>.Count)..]) * new Vector<float>(b[(i + Vector<float>.Count)..]);
        }

        var sum = Vector.Sum(first + second);
        for (; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return Math.Clamp(sum, -1, 1);
    }
}
