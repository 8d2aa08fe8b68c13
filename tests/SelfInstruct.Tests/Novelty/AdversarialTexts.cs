namespace SelfInstruct.Tests.Novelty;

/// <summary>Texts that meet every edge: none or one word, lengths around those of a lane, words many times over, near-duplicates.</summary>
static class AdversarialTexts
{
    static readonly int[] Edges = [1, 2, 8, 16, 32, 64];
    static readonly int[] LongEdges = [126, 128, 189, 400];

    public static List<string> Create(int count, int seed)
    {
        var random = new Random(seed);
        List<string> texts = [];
        while (texts.Count < count)
        {
            texts.Add(random.Next(10) switch
            {
                0 => random.Next(3) == 0 ? "…" : RandomText(random, random.Next(1, 4), vocabulary: 30),
                < 4 when texts.Count > 0 => Changed(texts[random.Next(texts.Count)], random),
                4 => RandomText(random, LongEdges[random.Next(LongEdges.Length)] + random.Next(-2, 3), random.Next(2) == 0 ? 8 : 600),
                < 7 => RandomText(random, Math.Max(1, Edges[random.Next(Edges.Length)] + random.Next(-2, 3)), random.Next(2) == 0 ? 8 : 600),
                _ => RandomText(random, random.Next(3, 20), vocabulary: 60),
            });
        }

        return texts;
    }

    public static string RandomText(Random random, int words, int vocabulary) =>
        string.Join(' ', Enumerable.Range(0, words).Select(_ => "w" + (int)(vocabulary * Math.Pow(random.NextDouble(), 3))));

    static string Changed(string text, Random random)
    {
        var words = text.Split(' ').ToList();
        for (var change = random.Next(1, 2 + (words.Count / 3)); change > 0; change--)
        {
            var at = random.Next(words.Count);
            switch (random.Next(3))
            {
                case 0:
                    words[at] = "w" + random.Next(600);
                    break;
                case 1:
                    words.Insert(at, "w" + random.Next(600));
                    break;
                default:
                    words[at] = words[random.Next(words.Count)];
                    break;
            }
        }

        return string.Join(' ', words);
    }
}
