using SelfInstruct.Novelty;

namespace SelfInstruct.Analysis.Diversity;

/// <summary>The words of texts as numbers, one text after another.</summary>
sealed class NumberedWords
{
    NumberedWords(int[] words, int[] starts) => (Words, Starts) = (words, starts);

    /// <summary>Shape [all words of all texts].</summary>
    public int[] Words { get; }

    /// <summary>Where each text begins; the last entry is the end.</summary>
    public int[] Starts { get; }

    public int Texts => Starts.Length - 1;

    public int Length(int text) => Starts[text + 1] - Starts[text];

    public static NumberedWords Of(IEnumerable<string> texts, WordSplitter splitter) => Of(texts.Select(splitter.Split));

    public static NumberedWords Of(IEnumerable<IReadOnlyList<string>> texts)
    {
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        List<int> words = [];
        List<int> starts = [0];
        foreach (var text in texts)
        {
            foreach (var word in text)
            {
                if (!numbers.TryGetValue(word, out var number))
                {
                    numbers[word] = number = numbers.Count;
                }

                words.Add(number);
            }

            starts.Add(words.Count);
        }

        return new NumberedWords([.. words], [.. starts]);
    }

    /// <summary>Some of the texts, in the order given.</summary>
    public NumberedWords Take(IEnumerable<int> texts)
    {
        List<int> words = [];
        List<int> starts = [0];
        foreach (var text in texts)
        {
            words.AddRange(Words.AsSpan(Starts[text], Length(text)));
            starts.Add(words.Count);
        }

        return new NumberedWords([.. words], [.. starts]);
    }

    /// <summary>
    /// Numbers for the runs of one more word, given those for runs one shorter: equal runs, and only those, get equal
    /// numbers. Places where no run of that length begins in a text keep -1.
    /// </summary>
    /// <param name="shorter">By place, for runs of <paramref name="n"/> - 1 words; ignored for n = 1.</param>
    /// <returns>By place, and how many different ones there are.</returns>
    public (int[] Runs, int Distinct) Lengthen(int[] shorter, int n)
    {
        if (n == 1)
        {
            return (Words, Words.Distinct().Count());
        }

        Dictionary<long, int> numbers = [];
        var runs = new int[Words.Length];
        Array.Fill(runs, -1);
        for (var text = 0; text < Texts; text++)
        {
            for (var at = Starts[text]; at + n <= Starts[text + 1]; at++)
            {
                var key = ((long)shorter[at] << 32) | (uint)Words[at + n - 1];
                if (!numbers.TryGetValue(key, out runs[at]))
                {
                    numbers[key] = runs[at] = numbers.Count;
                }
            }
        }

        return (runs, numbers.Count);
    }
}
