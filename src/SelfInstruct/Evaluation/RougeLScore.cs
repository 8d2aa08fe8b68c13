using System.Runtime.InteropServices;
using SelfInstruct.Novelty;

namespace SelfInstruct.Evaluation;

/// <summary>Each in [0, 1].</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RougeLScore(double Precision, double Recall, double FMeasure)
{
    /// <summary>In the reference's rounding; all 0 where nothing is shared or either text has no word.</summary>
    internal static RougeLScore From(int shared, int predicted, int wanted) =>
        shared == 0 ? default : new((double)shared / predicted, (double)shared / wanted, RougeL.FMeasure(shared, wanted, predicted));
}
