using MathNet.Numerics.LinearAlgebra;

namespace SelfInstruct.Analysis.Diversity;

/// <summary>
/// Vendi score (Friedman and Dieng, 2023, arXiv 2210.02410): exp of the entropy of the eigenvalues of K/n, in [1, n];
/// so many texts without anything in common would be as diverse. Cubic in the number of texts.
/// </summary>
public static class VendiScore
{
    // What rounding leaves of an eigenvalue of 0.
    const double Nothing = 1e-12;

    /// <param name="similarity">Symmetric, positive semi-definite, 1 on the diagonal; shape [n, n].</param>
    public static double Of(double[,] similarity)
    {
        var n = similarity.GetLength(0);
        var eigenvalues = Matrix<double>.Build.DenseOfArray(similarity).Evd(Symmetricity.Symmetric).EigenValues;
        return Math.Exp(eigenvalues.Select(value => value.Real / n).Where(static share => share > Nothing).Sum(static share => -share * Math.Log(share)));
    }

    /// <summary>With the authors' n-gram kernel: the cosine of the texts' counts of single words and that of their pairs of words, averaged.</summary>
    internal static double Of(NumberedWords words) => Of(Kernel(words));

    internal static double[,] Kernel(NumberedWords words)
    {
        var kernel = new double[words.Texts, words.Texts];
        var runs = words.Words;
        for (var n = 1; n <= 2; n++)
        {
            (runs, _) = words.Lengthen(runs, n);
            AddCosines(kernel, CountRuns(words, runs, n), weight: 0.5);
        }

        return kernel;
    }

    static List<(int Text, double Share)>[] CountRuns(NumberedWords words, int[] runs, int n)
    {
        Dictionary<int, List<(int, double)>> holders = [];
        for (var text = 0; text < words.Texts; text++)
        {
            // A text too short for such a run has one of its own words' making: like itself, unlike all others.
            var own = Enumerable.Range(words.Starts[text], Math.Max(0, words.Length(text) - n + 1)).GroupBy(at => runs[at]).Select(static run => (run.Key, Count: run.Count())).ToList();
            own = own.Count > 0 ? own : [(-1 - (words.Length(text) == 0 ? 0 : words.Words[words.Starts[text]] + 1), 1)];
            var norm = Math.Sqrt(own.Sum(static run => (double)run.Count * run.Count));
            foreach (var (run, count) in own)
            {
                if (!holders.TryGetValue(run, out var list))
                {
                    holders[run] = list = [];
                }

                list.Add((text, count / norm));
            }
        }

        return [.. holders.Values];
    }

    static void AddCosines(double[,] kernel, List<(int Text, double Share)>[] holders, double weight)
    {
        foreach (var list in holders)
        {
            foreach (var (a, shareA) in list)
            {
                foreach (var (b, shareB) in list)
                {
                    kernel[a, b] += weight * shareA * shareB;
                }
            }
        }
    }
}
