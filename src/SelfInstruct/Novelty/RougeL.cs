namespace SelfInstruct.Novelty;

/// <summary>ROUGE-L (Lin, 2004) as google-research's scorer rounds it.</summary>
static class RougeL
{
    /// <summary>F-measure in [0, 1] of sequences of m and n words whose longest common subsequence has <paramref name="shared"/>. Symmetric in m and n.</summary>
    public static double FMeasure(int shared, int m, int n)
    {
        if (shared == 0)
        {
            return 0;
        }

        // Not simplified to 2·shared/(m+n): the reference rounds this way, and a tie at the threshold depends on it.
        var precision = (double)shared / n;
        var recall = (double)shared / m;
        return 2 * precision * recall / (precision + recall);
    }
}
