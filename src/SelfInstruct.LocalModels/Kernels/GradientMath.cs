using System.Runtime.Intrinsics;

namespace SelfInstruct.LocalModels.Kernels;

/// <summary>Gradients of the row operations in <see cref="VectorMath"/>. Lengths are multiples of sixteen unless said otherwise.</summary>
internal static class GradientMath
{
    static int Lanes => Vector512<float>.Count;

    /// <summary>Gradient of <see cref="VectorMath.RmsNorm"/>; adds to both gradients.</summary>
    /// <param name="scale">What the forward pass returned.</param>
    /// <param name="outputGradient">With respect to the normed row.</param>
    public static void RmsNorm(
        ReadOnlySpan<float> x, ReadOnlySpan<float> gain, float scale, ReadOnlySpan<float> outputGradient, Span<float> xGradient, Span<float> gainGradient)
    {
        var (factor, sum) = (Vector512.Create(scale), Vector512<float>.Zero);
        for (var i = 0; i < x.Length; i += Lanes)
        {
            var (value, gradient) = (VectorMath.Load(x, i), VectorMath.Load(outputGradient, i));
            sum = Vector512.FusedMultiplyAdd(gradient * VectorMath.Load(gain, i), value, sum);
            VectorMath.Store(Vector512.FusedMultiplyAdd(gradient * factor, value, VectorMath.Load(gainGradient, i)), gainGradient, i);
        }

        var along = Vector512.Create(VectorMath.Sum(sum) * scale * scale * scale / x.Length);
        for (var i = 0; i < x.Length; i += Lanes)
        {
            var across = VectorMath.Load(outputGradient, i) * VectorMath.Load(gain, i) * factor;
            VectorMath.Store(VectorMath.Load(xGradient, i) + across - (VectorMath.Load(x, i) * along), xGradient, i);
        }
    }

    /// <summary>Gradient of <see cref="VectorMath.GatedSilu"/>; replaces both gradients.</summary>
    public static void GatedSilu(
        ReadOnlySpan<float> gate, ReadOnlySpan<float> up, ReadOnlySpan<float> outputGradient, Span<float> gateGradient, Span<float> upGradient)
    {
        for (var i = 0; i < gate.Length; i += Lanes)
        {
            var (g, gradient) = (VectorMath.Load(gate, i), VectorMath.Load(outputGradient, i));
            var sigmoid = VectorMath.Sigmoid(g);
            var silu = g * sigmoid;
            VectorMath.Store(gradient * silu, upGradient, i);
            var slope = sigmoid + (silu * (Vector512<float>.One - sigmoid));
            VectorMath.Store(gradient * VectorMath.Load(up, i) * slope, gateGradient, i);
        }
    }

    /// <summary>gradient = scale · probabilities · (gradient − Σ gradient · probabilities), in place: back through softmax(scale · scores).</summary>
    /// <param name="probabilities">Of any length.</param>
    public static void Softmax(ReadOnlySpan<float> probabilities, Span<float> gradient, float scale)
    {
        var mean = VectorMath.Dot(probabilities, gradient);
        var (shift, factor) = (Vector512.Create(mean), Vector512.Create(scale));
        var i = 0;
        for (; i <= gradient.Length - Lanes; i += Lanes)
        {
            VectorMath.Store((VectorMath.Load(gradient, i) - shift) * VectorMath.Load(probabilities, i) * factor, gradient, i);
        }

        for (; i < gradient.Length; i++)
        {
            gradient[i] = (gradient[i] - mean) * probabilities[i] * scale;
        }
    }
}
