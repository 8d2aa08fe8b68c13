using System.Text;
using System.Text.RegularExpressions;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Tokenization;

namespace SelfInstruct.Tests.LocalModels;

/// <summary>Byte pair encoding as in the textbook: every step looks at everything again.</summary>
static partial class TokenizerTwins
{
    /// <summary>As published in GPT-2's encoder.py; on UTF-16 units, so only for text within U+FFFF.</summary>
    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    public static partial Regex Gpt2Pattern();

    public static Vocabulary Train(string[] documents, int size)
    {
        var words = documents.SelectMany(d => Gpt2Pattern().Matches(d)).Select(m => Bytes(m.Value)).ToList();
        var tokens = ByteAlphabet.Order.Select(b => ByteAlphabet.ToCharacter(b).ToString()).ToList();
        var merges = new List<string>();
        while (tokens.Count < size - 1 && BestPair(words, tokens) is var (left, right))
        {
            merges.Add($"{left} {right}");
            tokens.Add(left + right);
            words = [.. words.Select(w => Merge(w, left, right))];
        }

        return new([.. tokens, BytePairTraining.EndOfText], [.. merges], tokens.Count);
    }

    public static int[] Encode(Vocabulary vocabulary, string text)
    {
        var pairs = vocabulary.Merges.Select(m => m.Split(' ')).ToArray();
        return [.. Gpt2Pattern().Matches(text).SelectMany(m => EncodeWord(pairs, m.Value)).Select(t => vocabulary.Tokens.IndexOf(t))];
    }

    static List<string> EncodeWord(string[][] merges, string word)
    {
        var parts = Bytes(word);
        while (merges.FirstOrDefault(m => parts.Zip(parts.Skip(1)).Any(p => p == (m[0], m[1]))) is { } best)
        {
            parts = Merge(parts, best[0], best[1]);
        }

        return parts;
    }

    static (string, string)? BestPair(List<List<string>> words, List<string> tokens) =>
        words.SelectMany(w => w.Zip(w.Skip(1)))
            .GroupBy(p => p)
            .Where(g => g.Count() > 1 && !tokens.Contains(g.Key.First + g.Key.Second))
            .Where(g => (g.Key.First + g.Key.Second).Count(char.IsAsciiDigit) < 2)
            .OrderByDescending(g => g.Count())
            .ThenBy(g => g.Key.First, StringComparer.Ordinal)
            .ThenBy(g => g.Key.Second, StringComparer.Ordinal)
            .Select(g => ((string, string)?)g.Key)
            .FirstOrDefault();

    static List<string> Merge(List<string> parts, string left, string right)
    {
        var merged = new List<string>();
        for (var i = 0; i < parts.Count; i++)
        {
            var pair = i + 1 < parts.Count && parts[i] == left && parts[i + 1] == right;
            merged.Add(pair ? left + right : parts[i]);
            i += pair ? 1 : 0;
        }

        return merged;
    }

    static List<string> Bytes(string word) => [.. Encoding.UTF8.GetBytes(word).Select(b => ByteAlphabet.ToCharacter(b).ToString())];
}
