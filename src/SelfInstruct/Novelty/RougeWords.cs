using System.Text;

namespace SelfInstruct.Novelty;

/// <summary>
/// The words of ROUGE-L as google-research's scorer sees them, without a stemmer: lower-cased runs of a-z and 0-9;
/// everything else, accents and other scripts included, separates.
/// </summary>
public static class RougeWords
{
    const char KelvinSign = '\u212A';
    const char CapitalIWithDot = '\u0130';

    public static List<string> Split(string text)
    {
        List<string> words = [];
        var word = new StringBuilder();
        foreach (var c in text)
        {
            // Python lower-cases before it splits: these two code points turn into ASCII letters there.
            var letter = c switch { KelvinSign => 'k', CapitalIWithDot => 'i', _ => char.ToLowerInvariant(c) };
            if (char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter))
            {
                word.Append(letter);
            }

            // The dot of İ becomes a combining mark of its own, which separates.
            if (c == CapitalIWithDot || !(char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter)))
            {
                Flush();
            }
        }

        Flush();
        return words;

        void Flush()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }
}
