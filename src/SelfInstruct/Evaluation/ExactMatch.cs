using System.Text;
using SelfInstruct.Python;

namespace SelfInstruct.Evaluation;

/// <summary>Equality of answers as the SuperNI metric has it (Natural Instructions, evaluation.py).</summary>
public static class ExactMatch
{
    /// <summary>Lower case, without ASCII punctuation, one space between words. Articles stay.</summary>
    public static string Normalize(string text)
    {
        var normalized = new StringBuilder(text.Length);
        var spaced = false;
        foreach (var c in PythonCasing.Lower(text))
        {
            if (PythonText.IsWhiteSpace(c))
            {
                spaced = normalized.Length > 0;
            }
            else if (!IsAsciiPunctuation(c))
            {
                normalized.Append(spaced ? " " : "").Append(c);
                spaced = false;
            }
        }

        return normalized.ToString();
    }

    public static bool IsMatch(string prediction, IEnumerable<string> references)
    {
        var normalized = Normalize(prediction);
        return references.Any(reference => Normalize(reference) == normalized);
    }

    // C# puts "$+<=>^`|~" among the symbols.
    static bool IsAsciiPunctuation(char c) => char.IsAscii(c) && (char.IsPunctuation(c) || char.IsSymbol(c));
}
