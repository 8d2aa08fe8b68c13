namespace SelfInstruct.Miniature;

/// <summary>ROUGE-L F of two short texts over lower-case ASCII words and digits: the measure of Self-Instruct's novelty rule.</summary>
internal static class WordOverlap
{
    public static double Between(string left, string right) => Between(Words(left), Words(right));

    public static double Between(string[] left, string[] right)
    {
        double common = LongestCommonSubsequence(left, right);
        if (common == 0)
        {
            return 0;
        }

        var precision = common / left.Length;
        var recall = common / right.Length;
        return 2 * precision * recall / (precision + recall);
    }

    public static string[] Words(string text) => new string([.. text.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')])
        .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    static int LongestCommonSubsequence(string[] left, string[] right)
    {
        var row = new int[right.Length + 1];
        foreach (var word in left)
        {
            var diagonal = 0;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                row[j] = word == right[j - 1] ? diagonal + 1 : Math.Max(above, row[j - 1]);
                diagonal = above;
            }
        }

        return row[^1];
    }
}
