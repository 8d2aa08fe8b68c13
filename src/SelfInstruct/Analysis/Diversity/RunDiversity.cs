using System.Collections.Immutable;

namespace SelfInstruct.Analysis.Diversity;

/// <summary>How much texts repeat one another, by runs of words.</summary>
/// <param name="Texts">Measured.</param>
/// <param name="Distinct">distinct-1 to distinct-4 (Li et al., 2016, arXiv 1510.03055): different runs of n words by all runs of n words, in [0, 1]; 0 where there are none.</param>
/// <param name="SelfBleu">
/// Self-BLEU-4 (Zhu et al., 2018, arXiv 1802.01886), in [0, 1], low is diverse: the mean over all texts of BLEU with all others as its references;
/// n = 1 to 4 with equal weight, brevity against the reference nearest in length, and 0.1 for a count of 0 (Chen and
/// Cherry, 2014, method 1, as NLTK has it). Null for fewer than two texts.
/// </param>
public sealed record RunDiversity(int Texts, ImmutableArray<double> Distinct, double? SelfBleu)
{
    const int Longest = 4;

    internal static RunDiversity Of(NumberedWords words)
    {
        var distinct = ImmutableArray.CreateBuilder<double>(Longest);
        var matched = new long[Longest][];
        var runs = words.Words;
        for (var n = 1; n <= Longest; n++)
        {
            (runs, var different) = words.Lengthen(runs, n);
            var all = Enumerable.Range(0, words.Texts).Sum(text => (long)Math.Max(0, words.Length(text) - n + 1));
            distinct.Add(all == 0 ? 0 : (double)different / all);
            matched[n - 1] = CountMatched(words, runs, n);
        }

        return new RunDiversity(words.Texts, distinct.MoveToImmutable(), words.Texts < 2 ? null : MeanBleu(words, matched));
    }

    /// <summary>For each text, its runs that another text has as well, each at most as often as the text that has it most often.</summary>
    static long[] CountMatched(NumberedWords words, int[] runs, int n)
    {
        var most = new Dictionary<int, (int Count, int Text, int Second)>();
        var counts = new Dictionary<int, int>();
        for (var text = 0; text < words.Texts; text++)
        {
            foreach (var (run, count) in Count(text))
            {
                var (best, holder, second) = most.GetValueOrDefault(run);
                most[run] = count > best ? (count, text, best) : (best, holder, Math.Max(second, count));
            }
        }

        var matched = new long[words.Texts];
        for (var text = 0; text < words.Texts; text++)
        {
            foreach (var (run, count) in Count(text))
            {
                var (best, holder, second) = most[run];
                matched[text] += Math.Min(count, holder == text ? second : best);
            }
        }

        return matched;

        Dictionary<int, int> Count(int text)
        {
            counts.Clear();
            for (var at = words.Starts[text]; at + n <= words.Starts[text + 1]; at++)
            {
                counts[runs[at]] = counts.GetValueOrDefault(runs[at]) + 1;
            }

            return counts;
        }
    }

    static double MeanBleu(NumberedWords words, long[][] matched)
    {
        var lengths = Enumerable.Range(0, words.Texts).Select(words.Length).Order().ToArray();
        return Enumerable.Range(0, words.Texts).Average(text => Bleu(words.Length(text), NearestLength(lengths, words.Length(text)), n => matched[n - 1][text]));
    }

    static double Bleu(int length, int reference, Func<int, long> matched)
    {
        if (length == 0 || matched(1) == 0)
        {
            return 0;
        }

        var logs = Enumerable.Range(1, Longest).Sum(n => Math.Log((matched(n) == 0 ? 0.1 : matched(n)) / Math.Max(1, length - n + 1)));
        return (length > reference ? 1 : Math.Exp(1 - ((double)reference / length))) * Math.Exp(logs / Longest);
    }

    /// <summary>Of another text; of two as near, the shorter.</summary>
    static int NearestLength(int[] sorted, int length)
    {
        var at = Array.BinarySearch(sorted, length);
        if ((at > 0 && sorted[at - 1] == length) || (at + 1 < sorted.Length && sorted[at + 1] == length))
        {
            return length;
        }

        var (below, above) = (at > 0 ? sorted[at - 1] : (int?)null, at + 1 < sorted.Length ? sorted[at + 1] : (int?)null);
        return below is { } b && (above is not { } a || length - b <= a - length) ? b : above!.Value;
    }
}
