using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.Tests.LocalModels;

/// <summary>Products over arrays, rows side by side.</summary>
static unsafe class WeightMatrices
{
    public static void Multiply(this IWeightMatrix weights, ReadOnlySpan<float> a, Span<float> c, int rows, bool accumulate = false)
    {
        fixed (float* left = a, result = c)
        {
            weights.Multiply(new MatrixView(left, rows, a.Length / rows), new MatrixView(result, rows, c.Length / rows), accumulate);
        }
    }
}
