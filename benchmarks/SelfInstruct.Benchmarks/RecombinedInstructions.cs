namespace SelfInstruct.Benchmarks;

/// <summary>
/// Any number of instructions that look like real ones to the novelty rule: halves of two joined, walks over word
/// pairs, words replaced by what may follow. Rare words give way to new ones, so that the vocabulary grows as it does
/// in real text (Heaps: 117·n^0.474, fitted to real instructions).
/// </summary>
internal sealed class RecombinedInstructions
{
    private const int RareTexts = 5;

    private readonly Random _random = new(20261120);
    private readonly List<string[]> _real;
    private readonly Dictionary<string, List<string>> _successors = [];
    private readonly HashSet<string> _rare;
    private readonly HashSet<string> _seen = [];
    private int _newWords;

    public RecombinedInstructions(IEnumerable<string[]> real)
    {
        _real = [.. real.Where(static words => words.Length > 1)];
        var texts = new Dictionary<string, int>();
        foreach (var words in _real)
        {
            foreach (var word in words.Distinct())
            {
                texts[word] = texts.GetValueOrDefault(word) + 1;
            }

            for (var i = 1; i < words.Length; i++)
            {
                (_successors.TryGetValue(words[i - 1], out var after) ? after : _successors[words[i - 1]] = []).Add(words[i]);
            }
        }

        _rare = [.. texts.Where(static pair => pair.Value <= RareTexts).Select(static pair => pair.Key)];
    }

    public IEnumerable<string> Take(int count)
    {
        for (var i = 1; i <= count; i++)
        {
            var words = _random.Next(4) switch
            {
                0 or 1 => Crossed(),
                2 => Walked(),
                _ => Replaced(),
            };
            Renew(words, 117 * Math.Pow(i, 0.474));
            _seen.UnionWith(words);
            yield return string.Join(' ', words);
        }
    }

    private string[] Real() => _real[_random.Next(_real.Count)];

    private string[] Crossed()
    {
        var (first, second, cut) = (Real(), Real(), _random.NextDouble());
        return [.. first[..(int)Math.Ceiling(first.Length * cut)], .. second[(int)(second.Length * cut)..]];
    }

    private string[] Walked()
    {
        var words = new string[Real().Length];
        words[0] = Real()[0];
        for (var i = 1; i < words.Length; i++)
        {
            words[i] = After(words[i - 1]);
        }

        return words;
    }

    private string[] Replaced()
    {
        var words = Real().ToArray();
        for (var i = 1; i < words.Length; i++)
        {
            words[i] = _random.Next(4) == 0 ? After(words[i - 1]) : words[i];
        }

        return words;
    }

    private string After(string word) => _successors.TryGetValue(word, out var after) ? after[_random.Next(after.Count)] : Real()[0];

    private void Renew(string[] words, double vocabulary)
    {
        for (var i = 0; i < words.Length && _seen.Count < vocabulary; i++)
        {
            if (_rare.Contains(words[i]))
            {
                words[i] = $"new{_newWords++}";
            }
        }
    }
}
